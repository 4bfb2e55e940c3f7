package io.hosu.cli;

import java.util.ArrayList;
import java.util.List;

/** Finds the statements in SQL text: a semicolon ends one, unless it is quoted or commented. */
final class SqlText {
  private SqlText() {}

  /**
   * The statements of a text.
   *
   * @param whole those that a semicolon ended, without it
   * @param rest what comes after the last semicolon; blank when nothing does
   */
  record Statements(List<String> whole, String rest) {}

  /** Splits a text; statements that hold nothing are left out. */
  static Statements split(String text) {
    List<String> whole = new ArrayList<>();
    int begin = 0;
    int at = 0;
    while (at < text.length()) {
      int end = token(text, at);
      if (text.charAt(at) == ';') {
        String statement = text.substring(begin, at).strip();
        if (!isBlank(statement)) {
          whole.add(statement);
        }
        begin = end;
      }
      at = end;
    }
    return new Statements(whole, text.substring(begin));
  }

  /** Every statement of a text; the last one needs no semicolon. */
  static List<String> all(String text) {
    Statements statements = split(text);
    List<String> all = new ArrayList<>(statements.whole());
    if (!isBlank(statements.rest())) {
      all.add(statements.rest().strip());
    }
    return all;
  }

  /** Whether a text holds nothing but blanks and comments. */
  static boolean isBlank(String text) {
    int at = 0;
    while (at < text.length()) {
      boolean comment = text.startsWith("--", at) || text.startsWith("/*", at);
      if (!comment && !Character.isWhitespace(text.charAt(at))) {
        return false;
      }
      at = token(text, at);
    }
    return true;
  }

  /** Where the quoted text, the comment or the character at {@code at} ends. */
  private static int token(String text, int at) {
    char c = text.charAt(at);
    if (c == '\'' || c == '"') {
      return after(text, String.valueOf(c), at + 1);
    }
    if (text.startsWith("--", at)) {
      return after(text, "\n", at + 2);
    }
    if (text.startsWith("/*", at)) {
      return after(text, "*/", at + 2);
    }
    return c == '$' ? dollar(text, at) : at + 1;
  }

  /** {@code $$text$$} and {@code $tag$text$tag$}. */
  private static int dollar(String text, int at) {
    int end = text.indexOf('$', at + 1);
    if (end < 0 || !text.substring(at + 1, end).matches("([A-Za-z_]\\w*)?")) {
      return at + 1;
    }
    return after(text, text.substring(at, end + 1), end + 1);
  }

  private static int after(String text, String end, int from) {
    int found = text.indexOf(end, from);
    return found < 0 ? text.length() : found + end.length();
  }
}
