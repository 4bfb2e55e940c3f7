package io.hosu.governance;

import io.hosu.kernel.TableName;
import java.util.ArrayList;
import java.util.List;

/** The tables that a grant is about. */
final class Covered {
  /** How many tables a grant is compared with. */
  static final int MOST_COMPARED = 200;

  /** How many of those that it does not fit are named. */
  static final int MOST_NAMED = 10;

  private Covered() {}

  /**
   * What of a grant on more than one table does not fit those that it is about, each table in a
   * sentence, with how many more there are.
   *
   * @param giver who is told of no table that it may not know
   */
  static List<String> misfits(Rights rights, Principal giver, GrantFit fit, Grant grant) {
    boolean one = grant.on() instanceof Resource.Table || grant.on() instanceof Resource.Column;
    if (one || !grant.terms().limits()) {
      return List.of();
    }
    List<TableName> covered =
        fit.tables().stream()
            .filter(table -> isIn(rights.state().tags(), grant.on(), table))
            .filter(table -> rights.visible(giver, Resource.of(table)))
            .toList();
    List<String> all = new ArrayList<>();
    covered.stream()
        .limit(MOST_COMPARED)
        .forEach(table -> {
          List<String> misfits = fit.misfits(grant, table);
          if (!misfits.isEmpty()) {
            all.add("It does not fit %s: %s".formatted(table, String.join(" ", misfits)));
          }
        });
    return told(all, covered.size());
  }

  private static List<String> told(List<String> all, int covered) {
    List<String> told = new ArrayList<>(all.subList(0, Math.min(all.size(), MOST_NAMED)));
    if (all.size() > MOST_NAMED) {
      told.add("Nor does it fit %d more tables.".formatted(all.size() - MOST_NAMED));
    }
    if (covered > MOST_COMPARED) {
      told.add(
          "It was compared with %d of the %d tables that it is about."
              .formatted(MOST_COMPARED, covered));
    }
    return told;
  }

  /** Whether what is granted on {@code on} can be about {@code table}, or a column of it. */
  static boolean isIn(TagTree tags, Resource on, TableName table) {
    if (!(on instanceof Resource.Tagged(Expression expression))) {
      return tags.around(Resource.of(table)).contains(on);
    }
    var ofTable = tags.tags(Resource.of(table));
    return expression.holds(name -> ofTable.get(name.name()))
        || tags.taggedColumns(table).stream()
            .map(column -> tags.tags(table, column, ofTable))
            .anyMatch(its -> expression.holds(name -> its.get(name.name())));
  }
}
