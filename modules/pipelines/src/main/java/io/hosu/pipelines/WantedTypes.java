package io.hosu.pipelines;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.query.ColumnFlow;
import io.hosu.query.ColumnSource;
import io.hosu.query.Guard;
import io.hosu.query.Scope;
import io.hosu.query.SqlLineage;
import io.hosu.tables.SqlColumn;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The types that columns of {@code input} should have because of the table that they get into: a
 * batch alone may show other types, names of digits, amounts all whole, or none where no record has
 * a key. A column goes by its own name, and by the name that the SQL gives it. May be used from any
 * thread.
 */
final class WantedTypes {
  private static final int MOST_KEPT = 1_000;

  private final Guard guard;

  /** By domain and SQL, which column of the result is which column of the input by another name. */
  private final Map<String, Map<String, String>> renamed =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Map<String, String>> eldest) {
          return size() > MOST_KEPT;
        }
      };

  WantedTypes(Guard guard) {
    this.guard = guard;
  }

  /**
   * The types by the names of the input's columns.
   *
   * @param columns those of the table
   */
  Map<String, String> of(StageSpec stage, List<SqlColumn> columns) {
    Map<String, String> types = new HashMap<>();
    columns.forEach(column -> types.put(small(column.name()), column.type()));
    Map<String, String> wanted = new HashMap<>(types);
    renamed(stage)
        .forEach((source, name) ->
            Optional.ofNullable(types.get(name))
                .ifPresent(type -> wanted.putIfAbsent(source, type)));
    return wanted;
  }

  private Map<String, String> renamed(StageSpec stage) {
    Transform.Sql sql = stage.sql();
    String key = stage.name().domain() + "\n" + sql.text();
    synchronized (renamed) {
      Map<String, String> known = renamed.get(key);
      if (known != null) {
        return known;
      }
    }
    Map<String, String> found = found(stage, sql.text());
    synchronized (renamed) {
      renamed.put(key, found);
    }
    return found;
  }

  private Map<String, String> found(StageSpec stage, String sql) {
    try {
      return found(guard.lineage(sql, Scope.overInput(stage.name().domain()), _ -> List.of()));
    } catch (Invalid _) {
      return Map.of(); // what is wrong with it is told where it runs
    }
  }

  /** One that has several names has none: what one of them wants may not suit the other. */
  private static Map<String, String> found(SqlLineage lineage) {
    Map<String, String> names = new HashMap<>();
    Set<String> several = new HashSet<>();
    for (SqlLineage.Column column : lineage.columns()) {
      List<ColumnSource> sources =
          column.sources().stream().filter(source -> source.flow().carriesValue()).toList();
      if (sources.size() == 1 && isColumnOfInput(sources.getFirst())) {
        String source = sources.getFirst().column();
        if (names.put(source, small(column.name())) != null) {
          several.add(source);
        }
      }
    }
    names.keySet().removeAll(several);
    return Map.copyOf(names);
  }

  private static boolean isColumnOfInput(ColumnSource source) {
    return source.relation().equals(Scope.INPUT)
        && source.flow() == ColumnFlow.DIRECT
        && !source.column().equals(ColumnSource.ALL);
  }

  private static String small(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
