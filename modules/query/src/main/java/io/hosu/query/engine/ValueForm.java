package io.hosu.query.engine;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a text can be read as. Those that are types stand first, in the order in which they are
 * tried: the first that all values of a column have is the column's type.
 */
@SuppressWarnings("EnumOrdinal") // its bit in a set of forms, which no one keeps
public enum ValueForm {
  BIGINT("BIGINT", ""),
  DECIMAL("DECIMAL(38,0)", ""),
  DOUBLE("DOUBLE", ""),
  BOOLEAN("BOOLEAN", ""),
  DATE("DATE", ""),
  TIMESTAMP("TIMESTAMP", ""),
  TIMESTAMPTZ("TIMESTAMPTZ", ""),
  TIME("TIME", ""),
  /** Digits behind a zero: a code, of which a number would lose the zeros. */
  PADDED("", "digits with leading zeros"),
  /** A date as 31/12/2026. */
  DAY_FIRST("", "dates written day, month, year"),
  /** A date as 12/31/2026. */
  MONTH_FIRST("", "dates written month, day, year");

  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d+");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,3})?");
  private static final Pattern MOMENT =
      Pattern.compile(
          "(\\d{4})-(\\d{1,2})-(\\d{1,2})"
              + "([ T](\\d{1,2}):(\\d{2})(:(\\d{2})(\\.\\d+)?)?(Z|[+-]\\d{2}(:?\\d{2})?)?)?");
  private static final Pattern CLOCK = Pattern.compile("(\\d{1,2}):(\\d{2}):(\\d{2})(\\.\\d+)?");
  private static final Pattern OTHER_DATE =
      Pattern.compile("(\\d{1,2})[./-](\\d{1,2})[./-](\\d{4})");
  private static final int LONGEST = 64;
  private static final int SAFE_DIGITS = 15;
  private static final int MOST_DIGITS = 38;

  private final String type;
  private final String words;

  ValueForm(String type, String words) {
    this.type = type;
    this.words = words;
  }

  /** Whether it is a type, and not only a reason why a text stays text. */
  public boolean isType() {
    return !type.isEmpty();
  }

  /** The SQL type; empty when it is none. */
  public String type() {
    return type;
  }

  /** What texts of it are called, for one that is no type. */
  public String words() {
    return words;
  }

  /** As a set of one. */
  int bit() {
    return 1 << ordinal();
  }

  /** All forms that {@code value} has, as bits; none for what can only be text. */
  public static int of(String value) {
    String text = value.strip();
    if (text.isEmpty() || text.length() > LONGEST) {
      return 0;
    }
    char first = text.charAt(0);
    if (first == 't' || first == 'T' || first == 'f' || first == 'F') {
      return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false") ? BOOLEAN.bit() : 0;
    }
    boolean maybe = (first >= '0' && first <= '9') || first == '-' || first == '+' || first == '.';
    return maybe ? ofDigits(text) : 0;
  }

  /** Those of {@link #of} that a text between quotes can have, where numbers have none. */
  public static int ofQuoted(String value) {
    return of(value) & (DATE.bit() | TIMESTAMP.bit() | TIMESTAMPTZ.bit() | TIME.bit());
  }

  private static int ofDigits(String text) {
    if (isShortInteger(text)) {
      return BIGINT.bit() | DECIMAL.bit() | DOUBLE.bit();
    }
    if (NUMBER.matcher(text).matches()) {
      return ofNumber(text);
    }
    Matcher moment = MOMENT.matcher(text);
    if (moment.matches()) {
      return ofMoment(moment);
    }
    Matcher clock = CLOCK.matcher(text);
    if (clock.matches()) {
      return isClock(clock.group(1), clock.group(2), clock.group(3)) ? TIME.bit() : 0;
    }
    Matcher other = OTHER_DATE.matcher(text);
    return other.matches() ? ofOtherDate(other) : 0;
  }

  /** Most numbers are such: they need no pattern. */
  private static boolean isShortInteger(String text) {
    if (text.length() > SAFE_DIGITS || (text.charAt(0) == '0' && text.length() > 1)) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  private static int ofNumber(String text) {
    int from = text.charAt(0) == '-' || text.charAt(0) == '+' ? 1 : 0;
    boolean padded =
        text.length() > from + 1
            && text.charAt(from) == '0'
            && Character.isDigit(text.charAt(from + 1));
    if (padded) {
      return PADDED.bit();
    }
    int forms = isKept(text) ? DOUBLE.bit() : 0;
    if (!INTEGER.matcher(text).matches()) {
      return forms;
    }
    int digits = text.length() - from;
    forms |= digits <= MOST_DIGITS ? DECIMAL.bit() : 0;
    return isLong(text, digits) ? forms | BIGINT.bit() : forms;
  }

  private static boolean isLong(String text, int digits) {
    if (digits < 19) {
      return true;
    }
    try {
      Long.parseLong(text);
      return true;
    } catch (NumberFormatException _) {
      return false;
    }
  }

  /** Whether a double has all digits of it. */
  private static boolean isKept(String text) {
    if (text.length() <= SAFE_DIGITS && text.indexOf('e') < 0 && text.indexOf('E') < 0) {
      return true;
    }
    double value = Double.parseDouble(text);
    return Double.isFinite(value)
        && new BigDecimal(text).compareTo(new BigDecimal(Double.toString(value))) == 0;
  }

  private static int ofMoment(Matcher moment) {
    if (!isDate(moment.group(1), moment.group(2), moment.group(3))) {
      return 0;
    }
    if (moment.group(4) == null) {
      return DATE.bit() | TIMESTAMP.bit();
    }
    String seconds = moment.group(8) == null ? "0" : moment.group(8);
    if (!isClock(moment.group(5), moment.group(6), seconds)) {
      return 0;
    }
    return moment.group(10) == null ? TIMESTAMP.bit() : TIMESTAMPTZ.bit();
  }

  private static int ofOtherDate(Matcher date) {
    int dayFirst = isDate(date.group(3), date.group(2), date.group(1)) ? DAY_FIRST.bit() : 0;
    int monthFirst = isDate(date.group(3), date.group(1), date.group(2)) ? MONTH_FIRST.bit() : 0;
    return dayFirst | monthFirst;
  }

  private static boolean isDate(String year, String month, String day) {
    try {
      LocalDate.of(Integer.parseInt(year), Integer.parseInt(month), Integer.parseInt(day));
      return true;
    } catch (DateTimeException _) {
      return false;
    }
  }

  private static boolean isClock(String hours, String minutes, String seconds) {
    return Integer.parseInt(hours) < 24
        && Integer.parseInt(minutes) < 60
        && Integer.parseInt(seconds) < 60;
  }
}
