package io.hosu.tables;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Values of Iceberg as JSON that an engine reads with the types of {@link SqlTypes#print}, but for
 * bytes, which are texts of hexadecimal digits: JSON has none.
 */
final class MetadataJson {
  private MetadataJson() {}

  /** The fields of a struct for which {@code wanted} holds. */
  static void fields(
      JsonGenerator json, List<NestedField> fields, StructLike row, Predicate<String> wanted)
      throws IOException {
    for (int i = 0; i < fields.size(); i++) {
      NestedField field = fields.get(i);
      if (wanted.test(field.name())) {
        json.writeFieldName(field.name());
        value(json, field.type(), row.get(i, Object.class));
      }
    }
  }

  private static void value(JsonGenerator json, Type type, @Nullable Object value)
      throws IOException {
    if (value == null) {
      json.writeNull();
      return;
    }
    switch (type.typeId()) {
      case BOOLEAN -> json.writeBoolean((Boolean) value);
      case INTEGER, LONG -> json.writeNumber(((Number) value).longValue());
      case LIST -> list(json, type.asListType().elementType(), (Collection<?>) value);
      case MAP -> map(json, type, (Map<?, ?>) value);
      case STRUCT -> {
        json.writeStartObject();
        fields(json, type.asStructType().fields(), (StructLike) value, _ -> true);
        json.writeEndObject();
      }
      default -> json.writeString(text(type, value));
    }
  }

  private static void list(JsonGenerator json, Type type, Collection<?> values) throws IOException {
    json.writeStartArray();
    for (Object value : values) {
      value(json, type, value);
    }
    json.writeEndArray();
  }

  private static void map(JsonGenerator json, Type type, Map<?, ?> entries) throws IOException {
    json.writeStartObject();
    for (Map.Entry<?, ?> entry : entries.entrySet()) {
      json.writeFieldName(text(type.asMapType().keyType(), entry.getKey()));
      value(json, type.asMapType().valueType(), entry.getValue());
    }
    json.writeEndObject();
  }

  /** What the engine casts to the type; also numbers that JSON cannot say, such as NaN. */
  private static String text(Type type, Object value) {
    return switch (type.typeId()) {
      case DATE -> LocalDate.ofEpochDay((Integer) value).toString();
      case TIME -> LocalTime.ofNanoOfDay((Long) value * 1000).toString();
      case TIMESTAMP -> timestamp(type, (Long) value);
      case BINARY, FIXED -> bytes(value);
      default -> value.toString();
    };
  }

  private static String timestamp(Type type, long micros) {
    Instant instant = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    return SqlTypes.isZoned(type)
        ? instant.toString()
        : instant.atOffset(ZoneOffset.UTC).toLocalDateTime().toString();
  }

  private static String bytes(Object value) {
    byte[] bytes;
    if (value instanceof ByteBuffer buffer) {
      bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
    } else {
      bytes = (byte[]) value;
    }
    return HexFormat.of().formatHex(bytes);
  }
}
