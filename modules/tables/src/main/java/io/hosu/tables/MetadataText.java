package io.hosu.tables;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.hosu.kernel.Json;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.zip.GZIPInputStream;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableMetadataParser.Codec;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.InputFile;

/**
 * Reads metadata files, also those that somebody else wrote: what such a file says the table was
 * before is believed only of metadata files below the table's own place. All others are left out,
 * so that nothing reads or ends a file because of them.
 */
final class MetadataText {
  /** How much is read of a file that was not written by the lake, unpacked; told in the docs. */
  static final long MOST_BYTES = 16L << 20;

  private MetadataText() {}

  /** There is more in a file than is read. */
  static final class TooLong extends RuntimeException {}

  /** What is in a file of the lake. */
  static TableMetadata read(InputFile file) {
    return read(file, Long.MAX_VALUE);
  }

  /**
   * What is in a file that somebody wants to be one of the lake.
   *
   * @throws TooLong when there are more than {@link #MOST_BYTES} in it
   */
  static TableMetadata readForeign(InputFile file) {
    return read(file, MOST_BYTES);
  }

  private static TableMetadata read(InputFile file, long most) {
    try (InputStream text = unpacked(file)) {
      JsonNode json = Json.mapper().readTree(new Limited(text, most));
      forget(json);
      return TableMetadataParser.fromJson(file.location(), json);
    } catch (IOException e) {
      throw new RuntimeIOException(e);
    }
  }

  private static InputStream unpacked(InputFile file) throws IOException {
    InputStream bytes = file.newStream();
    try {
      return Codec.fromFileName(file.location()) == Codec.GZIP ? new GZIPInputStream(bytes) : bytes;
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  private static void forget(JsonNode json) {
    String own = json.path("location").asText() + "/metadata/";
    if (json.path("metadata-log") instanceof ArrayNode log) {
      for (Iterator<JsonNode> entries = log.iterator(); entries.hasNext(); ) {
        String earlier = entries.next().path("metadata-file").asText();
        if (!earlier.startsWith(own) || !earlier.startsWith("s3://") || !isMetadata(earlier)) {
          entries.remove();
        }
      }
    }
  }

  /** Whether a file has the name of one with metadata, as manifests and data files have not. */
  static boolean isMetadata(String location) {
    return location.endsWith(".metadata.json") || location.endsWith(".metadata.json.gz");
  }

  /** The bytes of another stream, of which there may be so many. */
  private static final class Limited extends FilterInputStream {
    private long left;

    Limited(InputStream in, long most) {
      super(in);
      this.left = most;
    }

    @Override
    public int read() throws IOException {
      int one = super.read();
      count(one < 0 ? 0 : 1);
      return one;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      count(Math.max(0, count));
      return count;
    }

    private void count(int read) {
      left -= read;
      if (left < 0) {
        throw new TooLong();
      }
    }
  }
}
