package io.hosu.tables;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What an engine does for clones: the catalog reads neither Parquet nor SQL. */
public interface CloneEngine {
  /** The rows of a SELECT of one column, as text, of which there are few; it reads {@code file}. */
  List<String> texts(Path file, String select);

  /**
   * Writes the rows of a SELECT, which reads {@code file}, as one Parquet file.
   *
   * @param directory where to write it, of its own
   * @return the file
   */
  Path write(Path file, String select, WriteShape shape, Path directory);

  /**
   * The text of a view with {@code to} where it names the domain {@code from}.
   *
   * @return empty when the text is not understood, so that it may name whatever
   */
  Optional<String> renamed(String sql, String from, String to);
}
