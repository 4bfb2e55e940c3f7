package io.hosu.objects.backend;

import io.hosu.kernel.Ids;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Blobs as files: {@code DATA/blobs/ab/<id>}, written under {@code DATA/staging} and renamed.
 *
 * <p>The directory {@code ab} is the 6th and 7th character of the id, which change every half
 * minute: blobs finished at the same time lie in the same directory and share the force that makes
 * their names durable. May be used from any thread.
 */
public final class FileBlobStore implements BlobStore {
  private static final Pattern ID = Pattern.compile("[0-9a-z]{26}");

  private final Path blobs;
  private final Path staging;
  private final Ids ids;
  private final Disk disk;
  private final Map<Path, DirectoryForce> forces = new ConcurrentHashMap<>();

  /** Keeps blobs under the data directory {@code data}, which it makes when missing. */
  public FileBlobStore(Path data, Ids ids) throws IOException {
    this(data, ids, Disk.real());
  }

  /**
   * Keeps blobs for a test, without waiting for the disk: what is written survives the process and
   * not the machine.
   */
  public static FileBlobStore temporary(Path data, Ids ids) throws IOException {
    return new FileBlobStore(data, ids, Disk.unforced());
  }

  FileBlobStore(Path data, Ids ids, Disk disk) throws IOException {
    this.blobs = Files.createDirectories(data.resolve("blobs")).toAbsolutePath();
    this.staging = Files.createDirectories(data.resolve("staging")).toAbsolutePath();
    this.ids = ids;
    this.disk = disk;
    disk.forceDirectory(data);
  }

  @Override
  public BlobWriter create() throws IOException {
    return new FileBlobWriter(this, staging.resolve(ids.next()));
  }

  @Override
  public InputStream open(String id, long from, long length) throws IOException {
    FileChannel channel = FileChannel.open(path(id), StandardOpenOption.READ);
    channel.position(from);
    return new BoundedStream(Channels.newInputStream(channel), length);
  }

  @Override
  public Path path(String id) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("'" + id + "' is not the id of a blob");
    }
    return shard(id).resolve(id);
  }

  @Override
  public List<String> adoptAll(List<Path> files) throws IOException {
    for (Path file : files) {
      requireStaged(file);
    }
    disk.forceAll(files);
    List<String> made = new ArrayList<>(files.size());
    Set<Path> touched = new HashSet<>();
    for (Path file : files) {
      String id = ids.next();
      ensureDirectory(shard(id));
      disk.rename(file, path(id));
      touched.add(shard(id));
      made.add(id);
    }
    for (Path directory : touched) {
      force(directory).force();
    }
    return made;
  }

  @Override
  public Path staging() {
    return staging;
  }

  @Override
  public boolean delete(String id) throws IOException {
    return Files.deleteIfExists(path(id));
  }

  @Override
  @SuppressWarnings("StreamResourceLeak") // the caller closes it
  public Stream<StoredBlob> list() throws IOException {
    return Files.walk(blobs, 2).flatMap(file -> stored(file).stream());
  }

  @Override
  public int sweepStaging(Instant limit) throws IOException {
    StagingSweep sweep = new StagingSweep(FileTime.from(limit));
    Files.walkFileTree(staging, sweep);
    return sweep.removed;
  }

  private static Optional<StoredBlob> stored(Path file) {
    String name = file.getFileName().toString();
    if (!ID.matcher(name).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new StoredBlob(name, Files.size(file), Ids.timeOf(name)));
    } catch (IOException _) {
      return Optional.empty(); // deleted while it was listed
    }
  }

  private Path shard(String id) {
    return blobs.resolve(id.substring(5, 7));
  }

  private void requireStaged(Path file) {
    if (!file.toAbsolutePath().normalize().startsWith(staging)) {
      throw new IllegalArgumentException(file + " is not under " + staging);
    }
  }

  private void ensureDirectory(Path directory) throws IOException {
    if (!forces.containsKey(directory)) {
      Files.createDirectories(directory);
      force(blobs).force();
      force(directory);
    }
  }

  private DirectoryForce force(Path directory) {
    return forces.computeIfAbsent(directory, path -> new DirectoryForce(disk, path));
  }

  /** Removes old files, and the directories that they leave empty. */
  private final class StagingSweep extends SimpleFileVisitor<Path> {
    private final FileTime limit;
    private int removed;

    StagingSweep(FileTime limit) {
      this.limit = limit;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (attributes.lastModifiedTime().compareTo(limit) < 0 && Files.deleteIfExists(file)) {
        removed++;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      return FileVisitResult.CONTINUE; // renamed while it was visited
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
        throws IOException {
      boolean old = false;
      try {
        old = Files.getLastModifiedTime(directory).compareTo(limit) < 0;
        if (old && !directory.equals(staging)) {
          Files.delete(directory);
        }
      } catch (DirectoryNotEmptyException | NoSuchFileException _) {
        // still in use, or already gone
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
