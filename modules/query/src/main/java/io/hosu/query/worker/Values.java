package io.hosu.query.worker;

import io.hosu.kernel.Json;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Date;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Map;
import org.duckdb.DuckDBStruct;
import org.duckdb.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * Values as results write them. Numbers keep every digit; what JSON has no form for is a text:
 * dates and times as ISO 8601 has them, bytes in base 64, {@code NaN} and {@code Infinity} by these
 * names.
 */
final class Values {
  private Values() {}

  /** Writes a value as JSON. */
  static void json(StringBuilder out, @Nullable Object value) throws SQLException {
    switch (value) {
      case null -> out.append("null");
      case String text -> quoted(out, text);
      case Boolean flag -> out.append(flag.booleanValue());
      case Double number -> number(out, number, Double.isFinite(number));
      case Float number -> number(out, number, Float.isFinite(number));
      case BigDecimal number -> out.append(number.toPlainString());
      case Number number -> out.append(number);
      case JsonNode json -> out.append(json);
      case DuckDBStruct struct -> object(out, struct.getMap());
      case Map<?, ?> map -> object(out, map);
      case Array array -> array(out, (Object[]) array.getArray());
      case Object[] array -> array(out, array);
      case Iterable<?> list -> list(out, list);
      case Struct struct -> array(out, struct.getAttributes());
      case Blob blob -> quoted(out, base64(blob));
      default -> quoted(out, moment(value, 'T', "Z"));
    }
  }

  /** Writes a value as a field of CSV would have it, without quotes around it. */
  static String text(Object value) throws SQLException {
    return switch (value) {
      case String text -> text;
      case BigDecimal number -> number.toPlainString();
      case Number number -> number.toString();
      case Boolean flag -> flag.toString();
      case JsonNode json -> json.toString();
      case Blob blob -> base64(blob);
      case Struct _, Map<?, ?> _, Array _, Object[] _, Iterable<?> _ -> {
        StringBuilder nested = new StringBuilder();
        json(nested, value);
        yield nested.toString();
      }
      default -> moment(value, ' ', "+00");
    };
  }

  private static void number(StringBuilder out, Number number, boolean finite) {
    if (finite) {
      out.append(number);
    } else {
      quoted(out, number.toString());
    }
  }

  private static void object(StringBuilder out, Map<?, ?> map) throws SQLException {
    String before = "{";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(before);
      Object key = entry.getKey();
      quoted(out, key == null ? "null" : text(key));
      out.append(':');
      json(out, entry.getValue());
      before = ",";
    }
    out.append(map.isEmpty() ? "{}" : "}");
  }

  private static void array(StringBuilder out, @Nullable Object[] items) throws SQLException {
    out.append('[');
    for (int i = 0; i < items.length; i++) {
      if (i > 0) {
        out.append(',');
      }
      json(out, items[i]);
    }
    out.append(']');
  }

  private static void list(StringBuilder out, Iterable<?> items) throws SQLException {
    String before = "[";
    for (Object item : items) {
      out.append(before);
      json(out, item);
      before = ",";
    }
    out.append(before.equals("[") ? "[]" : "]");
  }

  private static String base64(Blob blob) throws SQLException {
    return Base64.getEncoder().encodeToString(blob.getBytes(1, (int) blob.length()));
  }

  private static String moment(Object value, char between, String utc) {
    return switch (value) {
      case Timestamp time -> moment(time.toLocalDateTime(), between);
      case LocalDateTime time -> moment(time, between);
      case OffsetDateTime time ->
          moment(time.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime(), between) + utc;
      case LocalTime time -> clock(time);
      case OffsetTime time -> clock(time.toLocalTime()) + time.getOffset();
      case Date date -> date.toLocalDate().toString();
      default -> value.toString();
    };
  }

  private static String moment(LocalDateTime time, char between) {
    return time.toLocalDate().toString() + between + clock(time.toLocalTime());
  }

  private static String clock(LocalTime time) {
    String text = time.toString();
    return text.length() == 5 ? text + ":00" : text;
  }

  /** Writes a text as JSON does. */
  static void quoted(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || Character.isSurrogate(c)) {
        out.setLength(out.length() - i - 1);
        out.append(Json.print(text));
        return;
      }
      out.append(c);
    }
    out.append('"');
  }
}
