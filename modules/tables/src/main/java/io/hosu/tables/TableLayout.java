package io.hosu.tables;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Suggestions;
import java.util.List;
import java.util.OptionalInt;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.types.Types.NestedField;

/**
 * How a table's rows are to lie in its files.
 *
 * @param partitionBy what divides rows into files; empty: as the table has it, or not at all
 * @param sortBy columns to sort each file by, {@code name} or {@code name desc}; empty: as before
 * @param formatVersion the version of Iceberg's format that the table is to have at least; empty:
 *     as the table has it, or {@value #STANDARD_VERSION}
 */
public record TableLayout(
    List<PartitionDeclaration> partitionBy, List<String> sortBy, OptionalInt formatVersion) {
  /** The format version of a table of which none is said. */
  public static final int STANDARD_VERSION = 2;

  public TableLayout {
    partitionBy = List.copyOf(partitionBy);
    sortBy = List.copyOf(sortBy);
  }

  /** With the format version that the table has. */
  public TableLayout(List<PartitionDeclaration> partitionBy, List<String> sortBy) {
    this(partitionBy, sortBy, OptionalInt.empty());
  }

  /** As the table has it. */
  public static TableLayout standard() {
    return new TableLayout(List.of(), List.of());
  }

  SortOrder sortOrder(Schema schema) {
    SortOrder.Builder order = SortOrder.builderFor(schema);
    for (String text : sortBy) {
      boolean descending = text.strip().toLowerCase(java.util.Locale.ROOT).endsWith(" desc");
      String name = text.strip().replaceFirst("(?i)\\s+(asc|desc)$", "");
      NestedField field = schema.caseInsensitiveFindField(name);
      if (field == null) {
        throw noColumn(name, schema);
      }
      String column = schema.findColumnName(field.fieldId());
      order = descending ? order.desc(column) : order.asc(column);
    }
    return order.build();
  }

  private static Invalid noColumn(String name, Schema schema) {
    List<String> names = schema.columns().stream().map(NestedField::name).toList();
    String guess = Suggestions.didYouMean(name, names);
    return new Invalid(
        TablesError.PARTITION_INVALID,
        "'%s' to sort by names no column of the table%s"
            .formatted(name, guess.isEmpty() ? "." : guess),
        "Use a column of the table, with desc behind it for the greatest first.");
  }
}
