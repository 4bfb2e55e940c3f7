package io.hosu.query;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The states of tables as Athena, Trino and Spark write them, {@code FOR VERSION AS OF 123}, in the
 * engine's words: {@code AT (VERSION => 123)}. Every other character keeps its place, so that what
 * a parser says of a place holds for what was written.
 */
final class TimeTravel {
  private static final Pattern CLAUSE =
      Pattern.compile(
          "FOR\\s+(?:SYSTEM_)?(VERSION|TIME|TIMESTAMP)\\s+AS\\s+OF\\s+"
              + "((?:(?:TIMESTAMP|DATE)\\s+)?(?:'[^']*+'|-?\\d+))(?!\\w)",
          Pattern.CASE_INSENSITIVE);

  private final String text;
  private final StringBuilder written = new StringBuilder();

  private TimeTravel(String text) {
    this.text = text;
  }

  /** The same SQL with states that the engine's parser knows. */
  static String inEngineWords(String text) {
    return new TimeTravel(text).rewrite();
  }

  private String rewrite() {
    Matcher clause = CLAUSE.matcher(text);
    int at = 0;
    while (at < text.length()) {
      int end = endOfWhole(at);
      if (clause.region(at, text.length()).lookingAt()) {
        written.append(at(clause));
        end = clause.end();
      } else {
        written.append(text, at, end);
      }
      at = end;
    }
    return written.toString();
  }

  /** As long as what was written, and with as many lines. */
  private static String at(Matcher clause) {
    String unit = clause.group(1).equalsIgnoreCase("VERSION") ? "VERSION" : "TIMESTAMP";
    String state = "AT (%s => %s)".formatted(unit, clause.group(2));
    String lines = "\n".repeat((int) clause.group().chars().filter(c -> c == '\n').count());
    int spaces = clause.group().length() - state.length() - lines.length();
    return state + " ".repeat(Math.max(0, spaces)) + lines;
  }

  /** Where the word, text, name, comment or other character ends that begins at {@code from}. */
  private int endOfWhole(int from) {
    char c = text.charAt(from);
    if (c == '\'' || c == '"') {
      return after(String.valueOf(c), from + 1);
    }
    if (text.startsWith("--", from)) {
      return after("\n", from);
    }
    if (text.startsWith("/*", from)) {
      return after("*/", from + 2);
    }
    if (c == '$') {
      return endOfDollars(from);
    }
    int end = from + 1;
    if (isWord(c)) {
      while (end < text.length() && isWord(text.charAt(end))) {
        end++;
      }
    }
    boolean escapes = end == from + 1 && (c == 'e' || c == 'E') && text.startsWith("'", end);
    return escapes ? endOfEscaped(end + 1) : end;
  }

  /** Of {@code $tag$ any text $tag$}. */
  private int endOfDollars(int from) {
    int close = text.indexOf('$', from + 1);
    boolean tag =
        close > 0 && text.substring(from + 1, close).chars().allMatch(c -> isWord((char) c));
    return tag ? after(text.substring(from, close + 1), close + 1) : from + 1;
  }

  /** Of {@code E'it\'s'}. */
  private int endOfEscaped(int from) {
    int end = from;
    while (end < text.length() && text.charAt(end) != '\'') {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    return Math.min(text.length(), end + 1);
  }

  private int after(String mark, int from) {
    int found = text.indexOf(mark, from);
    return found < 0 ? text.length() : found + mark.length();
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }
}
