package io.hosu.query.worker;

import com.fasterxml.jackson.core.JsonGenerator;
import io.hosu.kernel.Json;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Records of other formats as lines of JSON, by which engines read them. What is written is
 * counted, so that few packed bytes do not become a full disk.
 */
final class JsonLines implements AutoCloseable {
  private final JsonGenerator out;
  private long records;

  /** Lines to {@code target}, of which {@code limit} is told how many bytes come. */
  JsonLines(OutputStream target, Limit limit) throws IOException {
    this.out = Json.mapper().createGenerator(new Counted(target, limit));
  }

  /** Refuses more than may be. */
  @FunctionalInterface
  interface Limit {
    /** So many bytes have been written until now. */
    void require(long bytes);
  }

  private static final class Counted extends FilterOutputStream {
    private final Limit limit;
    private long written;

    Counted(OutputStream target, Limit limit) {
      super(target);
      this.limit = limit;
    }

    @Override
    public void write(int one) throws IOException {
      limit.require(++written);
      out.write(one);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      written += length;
      limit.require(written);
      out.write(bytes, from, length);
    }
  }

  /** Writes one record. */
  void write(Map<String, ? extends @Nullable Object> record) throws IOException {
    value(record);
    out.writeRaw('\n');
    records++;
  }

  /** How many were written. */
  long records() {
    return records;
  }

  private void value(@Nullable Object value) throws IOException {
    switch (value) {
      case null -> out.writeNull();
      case Map<?, ?> map -> {
        out.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          out.writeFieldName(String.valueOf(entry.getKey()));
          value(entry.getValue());
        }
        out.writeEndObject();
      }
      case List<?> list -> {
        out.writeStartArray();
        for (Object one : list) {
          value(one);
        }
        out.writeEndArray();
      }
      case Boolean flag -> out.writeBoolean(flag);
      case BigDecimal number -> out.writeNumber(number.toPlainString());
      case Integer number -> out.writeNumber(number);
      case Long number -> out.writeNumber(number);
      case Float number when Float.isFinite(number) -> out.writeNumber(number);
      case Double number when Double.isFinite(number) -> out.writeNumber(number);
      case Number _ -> out.writeNull(); // JSON has no NaN
      default -> out.writeString(value.toString());
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
