package io.hosu.cli;

import java.time.InstantSource;
import picocli.CommandLine.Option;

/** From when on things are listed. */
final class SinceOption {
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
