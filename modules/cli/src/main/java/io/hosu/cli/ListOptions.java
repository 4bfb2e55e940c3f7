package io.hosu.cli;

import picocli.CommandLine.Option;

/** How much of a list is shown. */
final class ListOptions {
  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Shows at most so many; 0 shows all. Default: 100.")
  long limit = 100;
}
