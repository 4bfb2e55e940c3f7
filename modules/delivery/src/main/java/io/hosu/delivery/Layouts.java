package io.hosu.delivery;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.util.Optional;
import java.util.regex.Pattern;

/** What is wrong with texts that another module reads when a stage runs. */
final class Layouts {
  private static final String NAME = "(?:\"(?:[^\"]|\"\")+\"|[^()\",\\s]+(?:\\s+[^()\",\\s]+)*)";
  private static final Pattern PARTITION =
      Pattern.compile(
          "\\s*(?:(?:year|month|day|hour)\\(\\s*%1$s\\s*\\)|(?:bucket|truncate)\\(\\s*[1-9]\\d{0,8}\\s*,\\s*%1$s\\s*\\)|%1$s)\\s*"
              .formatted(NAME));
  private static final Pattern SORT =
      Pattern.compile("\\s*(?:\"(?:[^\"]|\"\")+\"|[^()\",\\s]+)(?:\\s+(?i:asc|desc))?\\s*");

  private Layouts() {}

  static Optional<String> partitionProblem(String text) {
    return PARTITION.matcher(text).matches()
        ? Optional.empty()
        : Optional.of("'%s' does not say how to partition.".formatted(text));
  }

  static Optional<String> sortProblem(String text) {
    return SORT.matcher(text).matches()
        ? Optional.empty()
        : Optional.of("'%s' does not say how to sort.".formatted(text));
  }

  static boolean isCharset(String name) {
    try {
      return Charset.isSupported(name) || name.equals("latin-1");
    } catch (IllegalCharsetNameException _) {
      return false;
    }
  }
}
