package io.hosu.cli;

import java.io.Console;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a person sees of a command.
 *
 * @param width columns of the terminal; lines for people are cut to it
 * @param input whether what is read comes from a keyboard
 * @param output whether the answer goes to a terminal
 * @param errors whether messages and progress go to a terminal
 * @param colours whether the answer may be coloured
 */
record Screen(int width, boolean input, boolean output, boolean errors, boolean colours) {
  private static final int STANDARD_WIDTH = 120;

  /** No terminal anywhere, as in a script. */
  static final Screen NONE = new Screen(STANDARD_WIDTH, false, false, false, false);

  /**
   * The screen of this process. The launcher, which can ask cheaply, says in {@code HOSU_TERMINAL}
   * which of the descriptors 0, 1 and 2 are terminals, and in {@code COLUMNS} how wide they are.
   */
  @SuppressWarnings("SystemConsoleNull") // Null still, where a provider says so.
  static Screen ofProcess(Map<String, String> environment) {
    String terminals = environment.get("HOSU_TERMINAL");
    if (terminals == null) {
      terminals = isTerminal(System.console()) ? "012" : "";
    }
    boolean output = terminals.contains("1");
    boolean plain =
        !environment.getOrDefault("NO_COLOR", "").isEmpty()
            || environment.getOrDefault("TERM", "dumb").equals("dumb");
    return new Screen(
        width(environment.getOrDefault("COLUMNS", "")),
        terminals.contains("0"),
        output,
        terminals.contains("2"),
        output && !plain);
  }

  private static boolean isTerminal(@Nullable Console console) {
    return console != null && console.isTerminal();
  }

  private static int width(String columns) {
    return columns.matches("[1-9]\\d{1,3}") ? Integer.parseInt(columns) : STANDARD_WIDTH;
  }
}
