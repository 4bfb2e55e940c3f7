package io.hosu.pipelines;

import io.hosu.query.engine.ReadOptions;
import io.hosu.tables.Sql;

/** Texts of records that would be read as more than one: SQL over quarantine tables. */
final class SplitRecords {
  private static final String IS_TEXT =
      "coalesce(json_extract_string(read_as, '$.format'), '') IN ('CSV', 'TSV')";

  /** One JSON value may have line breaks, and is written as one line. */
  private static final String IS_SEVERAL_OBJECTS =
      "NOT json_valid(text) AND regexp_matches(text, '\\}\\s*\\{')";

  private SplitRecords() {}

  /** The condition that a line break outside of quotes divides {@code text}. */
  static String condition(ReadOptions.Dialect dialect) {
    String quote = dialect.quote() == null ? "\"" : dialect.quote();
    String whole =
        quote.isEmpty()
            ? "text"
            : "regexp_replace(text, %s, '', 'g')"
                .formatted(Sql.text(quoted(quote, dialect.escape())));
    String before = quote.isEmpty() ? "^.*?[\\r\\n]+\\s*\\S" : before(quote);
    return "CASE WHEN %s THEN regexp_matches(%s, %s) ELSE %s END"
        .formatted(IS_TEXT, whole, Sql.text(before), IS_SEVERAL_OBJECTS);
  }

  /** A line break behind a quote that does not end is within it. */
  private static String before(String quote) {
    return "^[^%s]*[\\r\\n]+\\s*\\S".formatted(literal(quote));
  }

  private static String quoted(String quote, @org.jspecify.annotations.Nullable String escape) {
    String q = literal(quote);
    if (escape == null || escape.isEmpty() || escape.equals(quote)) {
      return "%s[^%s]*%s".formatted(q, q, q);
    }
    String e = literal(escape);
    return "(?s)%s(%s.|[^%s%s])*%s".formatted(q, e, q, e, q);
  }

  private static String literal(String one) {
    return Character.isLetterOrDigit(one.charAt(0)) ? one : "\\" + one;
  }
}
