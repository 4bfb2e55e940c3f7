package io.hosu.query.worker;

import java.io.IOException;

/** Why an object of another format cannot be read, as the end of a sentence. */
final class Unreadable extends IOException {
  private static final long serialVersionUID = 1;

  Unreadable(String why) {
    super(why);
  }

  /** The first line of what a library says. */
  static String line(Throwable cause) {
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }
}
