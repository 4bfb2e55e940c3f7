package io.hosu.query.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Where the lines of a file stand in the object that they were taken from. */
final class LineOrigin {
  /** The file is the object. */
  static final LineOrigin SAME = new LineOrigin(new long[0]);

  private final long[] lines;

  private LineOrigin(long[] lines) {
    this.lines = lines;
  }

  /** Reads a number for each line, in their order. */
  static LineOrigin read(Path file) throws IOException {
    long[] lines = new long[1024];
    int size = 0;
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines = size == lines.length ? Arrays.copyOf(lines, 2 * size) : lines;
        lines[size++] = Long.parseLong(line);
      }
    }
    return new LineOrigin(Arrays.copyOf(lines, size));
  }

  /** The line in the object, for one of the file. */
  long of(long line) {
    return line < 1 || line > lines.length ? line : lines[Math.toIntExact(line - 1)];
  }

  /** The lines in the object, for those of the file, in the same order. */
  LineRuns of(LineRuns some) {
    if (lines.length == 0) {
      return some;
    }
    LineRuns all = new LineRuns();
    for (int run = 0; run < some.size(); run++) {
      for (long line = some.first(run); line < some.first(run) + some.count(run); line++) {
        all.add(of(line));
      }
    }
    return all;
  }
}
