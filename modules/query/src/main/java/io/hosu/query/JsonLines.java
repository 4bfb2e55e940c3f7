package io.hosu.query;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.hosu.kernel.Json;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Rows of JSON in a file, each an object on a line of its own, written one by one: however many
 * there are, few are in memory. Belongs to one thread.
 */
public final class JsonLines implements AutoCloseable {
  private final Counted out;
  private final JsonGenerator json;
  private int longest;

  /** Lines of a new file, or instead of those of an earlier one. */
  public JsonLines(Path file) throws IOException {
    this.out = new Counted(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
    this.json =
        Json.mapper()
            .createGenerator(out)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM.mappedFeature())
            .setRootValueSeparator(null);
  }

  /** The fields of one row. */
  @FunctionalInterface
  public interface Fields {
    /** Writes them, between the begin and the end of their object. */
    void write(JsonGenerator json) throws IOException;
  }

  /** Adds a row. */
  public void add(Fields fields) throws IOException {
    long from = out.count;
    json.writeStartObject();
    fields.write(json);
    json.writeEndObject();
    json.writeRaw('\n');
    json.flush();
    longest = (int) Math.max(longest, Math.min(Integer.MAX_VALUE, out.count - from));
  }

  /** How many bytes the longest line has. */
  public int longest() {
    return longest;
  }

  @Override
  public void close() throws IOException {
    json.close();
  }

  /** Counts the bytes that pass. */
  private static final class Counted extends OutputStream {
    private final OutputStream to;
    private long count;

    Counted(OutputStream to) {
      this.to = to;
    }

    @Override
    public void write(int one) throws IOException {
      to.write(one);
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      to.write(bytes, offset, length);
      count += length;
    }

    @Override
    public void flush() throws IOException {
      to.flush();
    }

    @Override
    public void close() throws IOException {
      to.close();
    }
  }
}
