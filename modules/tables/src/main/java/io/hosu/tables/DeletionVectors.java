package io.hosu.tables;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.hosu.kernel.Json;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.jspecify.annotations.Nullable;

/**
 * The table function {@value #FUNCTION} of the engine, which gives the rows that deletion vectors
 * name: the SQL of a scan calls it, and who runs that SQL must provide it.
 *
 * <p>Its argument is a text that {@link #parse} reads. Its columns are two {@code BIGINT}: {@code
 * file}, a number, and {@code pos}, the place of a row in that file.
 */
public final class DeletionVectors {
  /** What the function is called. */
  public static final String FUNCTION = "hosu_deleted_rows";

  /** More than any vector of a file of Iceberg's has, as a bound for what is read into memory. */
  private static final int MAX_BYTES = 64 << 20;

  private DeletionVectors() {}

  /**
   * One vector.
   *
   * @param file the number of the data file whose rows it names
   * @param path the file that it lies in
   * @param offset where it begins there
   * @param bytes how long it is
   * @param rows how many rows it names
   * @param of how many rows the data file has
   */
  public record Vector(int file, Path path, long offset, long bytes, long rows, long of) {
    /** Of a delete file, for the data file of this number and with so many rows. */
    static Vector of(int file, RowDeletes.Part part, long of) {
      DeleteFile delete = part.file();
      return new Vector(
          file,
          part.path(),
          Objects.requireNonNull(delete.contentOffset()),
          Objects.requireNonNull(delete.contentSizeInBytes()),
          delete.recordCount(),
          of);
    }

    /**
     * Reads the vector.
     *
     * @throws IOException when it is not there, or is none
     */
    PositionDeleteIndex read() throws IOException {
      if (bytes < 0 || bytes > MAX_BYTES) {
        throw new IOException("A deletion vector cannot have %d bytes.".formatted(bytes));
      }
      ByteBuffer content = ByteBuffer.allocate((int) bytes);
      try (FileChannel channel = FileChannel.open(path)) {
        while (content.hasRemaining()) {
          if (channel.read(content, offset + content.position()) < 0) {
            throw new EOFException("The file of a deletion vector ends too early.");
          }
        }
      }
      try {
        return PositionDeleteIndex.deserialize(content.array(), described());
      } catch (IllegalArgumentException e) {
        throw new IOException("There is no deletion vector: " + e.getMessage(), e);
      }
    }

    /** What Iceberg compares the content with. */
    private DeleteFile described() {
      return FileMetadata.deleteFileBuilder(PartitionSpec.unpartitioned())
          .ofPositionDeletes()
          .withFormat(FileFormat.PUFFIN)
          .withPath(path.toString())
          .withFileSizeInBytes(offset + bytes)
          .withReferencedDataFile(Integer.toString(file))
          .withContentOffset(offset)
          .withContentSizeInBytes(bytes)
          .withRecordCount(rows)
          .build();
    }
  }

  /** The call of the function that gives the rows of {@code vectors}. */
  static String call(List<Vector> vectors) {
    ArrayNode all = Json.array();
    for (Vector vector : vectors) {
      all.addArray()
          .add(vector.file())
          .add(vector.path().toString())
          .add(vector.offset())
          .add(vector.bytes())
          .add(vector.rows())
          .add(vector.of());
    }
    return "%s(%s)".formatted(FUNCTION, Sql.text(Json.print(all)));
  }

  /** The vectors that a call of the function names. */
  public static List<Vector> parse(String argument) {
    List<Vector> vectors = new ArrayList<>();
    for (JsonNode one : Json.parse(argument)) {
      vectors.add(
          new Vector(
              one.path(0).asInt(),
              Path.of(one.path(1).asText()),
              one.path(2).asLong(),
              one.path(3).asLong(),
              one.path(4).asLong(),
              one.path(5).asLong()));
    }
    return vectors;
  }

  /** Gives the rows of vectors part by part. Belongs to one thread. */
  public static final class Rows {
    private final Iterator<Vector> vectors;
    private @Nullable Vector current;
    private PositionDeleteIndex index = PositionDeleteIndex.empty();
    private long at;
    private int count;

    /** Of these, which are read one after the other. */
    public Rows(List<Vector> vectors) {
      this.vectors = vectors.iterator();
    }

    /**
     * The next rows: fills both, which are of one length, from their beginning.
     *
     * @return how many there are; 0 at the end
     * @throws IOException when a vector is not there, or is none
     */
    public int read(long[] files, long[] positions) throws IOException {
      count = 0;
      while (count < positions.length && begin()) {
        Vector vector = Objects.requireNonNull(current);
        // So many places hold at most as many rows.
        long end = Math.min(vector.of(), at + positions.length - count);
        index.forEachInRange(
            at,
            end,
            position -> {
              files[count] = vector.file();
              positions[count] = position;
              count++;
            });
        at = end;
      }
      return count;
    }

    private boolean begin() throws IOException {
      while (current == null || at >= current.of()) {
        if (!vectors.hasNext()) {
          return false;
        }
        current = vectors.next();
        index = current.read();
        at = 0;
      }
      return true;
    }
  }
}
