package io.hosu.pipelines;

import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.TableName;
import io.hosu.tables.LakeTable;
import io.hosu.tables.ScanPlan;
import io.hosu.tables.Tables;
import io.hosu.tables.TablesError;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks for rows of a table in its clones, which have them for themselves. May be used from any
 * thread.
 */
final class ClonedRows {
  /**
   * Of so many snapshots with files of their own; a clone of more is taken for one with such rows.
   */
  private static final int MOST_LOOKS = 50;

  private static final int NAMED = 5;

  private final Tables tables;
  private final Count count;

  ClonedRows(Tables tables, Count count) {
    this.tables = tables;
    this.count = count;
  }

  /** How many rows of what is planned are such, those too that are deleted beside their files. */
  interface Count {
    long of(TableName table, String where, ScanPlan plan);
  }

  /**
   * Refuses to go on while a clone of {@code table} has rows of which {@code where} is true, in any
   * of its snapshots, or may have. One that may not be read is not looked into, or the answer would
   * tell what is in it; nor is it named.
   *
   * @param readable which of them who asks may read
   * @throws Conflict {@link TablesError#CLONED_ROWS}
   */
  void requireNone(TableName table, String where, Predicate<TableName> readable) {
    List<TableName> clones = tables.upkeep().deletion().clonesOf(table);
    if (!clones.stream().allMatch(readable)) {
      throw new Conflict(
          TablesError.CLONED_ROWS,
          "Table %s has clones that you may not read, which may hold such rows.".formatted(table),
          "Have an administrator drop them (hosu clones list), or let who may read them delete the"
              + " rows there and here.");
    }

    Map<Integer, String> columns = new HashMap<>(tables.require(table).columnsById());
    columns.values().removeIf(name -> !names(where, name));
    List<TableName> holding =
        clones.stream().filter(clone -> mayHold(clone, columns, where)).toList();
    if (!holding.isEmpty()) {
      throw new Conflict(
          TablesError.CLONED_ROWS,
          "Such rows of %s are, or may be, in its clones %s, and would stay there."
              .formatted(table, told(holding.stream().map(TableName::toString))),
          "Delete them there first, with the same condition: %s; or drop the clone: %s"
              .formatted(
                  told(holding.stream().map(clone -> "hosu tables delete-rows " + clone)),
                  told(
                      holding.stream()
                          .map(TableName::domain)
                          .distinct()
                          .map(domain -> "hosu clones drop " + domain))));
    }
  }

  private static String told(Stream<String> all) {
    return all.limit(NAMED).collect(Collectors.joining("; "));
  }

  private static boolean names(String where, String column) {
    return where.toLowerCase(Locale.ROOT).contains(column.toLowerCase(Locale.ROOT));
  }

  /**
   * A clone with other columns by now, in which nothing can be looked for, may hold anything. So
   * may one in which a name means another column than in its source, at any of its states.
   *
   * @param columns those of the source that the condition names, by field id
   */
  private boolean mayHold(TableName clone, Map<Integer, String> columns, String where) {
    try {
      LakeTable table = tables.require(clone);
      if (!table.columnsById().entrySet().containsAll(columns.entrySet())) {
        return true;
      }
      Set<Path> looked = new HashSet<>();
      int looks = 0;
      // The newest first: by their columns nearly all files are looked into.
      for (long snapshot : table.snapshots().reversed()) {
        ScanPlan plan = tables.planAt(table, snapshot);
        if (meansOthers(plan, table, where)) {
          return true;
        }
        if (looked.addAll(plan.paths())
            && (++looks > MOST_LOOKS || count.of(clone, where, plan) > 0)) {
          return true;
        }
      }
      return false;
    } catch (HosuException.Invalid _) {
      return true;
    } catch (HosuException.NotFound _) {
      return false; // dropped meanwhile
    }
  }

  /** Whether columns that the condition names were called otherwise at a state. */
  private static boolean meansOthers(ScanPlan plan, LakeTable table, String where) {
    List<String> now = plan.namesIn(table);
    for (int i = 0; i < now.size(); i++) {
      String then = plan.columns().get(i).name();
      if (!then.equals(now.get(i)) && (names(where, then) || names(where, now.get(i)))) {
        return true;
      }
    }
    return false;
  }
}
