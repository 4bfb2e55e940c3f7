package io.hosu.governance;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts the attributes of a principal into conditions that ask for them. */
final class Attributes {
  /**
   * A text, or {@code principal.ATTRIBUTE}, quoted or not, or any other name. What a {@link
   * Condition} lets pass has no other quotes, and no comments.
   */
  private static final Pattern WORD =
      Pattern.compile(
          "'(?:[^']|'')*'"
              + "|(?<![.\\w\"])(?i:principal|\"principal\")\\s*\\.\\s*(\\w+|\"(?:[^\"]|\"\")*\")"
              + "|\\w+|\"(?:[^\"]|\"\")*\"",
          Pattern.UNICODE_CHARACTER_CLASS);

  private Attributes() {}

  /** The same condition with literals; what is not among {@code attributes} is NULL. */
  static String resolved(String sql, Map<String, String> attributes) {
    return WORD.matcher(sql)
        .replaceAll(word -> Matcher.quoteReplacement(literal(word, attributes)));
  }

  private static String literal(java.util.regex.MatchResult word, Map<String, String> attributes) {
    String name = word.group(1);
    if (name == null) {
      return word.group();
    }
    String value =
        attributes.get(
            name.startsWith("\"")
                ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
                : name);
    return value == null ? "NULL" : "'" + value.replace("'", "''") + "'";
  }
}
