package io.hosu.governance;

import io.hosu.kernel.ObjectName;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What who may read objects does not read of them: files of tables that it may not SELECT. */
final class TableFolders {
  private static final int MOST_NAMED = 5;

  private TableFolders() {}

  /** The tables that {@code principal} may know, whose files it does not read below {@code on}. */
  static SortedSet<String> leftOut(Rights rights, Principal principal, Resource on) {
    SortedSet<String> names = new TreeSet<>();
    rights
        .state()
        .places()
        .forEach((place, table) -> {
          Resource its = Resource.of(table);
          if (covers(on, place)
              && rights.visible(principal, its)
              && rights.decide(principal, Permission.SELECT, its) instanceof Decision.Denied) {
            names.add(table.toString());
          }
        });
    return names;
  }

  /** Whether {@code on} is around all of the place where a table lies, or is that place. */
  static boolean covers(Resource on, ObjectName place) {
    return on.covers(Resource.of(place));
  }

  /** The first of them, and how many more there are. */
  static String some(Collection<String> names) {
    String first = names.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    return names.size() <= MOST_NAMED
        ? first
        : first + " and %d more".formatted(names.size() - MOST_NAMED);
  }
}
