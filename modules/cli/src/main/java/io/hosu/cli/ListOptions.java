package io.hosu.cli;

import io.hosu.kernel.Durations;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Instants;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import picocli.CommandLine.Option;

/** How much of a list is shown. */
final class ListOptions {
  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Shows at most so many; 0 shows all. Default: 100.")
  long limit = 100;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Shows what is younger: a duration (1h) or a time (2026-11-25T17:00:00Z).")
  String since = "";

  /** The time that {@code --since} stands for, as the API reads it; empty when not given. */
  String since(InstantSource clock) {
    if (since.isEmpty()) {
      return "";
    }
    try {
      return Instants.print(
          since.contains("T")
              ? Instants.parse(since)
              : clock.instant().minus(Durations.parse(since)));
    } catch (Invalid | DateTimeException e) {
      throw new Invalid(
          CliError.USAGE_WRONG,
          "'%s' is neither a duration nor a time.".formatted(since),
          "Write --since 15m, 1h or 7d, or a time such as %s."
              .formatted(Instants.print(Instant.EPOCH)));
    }
  }
}
