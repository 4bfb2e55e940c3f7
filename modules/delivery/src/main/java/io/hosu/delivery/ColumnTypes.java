package io.hosu.delivery;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.tables.SqlTypes;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong with the text of a column's type. */
final class ColumnTypes {
  private static final Pattern FIRST_WORD = Pattern.compile("\\s*([A-Za-z_]+).*");
  private static final List<String> COMMON =
      List.of(
          "BOOLEAN",
          "INTEGER",
          "INT",
          "BIGINT",
          "FLOAT",
          "DOUBLE",
          "DECIMAL",
          "VARCHAR",
          "TEXT",
          "UUID",
          "BLOB",
          "DATE",
          "TIME",
          "TIMESTAMP",
          "TIMESTAMPTZ",
          "STRUCT",
          "MAP");

  private ColumnTypes() {}

  static Optional<String> problem(String text) {
    try {
      SqlTypes.parse(text);
      return Optional.empty();
    } catch (Invalid _) {
      Matcher word = FIRST_WORD.matcher(text);
      String first = word.matches() ? word.group(1).toUpperCase(Locale.ROOT) : text;
      String suggestion = COMMON.contains(first) ? "." : References.suggestion(first, COMMON);
      return Optional.of("'%s' is not a type that tables can keep%s".formatted(text, suggestion));
    }
  }
}
