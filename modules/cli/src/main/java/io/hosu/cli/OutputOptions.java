package io.hosu.cli;

import picocli.CommandLine.Option;

/** How the answer is printed. */
final class OutputOptions {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "How the answer is printed: table, json or csv. Default: table.")
  Format format = Format.TABLE;
}
