package io.hosu.query.engine;

import io.hosu.kernel.HosuException.Unavailable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory that nobody else uses, beside those of other processes in the same place: several
 * servers may share a data directory. The operating system's lock on a file beside it says that its
 * process lives; what dead ones left is removed.
 */
public final class OwnDirectory implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OwnDirectory.class);
  private static final String PROCESS = UUID.randomUUID().toString();
  private static final AtomicLong NUMBERS = new AtomicLong();
  private static final String LOCK = ".lock";

  private final Path path;
  private final Path lockFile;
  private final FileChannel lock;

  private OwnDirectory(Path path, Path lockFile, FileChannel lock) {
    this.path = path;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /**
   * Makes one in {@code parent}, and removes those of processes that have ended.
   *
   * @throws Unavailable {@link QueryError#ENGINE_UNAVAILABLE}
   */
  public static OwnDirectory in(Path parent) {
    try {
      Files.createDirectories(parent);
      removeLeft(parent);
      String name = PROCESS + "-" + NUMBERS.incrementAndGet();
      Path draft = parent.resolve(name + ".draft");
      FileChannel lock =
          FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      lock.lock(); // held until the channel is closed, or the process has ended
      Path lockFile = Files.move(draft, parent.resolve(name + LOCK));
      Path path = Files.createDirectories(parent.resolve(name));
      return new OwnDirectory(path, lockFile, lock);
    } catch (IOException e) {
      throw new Unavailable(
          QueryError.ENGINE_UNAVAILABLE,
          "The directory %s for what engines have on disk cannot be used: %s.".formatted(parent, e),
          "See with `hosu doctor` whether the disk is full or not writable.",
          e);
    }
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  private static void removeLeft(Path parent) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.list(parent)) {
      all = files.filter(file -> !String.valueOf(file.getFileName()).startsWith(PROCESS)).toList();
    }
    for (Path file : all) {
      String name = String.valueOf(file.getFileName());
      if (name.endsWith(LOCK)) {
        removeIfLeft(file, parent.resolve(name.substring(0, name.length() - LOCK.length())));
      } else if (Files.isDirectory(file) && !Files.exists(parent.resolve(name + LOCK))) {
        remove(file);
      }
    }
  }

  private static void removeIfLeft(Path lockFile, Path directory) {
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
        FileLock left = channel.tryLock()) {
      if (left != null) {
        remove(directory);
        Files.deleteIfExists(lockFile);
      }
    } catch (IOException e) {
      log.atDebug()
          .setMessage("another removes it")
          .addKeyValue("path", directory)
          .setCause(e)
          .log();
    }
  }

  /** Removes a directory with all that is in it; what cannot be removed stays, and is logged. */
  public static void remove(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      log.atWarn()
          .setMessage("temporary files left")
          .addKeyValue("path", directory)
          .setCause(e)
          .log();
    }
  }

  /** Removes it. */
  @Override
  public void close() {
    remove(path);
    try {
      Files.deleteIfExists(lockFile);
      lock.close();
    } catch (IOException e) {
      log.atWarn()
          .setMessage("temporary files left")
          .addKeyValue("path", lockFile)
          .setCause(e)
          .log();
    }
  }
}
