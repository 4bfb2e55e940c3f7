package io.hosu.cli;

import io.hosu.kernel.HosuException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;

/** Shows failures to people: what happened, what to do, and the code. */
final class Failures {
  private static final String NAME = "hosu: ";
  private static final String INDENT = " ".repeat(NAME.length());

  private final Terminal terminal;

  Failures(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Prints the failure; returns the exit code it stands for. */
  int show(Throwable failure) {
    terminal.out().flush();
    return switch (failure) {
      case HosuException known -> show(known);
      case UncheckedIOException io -> show(Objects.requireNonNull(io.getCause()));
      case IOException io -> unreadable(io);
      default -> unexpected(failure);
    };
  }

  private int show(HosuException failure) {
    line(NAME + failure.what().strip().replace("\n", "\n" + INDENT));
    line(
        "%s%s [%s]"
            .formatted(
                INDENT,
                failure.remedy().strip().replace("\n", "\n" + INDENT),
                failure.code().name()));
    return failure.code() == CliError.USAGE_WRONG ? Cli.USAGE : Cli.FAILED;
  }

  /** A reader that went away, as {@code head} does, needs no message. */
  private int unreadable(IOException failure) {
    if (!String.valueOf(failure.getMessage()).contains("Broken pipe")) {
      line(NAME + "Reading or writing failed: " + describe(failure) + ".");
      line(INDENT + "Check the file and the room on the disk, then try again.");
    }
    return Cli.FAILED;
  }

  private int unexpected(Throwable failure) {
    line(NAME + "This is a defect in Hosu: " + failure + ".");
    line(INDENT + "Please report it with the lines that follow and the output of: hosu version");
    failure.printStackTrace(terminal.err());
    return Cli.FAILED;
  }

  private static String describe(IOException failure) {
    return failure.getClass().getSimpleName().replace("Exception", "")
        + ": "
        + failure.getMessage();
  }

  private void line(String text) {
    terminal.err().println(text);
  }
}
