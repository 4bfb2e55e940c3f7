package io.hosu.query.worker;

import io.hosu.query.engine.FileFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An object as a file that DuckDB can open as it is: not packed, text in UTF-8.
 *
 * @param path the file
 * @param object what the object is called
 * @param format what it holds
 */
record PlainFile(Path path, String object, FileFormat format) {
  private static final int MOST_BLANKS = 4096;

  /** Whether it is a text without anything but white space, of which it may have a little. */
  boolean isBlank() throws IOException {
    if (format == FileFormat.PARQUET || Files.size(path) > MOST_BLANKS) {
      return false;
    }
    for (byte b : Files.readAllBytes(path)) {
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return false;
      }
    }
    return true;
  }
}
