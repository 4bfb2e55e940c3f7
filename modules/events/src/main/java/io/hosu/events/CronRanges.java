package io.hosu.events;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ranges that go on past the end of their field at its beginning, as EventBridge has them: the
 * hours {@code 20-2} are 20 to 23 and 0 to 2. The library takes what lies before the end alone, so
 * it is given each value by itself.
 */
final class CronRanges {
  private static final Pattern RANGE = Pattern.compile("(\\w+)-(\\w+)(?:/([0-9]{1,4}))?");
  private static final List<String> MONTHS =
      List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
  private static final List<String> DAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

  private static final Field MINUTES = new Field(0, 59, List.of());
  private static final Field HOURS = new Field(0, 23, List.of());
  private static final Field DAYS_OF_MONTH = new Field(1, 31, List.of());
  private static final Field MONTHS_OF_YEAR = new Field(1, 12, MONTHS);

  /** Minutes, hours, day of month, month, day of week; years have no beginning to go on at. */
  private static final List<Field> AWS =
      List.of(MINUTES, HOURS, DAYS_OF_MONTH, MONTHS_OF_YEAR, new Field(1, 7, DAYS));

  private static final List<Field> PLAIN =
      List.of(MINUTES, HOURS, DAYS_OF_MONTH, MONTHS_OF_YEAR, new Field(0, 6, DAYS));

  private CronRanges() {}

  /**
   * What a field holds.
   *
   * @param names of its values, from the first on; empty when they have none
   */
  private record Field(int first, int last, List<String> names) {
    /** The number of a value; -1 when it is none of this field. */
    int value(String text) {
      int named = names.indexOf(text.toUpperCase(Locale.ROOT));
      if (named >= 0) {
        return first + named;
      }
      int value = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : -1;
      return value >= first && value <= last ? value : -1;
    }

    String spelledOut(String item) {
      Matcher range = RANGE.matcher(item);
      if (!range.matches()) {
        return item;
      }
      int from = value(range.group(1));
      int to = value(range.group(2));
      int step = range.group(3) == null ? 1 : Integer.parseInt(range.group(3));
      return from < 0 || to < 0 || from <= to || step == 0 ? item : values(from, to, step);
    }

    private String values(int from, int to, int step) {
      int all = last - first + 1;
      List<String> values = new ArrayList<>();
      for (int value = from; value <= to + all; value += step) {
        values.add(String.valueOf(value > last ? value - all : value));
      }
      return String.join(",", values);
    }
  }

  /** The fields of {@code cron(…)} without such ranges. */
  static String spellOut(String fields) {
    return spellOut(fields, AWS);
  }

  /** The fields as cron(5) has them, without such ranges. */
  static String spellOutPlain(String fields) {
    return spellOut(fields, PLAIN);
  }

  private static String spellOut(String text, List<Field> fields) {
    String[] words = text.strip().split("\\s+");
    for (int i = 0; i < Math.min(words.length, fields.size()); i++) {
      Field field = fields.get(i);
      List<String> items = List.of(words[i].split(",", -1));
      words[i] = String.join(",", items.stream().map(field::spelledOut).toList());
    }
    return String.join(" ", words);
  }
}
