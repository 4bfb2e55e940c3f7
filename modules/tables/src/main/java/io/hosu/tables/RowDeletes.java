package io.hosu.tables;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;

/**
 * What takes rows out of a data file: other files of the same snapshot, which engines outside write
 * where the data file itself stays as it is.
 *
 * @param positions files and vectors that name rows by their place
 * @param equality files that name rows by their values
 */
record RowDeletes(List<Part> positions, List<Part> equality) {
  static final RowDeletes NONE = new RowDeletes(List.of(), List.of());

  /**
   * A file with deletes, or one vector of a file that has more.
   *
   * @param path where it lies on this machine, to be read only
   * @param scope the number that its partition has among those of the plan; 0: it is for all files
   */
  record Part(DeleteFile file, Path path, int scope) {
    boolean isVector() {
      return file.format() == FileFormat.PUFFIN;
    }

    /** What tells it from any other. */
    Key key() {
      return Key.of(file);
    }

    /** The number of the commit that it came with. */
    long sequence() {
      return Objects.requireNonNullElse(file.dataSequenceNumber(), 0L);
    }
  }

  /** A place in a file. */
  record Key(String location, long offset) {
    /** What tells a file with deletes, or one vector of it, from any other. */
    static Key of(DeleteFile file) {
      Long offset = file.contentOffset();
      return new Key(file.location(), offset == null ? 0 : offset);
    }
  }

  RowDeletes {
    positions = List.copyOf(positions);
    equality = List.copyOf(equality);
  }

  boolean isEmpty() {
    return positions.isEmpty() && equality.isEmpty();
  }

  Stream<Part> all() {
    return Stream.concat(positions.stream(), equality.stream());
  }

  /** Whether exactly the same files take rows out. */
  boolean isLike(RowDeletes other) {
    return all().map(Part::key).toList().equals(other.all().map(Part::key).toList());
  }
}
