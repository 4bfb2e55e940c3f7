package io.hosu.tables;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.HexFormat;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.ByteBuffers;

/** The values that columns have by default, as the engine's SQL writes them. */
final class DefaultSql {
  private static final long NANOS_PER_MICRO = 1_000;

  private DefaultSql() {}

  /** What a row has in {@code field} that is written without it. */
  static String ofWriting(NestedField field) {
    Object value = field.writeDefault();
    return value == null ? "NULL" : print(field.type(), value);
  }

  /** What a row has in {@code field} whose file was written before there was such a field. */
  static String ofReading(NestedField field) {
    Object value = field.initialDefault();
    return value == null ? "NULL::" + SqlTypes.print(field.type()) : print(field.type(), value);
  }

  /**
   * A value of {@code type}, of that type in the engine.
   *
   * @param value as Iceberg keeps it
   */
  static String print(Type type, Object value) {
    String text =
        switch (type.typeId()) {
          case DATE -> Sql.text(LocalDate.ofEpochDay((Integer) value).toString());
          case TIME -> Sql.text(LocalTime.ofNanoOfDay((Long) value * NANOS_PER_MICRO).toString());
          case TIMESTAMP -> timestamp(type, (Long) value);
          case BINARY, FIXED ->
              "unhex(%s)"
                  .formatted(
                      Sql.text(
                          HexFormat.of().formatHex(ByteBuffers.toByteArray((ByteBuffer) value))));
          case DECIMAL -> Sql.text(((BigDecimal) value).toPlainString());
          default -> Sql.text(value.toString());
        };
    return "%s::%s".formatted(text, SqlTypes.print(type));
  }

  /** Made of its number, as texts of far years read differently. */
  private static String timestamp(Type type, long micros) {
    return SqlTypes.isZoned(type)
        ? "(make_timestamp(%d) AT TIME ZONE 'UTC')".formatted(micros)
        : "make_timestamp(%d)".formatted(micros);
  }
}
