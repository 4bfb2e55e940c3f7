package io.hosu.query.worker;

import io.hosu.query.engine.FileFormat;
import io.hosu.query.engine.InputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An object as a file that DuckDB can open as it is: not packed, text in UTF-8.
 *
 * @param path the file
 * @param object what the object is called
 * @param format what it holds
 * @param version which version of the object; may be empty
 * @param origin where its lines stand in the object
 */
record PlainFile(Path path, String object, FileFormat format, String version, LineOrigin origin) {
  private static final int MOST_BLANKS = 4096;

  /** An object, which is to be read at {@code path}. */
  static PlainFile of(InputFile file, Path path) throws IOException {
    Path lines = file.lines();
    return new PlainFile(
        path,
        file.object(),
        file.format(),
        file.version(),
        lines == null ? LineOrigin.SAME : LineOrigin.read(lines));
  }

  /** The same file as something else. */
  PlainFile as(FileFormat other) {
    return new PlainFile(path, object, other, version, origin);
  }

  /** The same object in a copy with the same lines. */
  PlainFile at(Path copy) {
    return new PlainFile(copy, object, format, version, origin);
  }

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
