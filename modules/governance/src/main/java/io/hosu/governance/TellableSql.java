package io.hosu.governance;

import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Which SQL of a grant is told to who must not learn by it of what it hides: what compares columns
 * that may be known with each other or with the principal's attributes. A value in it may be one of
 * a hidden row.
 */
final class TellableSql {
  /** What stands for SQL that is not told. */
  static final String UNTOLD = "...";

  private static final String OF_PRINCIPAL =
      "(?i:principal|\"principal\")\\s*\\.\\s*(?:\\w+|\"(?:[^\"]|\"\")*\")";

  private static final Pattern ATTRIBUTE =
      Pattern.compile(OF_PRINCIPAL, Pattern.UNICODE_CHARACTER_CLASS);

  private static final Pattern WORD =
      Pattern.compile(
          "'|(?<![.\\w\"])" + OF_PRINCIPAL + "|\\w+|\"(?:[^\"]|\"\")*\"",
          Pattern.UNICODE_CHARACTER_CLASS);

  private static final Set<String> KEYWORDS =
      Set.of(
          "and", "or", "not", "is", "null", "in", "true", "false", "between", "distinct", "from");

  private TellableSql() {}

  /**
   * A condition, or what stands for it.
   *
   * @param known which columns may be known
   */
  static String told(String sql, Predicate<String> known) {
    return WORD.matcher(sql).results().map(MatchResult::group).allMatch(word -> is(word, known))
        ? sql
        : UNTOLD;
  }

  /** A mask, or what stands for it if it is SQL that is not told. */
  static String told(Mask mask, Predicate<String> known) {
    return mask instanceof Mask.Sql(Condition cell) && told(cell.sql(), known).equals(UNTOLD)
        ? "sql(%s)".formatted(UNTOLD)
        : mask.toString();
  }

  private static boolean is(String word, Predicate<String> known) {
    if (ATTRIBUTE.matcher(word).matches()) {
      return true;
    }
    if (word.startsWith("\"")) {
      return known.test(word.substring(1, word.length() - 1).replace("\"\"", "\""));
    }
    return !word.equals("'")
        && !Character.isDigit(word.codePointAt(0))
        && (KEYWORDS.contains(word.toLowerCase(Locale.ROOT)) || known.test(word));
  }
}
