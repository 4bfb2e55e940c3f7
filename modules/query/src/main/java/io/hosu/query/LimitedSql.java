package io.hosu.query;

import io.hosu.governance.Limits;
import io.hosu.governance.Limits.Sight;
import io.hosu.governance.Mask;
import io.hosu.governance.Principal;
import io.hosu.tables.Sql;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The SELECT of what a principal sees of a table. */
final class LimitedSql {
  private final Guard guard;
  private final Principal principal;
  private final String domain;
  private final byte[] hashKey;
  private final LimitedRow row;
  private final Map<String, String> checked = new HashMap<>(); // conditions as the guard made them

  /**
   * What {@code principal} sees of a table.
   *
   * @param domain the table's
   * @param hashKey the key of hashes in the domain
   * @param row what limits speak of
   */
  LimitedSql(Guard guard, Principal principal, String domain, byte[] hashKey, LimitedRow row) {
    this.guard = guard;
    this.principal = principal;
    this.domain = domain;
    this.hashKey = hashKey.clone();
    this.row = row;
  }

  /**
   * The SELECT of the columns that are read; those that the limits do not name are left out.
   *
   * @param rows the SELECT of all rows and columns
   */
  String select(String rows, Limits limits) {
    List<String> cells = new ArrayList<>();
    for (LimitedRow.Seen seen : row.read()) {
      List<Sight> sights = limits.columns().get(seen.key());
      if (sights != null) {
        cells.add(
            cell(seen.as(), seen.column().type(), sights, limits)
                + " AS "
                + Sql.name(seen.column().name()));
      }
    }
    return "SELECT %s%s FROM (%s) t%s"
        .formatted(String.join(", ", cells), row.along(), row.select(rows), where(limits));
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
        condition, text -> guard.expression(text, row.types(), principal.attributes()));
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
