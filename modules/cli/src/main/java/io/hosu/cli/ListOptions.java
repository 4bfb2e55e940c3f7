package io.hosu.cli;

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
    return since.isEmpty() ? "" : OptionValues.time("--since", since, clock);
  }
}
