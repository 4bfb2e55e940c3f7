package io.hosu.tables;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.TableName;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/** Holds commits to the contracts of tables. */
final class ContractGuard {
  private ContractGuard() {}

  /** Whether a lake project says exactly which columns a table has. */
  static boolean isFixed(TableMetadata table) {
    return !TableDefinitions.contract(table).isEmpty();
  }

  /**
   * The table at {@code base} as it takes rows with {@code columns}.
   *
   * @throws Invalid {@link TablesError#CONTRACT_BROKEN} when the table is under contract, and they
   *     would give it other columns than it has
   */
  static TableMetadata meeting(
      TableName name,
      TableMetadata base,
      List<SqlColumn> columns,
      TableLayout layout,
      Tables.Columns meeting) {
    if (isFixed(base)) {
      return requireSame(name, base, Evolution.extend(base, columns, layout));
    }
    return switch (meeting) {
      case EVOLVE -> Evolution.extend(base, columns, layout);
      case REPLACE -> Evolution.replace(base, columns, layout);
    };
  }

  private static TableMetadata requireSame(
      TableName name, TableMetadata base, TableMetadata changed) {
    List<SchemaStep> steps = SchemaSteps.between(base.schema(), changed.schema());
    if (!steps.isEmpty()) {
      throw new Invalid(
          TablesError.CONTRACT_BROKEN,
          "The rows are not as the contract of table %s says: they would %s."
              .formatted(name, listed(steps)),
          "Change the SELECT, or declare the columns in the dataset of the table and run: hosu"
              + " apply");
    }
    return changed;
  }

  /**
   * Refuses what the compatibility of a table does not let an engine do to its columns, and to the
   * contract itself.
   *
   * @throws Invalid {@link TablesError#CONTRACT_BROKEN}
   */
  static void requireCompatible(
      TableName name, @Nullable TableMetadata current, TableMetadata changed) {
    if (current == null || !isFixed(current)) {
      return;
    }
    String word = TableDefinitions.contract(current);
    List<SchemaStep> refused =
        Compatibility.of(word)
            .map(mode ->
                SchemaSteps.between(current, changed, mode).stream().filter(mode::refuses).toList())
            .orElse(List.of());
    if (!refused.isEmpty() || !word.equals(TableDefinitions.contract(changed))) {
      throw new Invalid(
          TablesError.CONTRACT_BROKEN,
          "The contract of table %s (compatibility: %s) does not let an engine %s."
              .formatted(name, word, refused.isEmpty() ? "change it" : listed(refused)),
          "Change the table in its dataset and run: hosu apply");
    }
  }

  private static String listed(List<SchemaStep> steps) {
    String some =
        steps.stream().limit(5).map(SchemaStep::toString).collect(Collectors.joining(", "));
    return steps.size() <= 5 ? some : "%s and %d more".formatted(some, steps.size() - 5);
  }
}
