package io.hosu.query.worker;

import static java.time.format.DateTimeFormatter.ISO_LOCAL_DATE_TIME;

import io.trino.orc.OrcColumn;
import io.trino.orc.metadata.OrcType;
import io.trino.spi.type.ArrayType;
import io.trino.spi.type.BigintType;
import io.trino.spi.type.BooleanType;
import io.trino.spi.type.DateType;
import io.trino.spi.type.DecimalType;
import io.trino.spi.type.DoubleType;
import io.trino.spi.type.IntegerType;
import io.trino.spi.type.MapType;
import io.trino.spi.type.RealType;
import io.trino.spi.type.RowType;
import io.trino.spi.type.SmallintType;
import io.trino.spi.type.SqlDate;
import io.trino.spi.type.SqlDecimal;
import io.trino.spi.type.SqlTimestamp;
import io.trino.spi.type.SqlTimestampWithTimeZone;
import io.trino.spi.type.SqlVarbinary;
import io.trino.spi.type.TimestampType;
import io.trino.spi.type.TimestampWithTimeZoneType;
import io.trino.spi.type.TinyintType;
import io.trino.spi.type.Type;
import io.trino.spi.type.TypeOperators;
import io.trino.spi.type.VarbinaryType;
import io.trino.spi.type.VarcharType;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the values of ORC's columns are as JSON. */
final class OrcValues {
  private static final TypeOperators OPERATORS = new TypeOperators();

  private OrcValues() {}

  /**
   * The type as which a column is read.
   *
   * @throws Unreadable when there is none
   */
  static Type type(OrcColumn column) throws Unreadable {
    OrcType type = column.getColumnType();
    List<OrcColumn> parts = column.getNestedColumns();
    return switch (type.getOrcTypeKind()) {
      case BOOLEAN -> BooleanType.BOOLEAN;
      case BYTE -> TinyintType.TINYINT;
      case SHORT -> SmallintType.SMALLINT;
      case INT -> IntegerType.INTEGER;
      case LONG -> BigintType.BIGINT;
      case FLOAT -> RealType.REAL;
      case DOUBLE -> DoubleType.DOUBLE;
      case STRING, VARCHAR, CHAR -> VarcharType.VARCHAR;
      case BINARY -> VarbinaryType.VARBINARY;
      case DATE -> DateType.DATE;
      case TIMESTAMP -> TimestampType.TIMESTAMP_MICROS;
      case TIMESTAMP_INSTANT -> TimestampWithTimeZoneType.TIMESTAMP_TZ_MICROS;
      case DECIMAL ->
          DecimalType.createDecimalType(
              type.getPrecision().orElse(DecimalType.DEFAULT_PRECISION),
              type.getScale().orElse(DecimalType.DEFAULT_SCALE));
      case LIST -> new ArrayType(type(parts.getFirst()));
      case MAP -> new MapType(type(parts.getFirst()), type(parts.getLast()), OPERATORS);
      case STRUCT -> row(column);
      case UNION ->
          throw new Unreadable(
              "its column '%s' is a union, which is not read".formatted(column.getPath()));
    };
  }

  private static Type row(OrcColumn column) throws Unreadable {
    List<RowType.Field> fields = new ArrayList<>();
    for (OrcColumn field : column.getNestedColumns()) {
      fields.add(RowType.field(field.getColumnName(), type(field)));
    }
    if (fields.isEmpty()) {
      throw new Unreadable(
          "its column '%s' is a struct without fields, which is not read"
              .formatted(column.getPath()));
    }
    return RowType.from(fields);
  }

  /** A value of a column, as it was read with its {@link #type}. */
  static @Nullable Object json(OrcColumn column, @Nullable Object value) {
    List<OrcColumn> parts = column.getNestedColumns();
    return switch (value) {
      case null -> null;
      case List<?> all when column.getColumnType().getOrcTypeKind() == OrcType.OrcTypeKind.LIST ->
          list(parts.getFirst(), all);
      case List<?> fields -> struct(parts, fields);
      case Map<?, ?> map -> map(parts.getFirst(), parts.getLast(), map);
      case SqlDecimal decimal -> decimal.toBigDecimal();
      case SqlDate date -> LocalDate.ofEpochDay(date.getDays()).toString();
      case SqlTimestamp time -> ISO_LOCAL_DATE_TIME.format(time.toLocalDateTime());
      case SqlTimestampWithTimeZone time -> time.toZonedDateTime().toInstant().toString();
      case SqlVarbinary bytes -> Base64.getEncoder().encodeToString(bytes.getBytes());
      case Byte number -> number.longValue();
      case Short number -> number.longValue();
      case String text when column.getColumnType().getOrcTypeKind() == OrcType.OrcTypeKind.CHAR ->
          text.stripTrailing();
      default -> value;
    };
  }

  private static List<@Nullable Object> list(OrcColumn element, List<?> all) {
    List<@Nullable Object> list = new ArrayList<>(all.size());
    all.forEach(one -> list.add(json(element, one)));
    return list;
  }

  private static Map<String, @Nullable Object> struct(List<OrcColumn> parts, List<?> fields) {
    Map<String, @Nullable Object> struct = new LinkedHashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      struct.put(parts.get(i).getColumnName(), json(parts.get(i), fields.get(i)));
    }
    return struct;
  }

  private static Map<String, @Nullable Object> map(OrcColumn key, OrcColumn value, Map<?, ?> all) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    all.forEach((k, v) -> map.put(String.valueOf(json(key, k)), json(value, v)));
    return map;
  }
}
