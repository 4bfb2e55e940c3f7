package io.hosu.tables;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/**
 * Iceberg's partition transforms as the engine's SQL, value for value the same.
 *
 * <p>What a transform yields is written so that the engine's own texts for partitions cannot change
 * its meaning: numbers as they are; everything else as text with {@code v} before the value and
 * {@code n} for NULL.
 */
final class PartitionSql {
  private static final long MICROS_PER_HOUR = 3_600_000_000L;

  private final Schema schema;
  private final PartitionField field;
  private final Type source;

  private PartitionSql(PartitionField field, Schema schema) {
    this.schema = schema;
    this.field = field;
    this.source = schema.findType(field.sourceId());
  }

  /** The expression for one partition field over the columns of {@code schema}. */
  static String of(PartitionField field, Schema schema) {
    PartitionSql sql = new PartitionSql(field, schema);
    return sql.encoded(sql.transformed());
  }

  /** Whether a partition value of {@code type} is written as a number. */
  static boolean isNumber(Type type) {
    return switch (type.typeId()) {
      case INTEGER, LONG, DATE, TIME, TIMESTAMP -> true;
      default -> false;
    };
  }

  private String transformed() {
    String transform = field.transform().toString().toLowerCase(Locale.ROOT);
    int bracket = transform.indexOf('[');
    int width =
        bracket < 0
            ? 0
            : Integer.parseInt(transform.substring(bracket + 1, transform.length() - 1));
    return switch (bracket < 0 ? transform : transform.substring(0, bracket)) {
      case "identity" -> identity();
      case "void" -> "NULL::VARCHAR";
      case "year" -> finite("(year(%s) - 1970)".formatted(inUtc()));
      case "month" -> finite("((year(%1$s) - 1970) * 12 + month(%1$s) - 1)".formatted(inUtc()));
      case "day" -> finite("((%s)::DATE - DATE '1970-01-01')".formatted(inUtc()));
      case "hour" -> finite(hour());
      case "truncate" -> truncate(width);
      case "bucket" -> bucket(width);
      default -> throw unsupported();
    };
  }

  private String identity() {
    return switch (source.typeId()) {
      case DATE -> finite("(%s - DATE '1970-01-01')".formatted(column()));
      case TIMESTAMP -> finite("epoch_us(%s)".formatted(column()));
      case TIME -> "epoch_us(%s)".formatted(column());
      case BINARY -> "hex(%s)".formatted(column());
      case FLOAT, DOUBLE, FIXED -> throw unsupported();
      default -> column();
    };
  }

  private String hour() {
    String micros = "epoch_us(%s)".formatted(inUtc());
    return "(%s // %d)".formatted(floorTo(micros, MICROS_PER_HOUR), MICROS_PER_HOUR);
  }

  private String truncate(int width) {
    return switch (source.typeId()) {
      case STRING -> "left(%s, %d)".formatted(column(), width);
      case INTEGER -> floorTo(column(), width) + "::INTEGER";
      case LONG -> floorTo(column(), width);
      case DECIMAL -> truncateDecimal(width);
      default -> throw unsupported();
    };
  }

  /** Iceberg cuts the unscaled number; the engine does the same on the number at its own scale. */
  private String truncateDecimal(int width) {
    int scale = ((Types.DecimalType) source).scale();
    String type = SqlTypes.print(source);
    String step =
        "%s::%s".formatted(java.math.BigDecimal.valueOf(width, scale).toPlainString(), type);
    return "(%1$s - ((%1$s %% %2$s) + CASE WHEN %1$s %% %2$s < 0 THEN %2$s ELSE 0::%3$s END))::%3$s"
        .formatted(column(), step, type);
  }

  private String bucket(int width) {
    String hashed =
        switch (source.typeId()) {
          case INTEGER, LONG -> column() + "::BIGINT";
          case DATE -> finite("(%s - DATE '1970-01-01')::BIGINT".formatted(column()));
          case TIMESTAMP -> finite("epoch_us(%s)".formatted(column()));
          case TIME -> "epoch_us(%s)".formatted(column());
          case STRING -> column();
          default -> throw unsupported();
        };
    String function =
        source.typeId() == Type.TypeID.STRING ? "hosu_bucket_text" : "hosu_bucket_long";
    return "CASE WHEN %s IS NOT NULL THEN %s(%s, %d) END"
        .formatted(column(), function, hashed, width);
  }

  private String encoded(String value) {
    Type result = field.transform().getResultType(source);
    if (isNumber(result)) {
      return value;
    }
    return "coalesce('v' || (%s)::VARCHAR, 'n')".formatted(value);
  }

  /** Has no infinite date pass for NULL, which readers would then look for in the wrong place. */
  private String finite(String expression) {
    String complaint =
        "The partition column %s holds an infinite date; leave such rows out of the SELECT."
            .formatted(column());
    return "CASE WHEN isinf(%s) THEN error(%s)::BIGINT ELSE %s END"
        .formatted(column(), Sql.text(complaint), expression);
  }

  private String inUtc() {
    return SqlTypes.isZoned(source) ? "(%s AT TIME ZONE 'UTC')".formatted(column()) : column();
  }

  private static String floorTo(String value, long step) {
    return "(%1$s - (((%1$s %% %2$d) + %2$d) %% %2$d))".formatted(value, step);
  }

  /** The source column, or the path to a field inside its structs. */
  private String column() {
    Map<Integer, Integer> parents = TypeUtil.indexParents(schema.asStruct());
    List<String> path = new ArrayList<>();
    for (Integer id = field.sourceId(); id != null; id = parents.get(id)) {
      path.add(Sql.name(schema.findField(id).name()));
    }
    Collections.reverse(path);
    return String.join(".", path);
  }

  private RuntimeException unsupported() {
    return PartitionDeclaration.invalid(
        "Partitioning by %s of the %s column '%s' is not possible."
            .formatted(field.transform(), source, schema.findColumnName(field.sourceId())));
  }
}
