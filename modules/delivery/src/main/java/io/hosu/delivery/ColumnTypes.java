package io.hosu.delivery;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is wrong with the text of a column's type. */
final class ColumnTypes {
  private static final Pattern FIRST_WORD = Pattern.compile("\\s*([A-Za-z_]+).*");
  private static final List<String> KNOWN =
      List.of(
          "BOOLEAN",
          "BOOL",
          "TINYINT",
          "SMALLINT",
          "INTEGER",
          "INT",
          "BIGINT",
          "LONG",
          "HUGEINT",
          "FLOAT",
          "REAL",
          "DOUBLE",
          "DECIMAL",
          "NUMERIC",
          "VARCHAR",
          "TEXT",
          "STRING",
          "UUID",
          "BLOB",
          "BYTEA",
          "DATE",
          "TIME",
          "TIMESTAMP",
          "TIMESTAMPTZ",
          "DATETIME",
          "STRUCT",
          "MAP",
          "JSON");

  private ColumnTypes() {}

  static Optional<String> problem(String text) {
    Matcher word = FIRST_WORD.matcher(text);
    String first = word.matches() ? word.group(1).toUpperCase(Locale.ROOT) : text;
    return KNOWN.contains(first)
        ? Optional.empty()
        : Optional.of(
            "'%s' is not a type that tables can keep%s"
                .formatted(text, References.suggestion(first, KNOWN)));
  }
}
