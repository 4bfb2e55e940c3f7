package io.hosu.delivery;

import io.hosu.governance.Grant;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.TableName;
import io.hosu.tables.Compatibility;
import io.hosu.tables.SchemaStep;
import io.hosu.tables.WriteTarget;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Checks changes of columns against the contracts of tables, before anything is done. */
final class ContractCheck {
  private final TableKeeper tables;
  private final Supplier<List<Grant>> grants;

  ContractCheck(TableKeeper tables, Supplier<List<Grant>> grants) {
    this.tables = tables;
    this.grants = grants;
  }

  /** What is to be said of tables whose columns change. */
  record Checked(Map<TableName, List<String>> lines) {
    List<String> notes(Declared thing) {
      return thing instanceof Declared.Table table
          ? lines.getOrDefault(table.table(), List.of())
          : List.of();
    }
  }

  /**
   * What becomes of the columns of tables.
   *
   * @throws Conflict {@link DeliveryError#CONTRACT_REFUSED}, naming column, readers and ways out
   */
  Checked check(Diff diff, DesiredState desired) {
    Map<TableName, List<String>> lines = new LinkedHashMap<>();
    for (Diff.Step step : diff.of(Declared.Kind.TABLE)) {
      if (step.after().isPresent() && step.after().get() instanceof Declared.Table table) {
        WriteTarget target = tables.target(table);
        if (!target.steps().isEmpty()) {
          lines.put(table.table(), lines(table, target, desired));
        }
      }
    }
    return new Checked(lines);
  }

  private List<String> lines(Declared.Table table, WriteTarget target, DesiredState desired) {
    ColumnReaders readers = new ColumnReaders(table.table(), desired, grants.get());
    Compatibility mode = table.compatibility().orElse(Compatibility.NONE);
    for (SchemaStep step : target.steps(mode)) {
      if (mode.refuses(step)) {
        throw refused(table, mode, step, readers.of(step.column()));
      }
    }
    List<String> lines = new ArrayList<>();
    for (SchemaStep step : target.steps()) {
      List<String> named = step.breaksReaders() ? readers.of(step.column()) : List.of();
      lines.add(step.toString());
      if (!named.isEmpty()) {
        lines.add("  '%s' is still said by %s.".formatted(step.column(), String.join(", ", named)));
      }
    }
    return lines;
  }

  private static Conflict refused(
      Declared.Table table, Compatibility mode, SchemaStep step, List<String> readers) {
    String who =
        readers.isEmpty()
            ? "Nothing in the lake names the column; readers outside of it may."
            : "What names it: %s.".formatted(String.join(", ", readers));
    return new Conflict(
        DeliveryError.CONTRACT_REFUSED,
        "The compatibility '%s' of table %s does not let you %s. %s"
            .formatted(mode.word(), table.table(), step, who),
        "%s, or declare a weaker compatibility (%s) with it, and look with: hosu plan"
            .formatted(otherWay(step), weaker(mode, step)));
  }

  private static String otherWay(SchemaStep step) {
    return switch (step.kind()) {
      case RENAME -> "Add the column under its new name and keep the old one until nobody reads it";
      case DROP -> "Keep the column until nobody reads it";
      case WIDEN, RETYPE -> "Add a column of the new type beside the old one";
      case REQUIRE, LOOSEN -> "Leave nullable as it is";
      case ADD, REORDER, DESCRIBE -> "Leave it as it is";
    };
  }

  private static String weaker(Compatibility mode, SchemaStep step) {
    if (mode.isTransitive()) {
      return "%s or %s".formatted(mode.lastOnly().word(), Compatibility.NONE.word());
    }
    return Compatibility.BACKWARD.refuses(step)
        ? Compatibility.NONE.word()
        : "%s or %s".formatted(Compatibility.BACKWARD.word(), Compatibility.NONE.word());
  }
}
