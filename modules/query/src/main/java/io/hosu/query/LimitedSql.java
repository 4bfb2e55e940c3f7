package io.hosu.query;

import io.hosu.governance.Limits;
import io.hosu.governance.Limits.Sight;
import io.hosu.governance.Mask;
import io.hosu.governance.Principal;
import io.hosu.tables.Sql;
import io.hosu.tables.SqlColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The SELECT of what a principal sees of a table. */
final class LimitedSql {
  private final Guard guard;
  private final Principal principal;
  private final String domain;
  private final byte[] hashKey;
  private final Map<String, String> types = new LinkedHashMap<>();
  private final Map<String, String> checked = new HashMap<>(); // conditions as the guard made them

  /**
   * What {@code principal} sees of a table with {@code columns}, which limits speak of.
   *
   * @param domain the table's
   * @param hashKey the key of hashes in the domain
   */
  LimitedSql(
      Guard guard, Principal principal, String domain, byte[] hashKey, List<SqlColumn> columns) {
    this.guard = guard;
    this.principal = principal;
    this.domain = domain;
    this.hashKey = hashKey.clone();
    columns.forEach(column -> types.put(column.name(), column.type()));
  }

  /**
   * A column of the rows.
   *
   * @param now how the limits call it, as a table may rename its columns; empty: they know nothing
   *     of it, and nobody sees it
   */
  record Seen(SqlColumn column, Optional<String> now) {}

  /**
   * The SELECT.
   *
   * @param rows the SELECT of all rows and columns
   * @param planned its columns; those that the limits do not name are left out
   */
  String select(String rows, List<Seen> planned, Limits limits) {
    List<String> cells = new ArrayList<>();
    for (Seen seen : planned) {
      SqlColumn column = seen.column();
      seen.now().ifPresent(now -> types.put(now, column.type()));
    }
    for (Seen seen : planned) {
      SqlColumn column = seen.column();
      seen.now()
          .filter(limits.columns()::containsKey)
          .ifPresent(now ->
              cells.add(
                  cell(now, column.type(), limits.columns().getOrDefault(now, List.of()), limits)
                      + " AS "
                      + Sql.name(column.name())));
    }
    return "SELECT %s FROM (%s) t%s"
        .formatted(String.join(", ", cells), source(rows, planned), where(limits));
  }

  /** The rows with the names that the limits use; a column that came later is NULL. */
  private String source(String rows, List<Seen> planned) {
    List<String> columns = new ArrayList<>();
    Map<String, String> missing = new LinkedHashMap<>(types);
    boolean same = true;
    for (Seen seen : planned) {
      String then = seen.column().name();
      same &= seen.now().equals(Optional.of(then));
      seen.now()
          .ifPresent(now -> {
            missing.remove(now);
            columns.add("%s AS %s".formatted(Sql.name(then), Sql.name(now)));
          });
    }
    missing.forEach((name, type) -> columns.add("NULL::%s AS %s".formatted(type, Sql.name(name))));
    return same && missing.isEmpty()
        ? rows
        : "SELECT %s FROM (%s)".formatted(String.join(", ", columns), rows);
  }

  private String where(Limits limits) {
    List<String> all = new ArrayList<>();
    if (!limits.rows().isEmpty()) {
      all.add(
          limits.rows().stream()
              .map(this::condition)
              .collect(Collectors.joining(" OR ", "(", ")")));
    }
    limits.deniedRows().forEach(denied -> all.add("%s IS FALSE".formatted(condition(denied))));
    return all.isEmpty() ? "" : " WHERE " + String.join(" AND ", all);
  }

  /** NULL where it is neither true nor false, as a text is: a cast that fails would quote it. */
  private String condition(String text) {
    return "TRY_CAST(%s AS BOOLEAN)".formatted(sql(text));
  }

  private String sql(String condition) {
    return checked.computeIfAbsent(
        condition, text -> guard.expression(text, types, principal.attributes()));
  }

  private String cell(String name, String type, List<Sight> sights, Limits limits) {
    String column = Sql.name(name);
    MaskSql masks = new MaskSql(column, type, domain, hashKey, this::sql);
    boolean text =
        sights.stream().map(Sight::mask).anyMatch(mask -> mask != null && MaskSql.isText(mask));
    String otherwise = "NULL";
    StringBuilder cases = new StringBuilder();
    for (Sight sight : sights) {
      String value = value(masks, column, sight.mask(), text);
      String when = sight.when();
      // Every row that is there met the only condition that rows have.
      if (when == null || limits.rows().equals(List.of(when))) {
        otherwise = value;
        break;
      }
      cases.append(" WHEN %s THEN %s".formatted(condition(when), value));
    }
    String cell = cases.isEmpty() ? otherwise : "CASE%s ELSE %s END".formatted(cases, otherwise);
    return cell.equals(column) ? cell : "CAST(%s AS %s)".formatted(cell, text ? "VARCHAR" : type);
  }

  private static String value(MaskSql masks, String column, @Nullable Mask mask, boolean text) {
    if (mask != null && MaskSql.isText(mask)) {
      return masks.of(mask);
    }
    String value = mask == null ? column : masks.of(mask);
    return text ? "CAST(%s AS VARCHAR)".formatted(value) : value;
  }
}
