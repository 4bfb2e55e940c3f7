package io.hosu.tables;

import io.hosu.objects.StoredFile;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.SupportsBulkOperations;
import org.jspecify.annotations.Nullable;

/**
 * Iceberg's way to the files of tables: every file is an object of the lake, {@code
 * s3://layer/domain/table/...}.
 *
 * <p>With staged files, it also writes: what is written becomes visible to others only by
 * publishing. Published files are never deleted through it, as readers may still need them; that is
 * for publishing and for the sweeper. May be used from any thread.
 */
final class ObjectFileIO implements SupportsBulkOperations {
  private final transient FilePaths paths;
  private final transient @Nullable StagedFiles staged;
  private final transient @Nullable ArrivedFiles arrived;

  /** Reads only. */
  ObjectFileIO(FilePaths paths) {
    this.paths = paths;
    this.staged = null;
    this.arrived = null;
  }

  /** Writes into {@code staged}, and reads what is there before what is published. */
  ObjectFileIO(FilePaths paths, StagedFiles staged) {
    this.paths = paths;
    this.staged = staged;
    this.arrived = null;
  }

  /**
   * Writes into {@code staged}, also what comes in the place of what has arrived, and reads what is
   * there and what has arrived before all else.
   */
  ObjectFileIO(FilePaths paths, StagedFiles staged, ArrivedFiles arrived) {
    this.paths = paths;
    this.staged = staged;
    this.arrived = arrived;
  }

  @Override
  public InputFile newInputFile(String location) {
    if (staged != null) {
      var path = staged.find(location);
      if (path.isPresent()) {
        return new LocalInput(location, path.get());
      }
    }
    if (arrived != null && arrived.has(location)) {
      return arrived.newInputFile(location);
    }
    return paths
        .find(location)
        .<InputFile>map(path -> new LocalInput(location, path))
        .orElseThrow(() -> new NotFoundException("No object %s", location));
  }

  @Override
  public OutputFile newOutputFile(String location) {
    if (staged == null) {
      throw new UnsupportedOperationException("This view of a table only reads: " + location);
    }
    return replaceable(location).map(staged::output).orElseGet(() -> staged.output(location));
  }

  /** Whether what is written to {@code location} comes in the place of what has arrived there. */
  boolean mayReplace(String location) {
    return replaceable(location).isPresent();
  }

  private Optional<StoredFile> replaceable(String location) {
    return Optional.ofNullable(arrived).flatMap(files -> files.replaceable(location));
  }

  @Override
  public void deleteFile(String location) {
    if (staged != null) {
      try {
        staged.remove(location);
      } catch (IOException e) {
        throw new RuntimeIOException(e);
      }
    }
  }

  @Override
  public void deleteFiles(Iterable<String> locations) {
    locations.forEach(this::deleteFile);
  }

  @Override
  public Map<String, String> properties() {
    return Map.of();
  }
}
