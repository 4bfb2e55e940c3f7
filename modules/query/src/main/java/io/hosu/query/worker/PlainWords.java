package io.hosu.query.worker;

/**
 * Whether the engine, which writes names of columns without quotes in its plans, cannot be made to
 * write something there that reads as other than it is.
 */
final class PlainWords {
  private static final String IN_TEXTS = " _.,:#%@+*=<>!?&|-";
  private static final String IN_NAMES = " _";

  private PlainWords() {}

  /** Whether no name and no text in {@code sql} could be taken for the end of itself, or more. */
  static boolean only(String sql) {
    return scan(sql, IN_TEXTS);
  }

  /** Whether so for the names in double quotes; texts are none of them. */
  static boolean onlyNames(String sql) {
    return scan(sql, null);
  }

  private static boolean scan(String sql, @org.jspecify.annotations.Nullable String inTexts) {
    int at = 0;
    while (at < sql.length()) {
      char c = sql.charAt(at);
      if (c == '$' || sql.startsWith("--", at) || sql.startsWith("/*", at)) {
        return false;
      }
      if (c != '\'' && c != '"') {
        at++;
        continue;
      }
      int end = sql.indexOf(c, at + 1);
      boolean begins = at == 0 || !isWord(sql.charAt(at - 1));
      if (end < 0 || !begins) {
        return false;
      }
      String allowed = c == '"' ? IN_NAMES : inTexts;
      if (allowed != null && !isPlain(sql, at + 1, end, allowed)) {
        return false;
      }
      at = end + 1;
      if (allowed != null && at < sql.length() && sql.charAt(at) == c) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlain(String sql, int begin, int end, String allowed) {
    for (int i = begin; i < end; i++) {
      char c = sql.charAt(i);
      if ((!isWord(c) && allowed.indexOf(c) < 0) || sql.startsWith("--", i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isWord(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }
}
