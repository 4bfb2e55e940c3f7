package io.hosu.query;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which texts an engine turns into values of a type for certain. It may do so with others too; what
 * is not certain is computed under TRY.
 */
final class Conversions {
  private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,18}");
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}(\\.[0-9]{1,18})?");
  private static final Pattern TRUTH = Pattern.compile("true|false");
  private static final Pattern MOMENT =
      Pattern.compile(
          "([0-9]{4}-[0-9]{2}-[0-9]{2})([ T]([01][0-9]|2[0-3])(:[0-5][0-9]){2}(\\.[0-9]{1,6})?)?");

  private Conversions() {}

  /** Whether {@code text} is a value of {@code type} for certain. */
  static boolean isCertain(String text, String type) {
    return switch (type.toUpperCase(Locale.ROOT)) {
      case "TINYINT" -> isWhole(text, 2);
      case "SMALLINT" -> isWhole(text, 4);
      case "INTEGER" -> isWhole(text, 9);
      case "BIGINT", "HUGEINT" -> isWhole(text, 18);
      case "FLOAT", "DOUBLE" -> NUMBER.matcher(text).matches();
      case "BOOLEAN" -> TRUTH.matcher(text).matches();
      case "DATE" -> text.length() == 10 && isMoment(text);
      case "TIMESTAMP" -> isMoment(text);
      default -> false;
    };
  }

  private static boolean isWhole(String text, int digits) {
    return WHOLE.matcher(text).matches() && text.replace("-", "").length() <= digits;
  }

  private static boolean isMoment(String text) {
    Matcher form = MOMENT.matcher(text);
    if (!form.matches()) {
      return false;
    }
    try {
      return LocalDate.parse(form.group(1)).getYear() > 0;
    } catch (DateTimeException _) {
      return false;
    }
  }
}
