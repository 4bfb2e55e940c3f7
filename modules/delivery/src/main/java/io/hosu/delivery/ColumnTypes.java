package io.hosu.delivery;

import io.hosu.tables.SqlTypes;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong with the text of a column's type, as a sentence. */
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

  /** Types of the engine that no table keeps, but of which SQL can make others. */
  private static final Set<String> READ_ALONE =
      Set.of("TIMESTAMP_NS", "UHUGEINT", "INTERVAL", "TIMETZ", "TIME WITH TIME ZONE", "BIT");

  private ColumnTypes() {}

  /** What is wrong with {@code text} as the type of a table's column. */
  static Optional<String> problem(String text) {
    return SqlTypes.isKept(text)
        ? Optional.empty()
        : Optional.of(told(text, "that tables can keep"));
  }

  /** What is wrong with {@code text} as the type by which a column of objects is read. */
  static Optional<String> readProblem(String text) {
    boolean isRead =
        SqlTypes.isKept(text) || READ_ALONE.contains(text.strip().toUpperCase(Locale.ROOT));
    return isRead ? Optional.empty() : Optional.of(told(text, "by which columns can be read"));
  }

  /** Whether only tables of Iceberg's format version 3 can keep {@code text}. */
  static boolean isOfVersionThree(String text) {
    return SqlTypes.isKept(text) && SqlTypes.isOfVersionThree(SqlTypes.parse(text));
  }

  private static String told(String text, String where) {
    Matcher word = FIRST_WORD.matcher(text);
    String first = word.matches() ? word.group(1).toUpperCase(Locale.ROOT) : text;
    String suggestion = COMMON.contains(first) ? "." : References.suggestion(first, COMMON);
    return "'%s' is not a type %s%s".formatted(text, where, suggestion);
  }
}
