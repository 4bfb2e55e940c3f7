package io.hosu.query.worker;

import static java.time.format.DateTimeFormatter.ISO_LOCAL_DATE_TIME;
import static java.time.format.DateTimeFormatter.ISO_LOCAL_TIME;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/** The records of an Avro file, with what its logical types mean. */
final class AvroRecords {
  private static final long MICROS = 1_000_000;

  private AvroRecords() {}

  /**
   * Writes the records as they come, at most {@code most} of them.
   *
   * @return whether these are all
   * @throws Unreadable when it is broken, or holds no records
   */
  static boolean write(InputStream in, JsonLines out, long most) throws IOException {
    try (DataFileStream<Object> file =
        new DataFileStream<>(in, new GenericDatumReader<>(null, null, new GenericData()))) {
      if (file.getSchema().getType() != Schema.Type.RECORD) {
        throw new Unreadable("it holds values of Avro that are no records");
      }
      Object reused = null;
      while (file.hasNext()) {
        if (out.records() == most) {
          return false;
        }
        reused = file.next(reused);
        out.write(record((IndexedRecord) reused));
      }
      return true;
    } catch (AvroRuntimeException | IOException | IndexOutOfBoundsException e) {
      throw new Unreadable("its Avro is broken: " + Unreadable.line(e));
    } catch (NoClassDefFoundError _) {
      throw new Unreadable("it is packed in a way that is not read: only deflate and null are");
    }
  }

  private static Map<String, @Nullable Object> record(IndexedRecord record) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (Schema.Field field : record.getSchema().getFields()) {
      values.put(field.name(), value(field.schema(), record.get(field.pos())));
    }
    return values;
  }

  private static @Nullable Object value(Schema schema, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    return switch (schema.getType()) {
      case UNION ->
          value(schema.getTypes().get(GenericData.get().resolveUnion(schema, value)), value);
      case RECORD -> record((IndexedRecord) value);
      case ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        ((Iterable<?>) value).forEach(one -> list.add(value(schema.getElementType(), one)));
        yield list;
      }
      case MAP -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        ((Map<?, ?>) value)
            .forEach((key, one) -> map.put(key.toString(), value(schema.getValueType(), one)));
        yield map;
      }
      case INT, LONG -> number(schema.getLogicalType(), ((Number) value).longValue());
      case BYTES -> bytes(schema.getLogicalType(), ((ByteBuffer) value).duplicate());
      case FIXED -> bytes(schema.getLogicalType(), ByteBuffer.wrap(((GenericFixed) value).bytes()));
      case FLOAT, DOUBLE, BOOLEAN -> value;
      case STRING, ENUM -> value.toString();
      case NULL -> null;
    };
  }

  private static Object number(@Nullable LogicalType type, long value) {
    return switch (type == null ? "" : type.getName()) {
      case "date" -> LocalDate.ofEpochDay(value).toString();
      case "time-millis" -> ISO_LOCAL_TIME.format(LocalTime.ofNanoOfDay(value * MICROS));
      case "time-micros" -> ISO_LOCAL_TIME.format(LocalTime.ofNanoOfDay(value * 1000));
      case "timestamp-millis" -> Instant.ofEpochMilli(value).toString();
      case "timestamp-micros" -> Instant.EPOCH.plus(value, ChronoUnit.MICROS).toString();
      case "local-timestamp-millis" -> local(Instant.ofEpochMilli(value));
      case "local-timestamp-micros" -> local(Instant.EPOCH.plus(value, ChronoUnit.MICROS));
      default -> value;
    };
  }

  private static String local(Instant time) {
    return ISO_LOCAL_DATE_TIME.format(LocalDateTime.ofInstant(time, ZoneOffset.UTC));
  }

  private static Object bytes(@Nullable LogicalType type, ByteBuffer value) {
    byte[] bytes = new byte[value.remaining()];
    value.get(bytes);
    return type instanceof LogicalTypes.Decimal decimal
        ? new BigDecimal(new BigInteger(bytes), decimal.getScale())
        : Base64.getEncoder().encodeToString(bytes);
  }
}
