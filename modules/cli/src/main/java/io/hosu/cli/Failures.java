package io.hosu.cli;

import io.hosu.kernel.ErrorCode;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.KernelError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Set;

/** Shows failures to people: what happened, what to do, and the code. */
final class Failures {
  private static final String NAME = "hosu: ";
  private static final String INDENT = " ".repeat(NAME.length());

  /** Mistakes on the command line, settings among them: they have no other place. */
  private static final Set<ErrorCode> USAGE =
      Set.of(CliError.USAGE_WRONG, KernelError.SETTING_INVALID, KernelError.SETTING_UNKNOWN);

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
    return USAGE.contains(failure.code()) ? Cli.USAGE : Cli.FAILED;
  }

  /**
   * Says that the answer was not written; of a reader that went away, as {@code head} does,
   * nothing.
   */
  int output(IOException failure) {
    if (isReaderGone(failure)) {
      return Cli.READER_GONE;
    }
    return show(
        new Unavailable(
            CliError.OUTPUT_FAILED,
            "The answer could not be written to the standard output: %s."
                .formatted(failure.getMessage()),
            "See where it goes and what room is there, then run the command again."));
  }

  private static boolean isReaderGone(IOException failure) {
    return String.valueOf(failure.getMessage()).contains("Broken pipe");
  }

  private int unreadable(IOException failure) {
    if (isReaderGone(failure)) {
      return Cli.READER_GONE;
    }
    return show(
        new Invalid(
            CliError.FILE_UNREADABLE,
            "Reading or writing failed: %s.".formatted(describe(failure)),
            "Check the file and the room on the disk, then try again."));
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
