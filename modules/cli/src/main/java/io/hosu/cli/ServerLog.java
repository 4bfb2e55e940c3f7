package io.hosu.cli;

/** The log of a server that a command runs inside itself. */
final class ServerLog {
  private ServerLog() {}

  /**
   * Keeps it out of the command's own story, but for errors, unless HOSU_LOG says otherwise. To be
   * called before anything logs.
   */
  static void onlyErrors() {
    System.setProperty("HOSU_LOG", System.getenv().getOrDefault("HOSU_LOG", "ERROR"));
  }
}
