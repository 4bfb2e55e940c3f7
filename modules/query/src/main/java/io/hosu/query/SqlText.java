package io.hosu.query;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Place;
import io.hosu.query.engine.QueryError;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A text of SQL: what may come near a parser at all, and where its bytes are for people. */
final class SqlText {
  private static final int MAX_BYTES = 256 << 10;
  private static final int MAX_NESTING = 100;
  private static final int MAX_STEPS = 2000;
  private static final int MAX_WORD = 60;

  private final String text;
  private final byte[] bytes;
  private final int written; // where what somebody wrote begins; before it all is ASCII

  private SqlText(String text, int written) {
    this.text = text;
    this.written = written;
    this.bytes = text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Refuses what no parser should have to take: too long, too deep, or with a NUL.
   *
   * @throws Invalid {@link QueryError#SQL_REFUSED}
   */
  static SqlText of(String text) {
    return checked(new SqlText(text, 0));
  }

  /** The same of an expression within a SELECT, of which places count from its own beginning. */
  static SqlText expression(String before, String text, String after) {
    return checked(new SqlText(before + text + after, before.length()));
  }

  private static SqlText checked(SqlText sql) {
    if (sql.bytes.length > MAX_BYTES) {
      throw sql.refused("The SQL is longer than 256KB.", 0);
    }
    sql.checkNesting();
    return sql;
  }

  private void checkNesting() {
    int depth = 0;
    int steps = 0;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        throw refused("The SQL holds a NUL character.", byteAt(i));
      }
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == '(' || c == '[' || c == '{') {
        if (++depth > MAX_NESTING) {
          throw refused("The SQL nests more than 100 brackets.", byteAt(i));
        }
      } else if (c == ')' || c == ']' || c == '}') {
        depth--;
      } else if (c == '.' && ++steps > MAX_STEPS) {
        throw refused("The SQL has more than 2000 dots.", byteAt(i));
      }
    }
  }

  private int byteAt(int character) {
    return text.substring(0, character).getBytes(StandardCharsets.UTF_8).length;
  }

  String text() {
    return text;
  }

  /** Something that may not be used. */
  Invalid refused(String what, long at) {
    return new Invalid(
        QueryError.SQL_REFUSED,
        what,
        "Write one SELECT over the tables of the lake; what SQL may use is in the reference.",
        place(at));
  }

  /** Something that is wrong. */
  Invalid invalid(String what, long at) {
    Place place = place(at);
    String near =
        place.text() == null || place.text().isEmpty() ? "" : " near '" + place.text() + "'";
    return new Invalid(
        QueryError.SQL_INVALID,
        "%s (%s%s)".formatted(what, place, near),
        "Correct the SQL, and try it with: hosu sql -c \"...\"",
        place);
  }

  /** Line, column and word at a byte; the beginning when there is no such byte. */
  Place place(long at) {
    int end = Math.max(written, at < 0 || at > bytes.length ? 0 : (int) at);
    String before = new String(Arrays.copyOf(bytes, end), StandardCharsets.UTF_8);
    int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    int begin = line == 1 ? written : before.lastIndexOf('\n') + 1;
    return Place.inText(line, before.length() - begin + 1, word(before.length()));
  }

  private String word(int from) {
    int end = from;
    while (end < text.length()
        && end - from < MAX_WORD
        && (end == from || isWord(text.charAt(from)))
        && (isWord(text.charAt(end)) || end == from)) {
      end++;
    }
    return text.substring(Math.min(from, text.length()), end);
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '"';
  }
}
