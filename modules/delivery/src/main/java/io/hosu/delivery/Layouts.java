package io.hosu.delivery;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.tables.PartitionDeclaration;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.util.Optional;
import java.util.regex.Pattern;

/** What is wrong with texts that another module reads when a stage runs. */
final class Layouts {
  private static final Pattern SORT =
      Pattern.compile("\\s*(?:\"(?:[^\"]|\"\")+\"|[^()\",\\s]+)(?:\\s+(?i:asc|desc))?\\s*");

  private Layouts() {}

  static Optional<String> partitionProblem(String text) {
    try {
      PartitionDeclaration.parse(text);
      return Optional.empty();
    } catch (Invalid e) {
      return Optional.of(e.what());
    }
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
