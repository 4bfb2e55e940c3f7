package io.hosu.tables;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Suggestions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.exceptions.ValidationException;

/**
 * One way in which a table is partitioned, as a lake project writes it: {@code region}, {@code
 * month(date)}, {@code bucket(16, id)}, {@code truncate(4, code)}. {@link #parse} reads back what
 * {@link #toString} prints.
 *
 * @param transform one of Iceberg's: identity, year, month, day, hour, bucket, truncate, void
 * @param width the number of buckets, or the width to cut to; 0 for the other transforms
 * @param column the source column; a field inside a struct as {@code column.field}
 */
public record PartitionDeclaration(String transform, int width, String column) {
  private static final List<String> TRANSFORMS =
      List.of("identity", "year", "month", "day", "hour", "bucket", "truncate", "void");
  private static final String NAME = "\"(?:[^\"]|\"\")+\"|[^()\",\\s](?:[^()\",]*[^()\",\\s])?";
  private static final Pattern CALL =
      Pattern.compile(
          "\\s*(\\w+)\\s*\\(\\s*(?:(\\d{1,9})\\s*,\\s*)?(%s)\\s*\\)\\s*".formatted(NAME));
  private static final Pattern COLUMN = Pattern.compile("\\s*(%s)\\s*".formatted(NAME));

  /**
   * Reads a declaration. A column of an odd name stands in double quotes.
   *
   * @throws Invalid {@link TablesError#PARTITION_INVALID}
   */
  public static PartitionDeclaration parse(String text) {
    Matcher column = COLUMN.matcher(text);
    if (column.matches()) {
      return new PartitionDeclaration("identity", 0, unquote(column.group(1)));
    }
    Matcher call = CALL.matcher(text);
    if (!call.matches()) {
      throw invalid("'%s' does not say how to partition.".formatted(text));
    }
    return checked(text, call);
  }

  /**
   * Iceberg's partition spec for all {@code declarations}, in their order.
   *
   * @throws Invalid {@link TablesError#PARTITION_INVALID} when they do not fit the columns
   */
  public static PartitionSpec bind(List<PartitionDeclaration> declarations, Schema schema) {
    PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
    declarations.forEach(declaration -> declaration.check(schema));
    try {
      declarations.forEach(
          declaration -> declaration.addTo(spec, declaration.requireColumn(schema)));
      return spec.build();
    } catch (IllegalArgumentException | ValidationException e) {
      throw invalid("%s do not fit together: %s.".formatted(declarations, e.getMessage()));
    }
  }

  /** What {@code spec} would be declared as. */
  static List<PartitionDeclaration> of(PartitionSpec spec, Schema schema) {
    return spec.fields().stream()
        .map(field -> {
          String transform = field.transform().toString();
          int bracket = transform.indexOf('[');
          int width =
              bracket < 0
                  ? 0
                  : Integer.parseInt(transform.substring(bracket + 1, transform.length() - 1));
          String name = bracket < 0 ? transform : transform.substring(0, bracket);
          return new PartitionDeclaration(name, width, schema.findColumnName(field.sourceId()));
        })
        .toList();
  }

  /** Refuses what does not fit its column, or what the engine could not compute. */
  private void check(Schema schema) {
    PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
    try {
      addTo(spec, requireColumn(schema));
      PartitionSql.of(spec.build().fields().getFirst(), schema);
    } catch (IllegalArgumentException | ValidationException e) {
      throw invalid("'%s' does not fit its column: %s.".formatted(this, e.getMessage()));
    }
  }

  private void addTo(PartitionSpec.Builder spec, String source) {
    switch (transform) {
      case "year" -> spec.year(source);
      case "month" -> spec.month(source);
      case "day" -> spec.day(source);
      case "hour" -> spec.hour(source);
      case "bucket" -> spec.bucket(source, width);
      case "truncate" -> spec.truncate(source, width);
      case "void" -> spec.alwaysNull(source);
      default -> spec.identity(source);
    }
  }

  private String requireColumn(Schema schema) {
    if (schema.findField(column) != null) {
      return column;
    }
    var field = schema.caseInsensitiveFindField(column);
    if (field == null) {
      List<String> names = schema.columns().stream().map(known -> known.name()).toList();
      throw invalid("'%s' names no column of the table%s".formatted(this, guess(column, names)));
    }
    return schema.findColumnName(field.fieldId());
  }

  private static PartitionDeclaration checked(String text, Matcher call) {
    String transform = call.group(1);
    if (!TRANSFORMS.contains(transform)) {
      throw invalid(
          "'%s' is no partition transform%s".formatted(transform, guess(transform, TRANSFORMS)));
    }
    boolean wide = transform.equals("bucket") || transform.equals("truncate");
    int width = call.group(2) == null ? 0 : Integer.parseInt(call.group(2));
    if (wide != width > 0) {
      throw invalid(
          wide
              ? "'%s' needs a number above 0 first, as in %s(16, column)."
                  .formatted(text, transform)
              : "'%s' takes a column and no number.".formatted(text));
    }
    return new PartitionDeclaration(transform, width, unquote(call.group(3)));
  }

  private static String guess(String word, List<String> known) {
    return Suggestions.ending(word, known);
  }

  private static String unquote(String name) {
    return name.startsWith("\"")
        ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
        : name;
  }

  static Invalid invalid(String what) {
    return new Invalid(
        TablesError.PARTITION_INVALID,
        what,
        "Write a column, year(c), month(c), day(c), hour(c), bucket(16, c) or truncate(4, c).");
  }

  @Override
  public String toString() {
    String name =
        COLUMN.matcher(column).matches() && !column.contains("\"") ? column : Sql.name(column);
    return switch (transform) {
      case "identity" -> name;
      case "bucket", "truncate" -> "%s(%d, %s)".formatted(transform, width, name);
      default -> "%s(%s)".formatted(transform, name);
    };
  }
}
