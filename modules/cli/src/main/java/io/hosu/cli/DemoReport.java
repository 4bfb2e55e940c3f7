package io.hosu.cli;

/** What the demo prints: titles, lines, numbers beside those expected; counts the differences. */
final class DemoReport {
  private final Terminal terminal;
  private int differences;

  DemoReport(Terminal terminal) {
    this.terminal = terminal;
  }

  /** How many numbers were not the expected ones until now. */
  int differences() {
    return differences;
  }

  /** Begins a part. */
  void title(String text) {
    terminal.say("\n" + Colour.BOLD.of(text, terminal.screen()));
  }

  /** Prints a line of the part. */
  void say(String line) {
    terminal.say("  " + line);
  }

  /** Prints a statement as it is sent, and an empty line. */
  void statement(String sql) {
    sql.lines().forEach(line -> say(Colour.GREY.of(line, terminal.screen())));
    terminal.out().println();
  }

  /** Compares a number with the expected one. */
  void expect(String what, long expected, long found) {
    if (found == expected) {
      String ok = Colour.ofStatus("ok", terminal.screen());
      say("%s    %-42s %8d".formatted(ok, what, found));
    } else {
      differ("%s: %d, expected %d".formatted(what, found, expected));
    }
  }

  /** Says that something is not as expected. */
  void differ(String what) {
    differences++;
    say(Colour.RED.of("DIFFERS  " + what, terminal.screen()));
  }
}
