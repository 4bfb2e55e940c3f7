package io.hosu.governance;

import io.hosu.kernel.HosuException.Invalid;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * An SQL expression over the columns of a table, which may say {@code principal.ATTRIBUTE}.
 *
 * <p>It is one expression that cannot reach out of the parentheses it is put into: its quotes and
 * brackets close, and it has no comment and no {@code ;}. Whether it is correct SQL, the guard
 * tells. Compares as its text.
 */
public record Condition(String sql) implements Comparable<Condition> {
  private static final int MOST_CHARACTERS = 10_000;

  public Condition {
    sql = sql.strip();
    new Scan(sql).check();
  }

  /**
   * Reads an expression.
   *
   * @throws Invalid {@link GovernanceError#CONDITION_INVALID} with the place in it
   */
  public static Condition parse(String text) {
    return new Condition(text);
  }

  @Override
  public int compareTo(Condition other) {
    return sql.compareTo(other.sql);
  }

  @Override
  public String toString() {
    return sql;
  }

  /** One pass over the characters. */
  private static final class Scan {
    private final String sql;
    private final Deque<Character> open = new ArrayDeque<>();
    private int at;

    Scan(String sql) {
      this.sql = sql;
    }

    void check() {
      if (sql.isEmpty() || sql.length() > MOST_CHARACTERS) {
        throw wrong(
            sql.isEmpty() ? "is empty" : "has more than %d characters".formatted(MOST_CHARACTERS));
      }
      for (at = 0; at < sql.length(); at++) {
        character(sql.charAt(at));
      }
      if (!open.isEmpty()) {
        throw wrong("lacks a '%s'".formatted(open.pop()));
      }
    }

    private void character(char c) {
      switch (c) {
        case '\'', '"' -> quoted(c);
        case '(' -> open.push(')');
        case '[' -> open.push(']');
        case '{' -> open.push('}');
        case ')', ']', '}' -> closed(c);
        case ';', '$', '?', '\\', '\0' -> throw wrong("has a '%s'".formatted(c));
        case '-' -> notDoubled('-', "--");
        case '/' -> notDoubled('*', "/*");
        default -> {}
      }
    }

    /** A letter before a quote changes what ends the text: {@code E'\''}. */
    private void quoted(char quote) {
      if (quote == '\'' && at > 0 && Character.isJavaIdentifierPart(sql.charAt(at - 1))) {
        throw wrong("has a letter before a quote");
      }
      int end = sql.indexOf(quote, at + 1);
      if (end < 0) {
        throw wrong("has a %s that does not end".formatted(quote));
      }
      at = end;
    }

    private void closed(char c) {
      if (open.isEmpty() || open.pop() != c) {
        throw wrong("closes a '%s' that is not open".formatted(c));
      }
    }

    private void notDoubled(char second, String comment) {
      if (at + 1 < sql.length() && sql.charAt(at + 1) == second) {
        throw wrong("has a comment, %s".formatted(comment));
      }
    }

    private Invalid wrong(String what) {
      return new Invalid(
          GovernanceError.CONDITION_INVALID,
          "The SQL '%s' %s, at character %d.".formatted(sql, what, Math.min(at + 1, sql.length())),
          "Write one SQL expression over the table's columns, for example: region ="
              + " principal.region");
    }
  }
}
