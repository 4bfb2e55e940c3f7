package io.hosu.tables;

import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Ids;
import io.hosu.kernel.ObjectName;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.StoredFile;
import io.hosu.objects.backend.BlobStore;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;

/**
 * The files that one commit writes, which nobody else can see until it is published. They lie in a
 * staging directory of their own until {@link #adopt} makes all of them durable blobs at once. May
 * be used from any thread, as Iceberg writes manifests in parallel.
 */
final class StagedFiles implements AutoCloseable {
  private final BlobStore blobs;
  private final Path directory;
  private final Map<String, Path> files = new LinkedHashMap<>();
  private final Map<String, StoredFile> instead = new HashMap<>();

  StagedFiles(BlobStore blobs, Ids ids) {
    this.blobs = blobs;
    this.directory = blobs.staging().resolve(ids.next());
  }

  synchronized Optional<Path> find(String location) {
    return Optional.ofNullable(files.get(location));
  }

  synchronized void remove(String location) throws IOException {
    Path path = files.remove(location);
    if (path != null) {
      Files.deleteIfExists(path);
    }
  }

  /** Makes a finished file, which lies on the same disk, the one of {@code location}. */
  synchronized void take(String location, Path file) throws IOException {
    Files.move(file, reserve(location));
  }

  OutputFile output(String location) {
    return new Output(location);
  }

  /** The same of a file that comes in the place of what lies there. */
  synchronized OutputFile output(StoredFile before) {
    String location = before.name().location();
    instead.put(location, before);
    return new Output(location);
  }

  /** Makes every file a durable blob, ready to be registered as an object. */
  synchronized List<ObjectFiles.NewFile> adopt() {
    try {
      List<Long> sizes = new ArrayList<>();
      for (Path path : files.values()) {
        sizes.add(Files.size(path));
      }
      List<String> ids = blobs.adoptAll(List.copyOf(files.values()));
      List<ObjectFiles.NewFile> made = new ArrayList<>();
      for (String location : files.keySet()) {
        int i = made.size();
        made.add(
            new ObjectFiles.NewFile(
                ObjectName.ofLocation(location),
                ids.get(i),
                sizes.get(i),
                Optional.ofNullable(instead.get(location))));
      }
      files.clear();
      return made;
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  static Unavailable unavailable(IOException e) {
    return new Unavailable(
        TablesError.FILE_UNREADABLE,
        "The files of a commit could not be written: %s.".formatted(e.getMessage()),
        "Look at the disk of the data directory, then try again.",
        e);
  }

  /** Drops what was not adopted. */
  @Override
  public synchronized void close() {
    try {
      for (Path path : files.values()) {
        Files.deleteIfExists(path);
      }
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private synchronized Path reserve(String location) throws IOException {
    if (files.containsKey(location)) {
      throw new AlreadyExistsException("%s exists", location);
    }
    Files.createDirectories(directory);
    Path path =
        directory.resolve(
            Integer.toString(files.size()) + location.substring(location.lastIndexOf('/') + 1));
    files.put(location, path);
    return path;
  }

  private final class Output implements OutputFile {
    private final String location;

    Output(String location) {
      this.location = location;
    }

    @Override
    public PositionOutputStream create() {
      try {
        return new Stream(Files.newOutputStream(reserve(location), StandardOpenOption.CREATE_NEW));
      } catch (IOException e) {
        throw new RuntimeIOException(e);
      }
    }

    @Override
    public PositionOutputStream createOrOverwrite() {
      try {
        remove(location);
      } catch (IOException e) {
        throw new RuntimeIOException(e);
      }
      return create();
    }

    @Override
    public String location() {
      return location;
    }

    @Override
    public InputFile toInputFile() {
      return new LocalInput(location, find(location).orElse(directory.resolve("none")));
    }
  }

  private static final class Stream extends PositionOutputStream {
    private final OutputStream out;
    private long position;

    Stream(OutputStream file) {
      this.out = new BufferedOutputStream(file, 1 << 16);
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      position++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      position += length;
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
