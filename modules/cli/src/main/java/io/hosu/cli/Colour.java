package io.hosu.cli;

/** Colours that mean something, on terminals that take them. */
enum Colour {
  BOLD("1"),
  RED("31"),
  GREEN("32"),
  YELLOW("33"),
  GREY("90");

  private final String code;

  Colour(String code) {
    this.code = code;
  }

  /** The text in this colour, or plain where the screen wants it plain. */
  String of(String text, Screen screen) {
    return screen.colours() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }

  /** Words for a status in the colour of the status; every other text as it is. */
  static String ofStatus(String text, Screen screen) {
    return switch (text) {
      case "SUCCEEDED", "ok", "allowed" -> GREEN.of(text, screen);
      case "FAILED", "fail", "denied" -> RED.of(text, screen);
      case "RUNNING", "PENDING", "warn" -> YELLOW.of(text, screen);
      default -> text;
    };
  }
}
