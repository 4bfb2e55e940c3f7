package io.hosu.query.worker;

import io.hosu.query.worker.Faults.Fault;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Columns that SQL names and that no record of the batch has, but the table of the same name: JSON
 * leaves out what it does not know, so that they are NULL, as they are where another record of the
 * batch has them. Other formats name their columns, and one that misses has another name now.
 */
final class AbsentColumns {
  private static final Pattern NOT_THERE =
      Pattern.compile(
          "Referenced column \"(?<found>.+?)\" not found in FROM clause"
              + "|Column \"(?<defined>.+?)\" referenced that exists in the SELECT clause"
              + "|does not have a column named \"(?<named>.+?)\"");

  private AbsentColumns() {}

  /** Adds the column that {@code fault} misses; empty when it is about something else. */
  static Optional<String> add(Input input, Sql sql, Fault fault) throws SQLException, IOException {
    Matcher matcher = NOT_THERE.matcher(fault.message());
    if (!fault.isWrongSql() || !matcher.find()) {
      return Optional.empty();
    }
    String name =
        Optional.ofNullable(matcher.group("found"))
            .or(() -> Optional.ofNullable(matcher.group("defined")))
            .orElseGet(() -> matcher.group("named"));
    return input.lacks(sql, name) ? Optional.of(name) : Optional.empty();
  }

  /** The type of a column among {@code known}, whatever the case of its name. */
  static Optional<String> typeOf(String column, Map<String, String> known) {
    String key = column.toLowerCase(Locale.ROOT);
    return known.entrySet().stream()
        .filter(one -> one.getKey().toLowerCase(Locale.ROOT).equals(key))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
