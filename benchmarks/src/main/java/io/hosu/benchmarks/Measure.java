package io.hosu.benchmarks;

import java.util.Locale;

/**
 * One line of the table of figures.
 *
 * @param name what was measured
 * @param hosu the figure of the real program, in {@code unit}
 * @param floor the figure of the bare work in the same run, in {@code unit}; NaN where there is
 *     none
 * @param unit of both figures
 * @param goal what the figure should be, as text; empty where there is none
 * @param met whether it is so; ignored without a goal
 */
record Measure(String name, double hosu, double floor, String unit, String goal, boolean met) {
  /** A figure with nothing to hold it against. */
  static Measure plain(String name, double hosu, String unit) {
    return new Measure(name, hosu, Double.NaN, unit, "", true);
  }

  /** A figure that should be less than {@code times} its floor. */
  static Measure ratio(String name, double hosu, double floor, String unit, double times) {
    return new Measure(
        name, hosu, floor, unit, "under %sx".formatted(number(times)), hosu < times * floor);
  }

  /** The line in Markdown. */
  String line() {
    boolean bare = Double.isNaN(floor);
    return "| %s | %s %s | %s | %s | %s | %s |"
        .formatted(
            name,
            number(hosu),
            unit,
            bare ? "" : number(floor) + " " + unit,
            bare ? "" : String.format(Locale.ROOT, "%.2f", hosu / floor),
            goal,
            goal.isEmpty() ? "" : met ? "yes" : "NO");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
  }
}
