package io.hosu.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Where a failure is: in an object of the lake, or in a text that somebody wrote.
 *
 * @param object the object as {@code LAYER/KEY}, or the path of a file of a lake project; null when
 *     the text came with the request
 * @param line which line, from 1; 0 when it is not known
 * @param column which character of the line, from 1; 0 when it is not known
 * @param text the record or the words themselves, shortened when long; null when not known
 */
public record Place(@Nullable String object, long line, int column, @Nullable String text) {

  /** A record of an object. */
  public static Place inObject(String object, long line, String text) {
    return new Place(object, line, 0, text);
  }

  /** A word of a text. */
  public static Place inText(int line, int column, String text) {
    return new Place(null, line, column, text);
  }

  /** {@code raw/a.csv:3}, {@code line 2, column 7}, or what of these is known. */
  @Override
  public String toString() {
    if (object != null) {
      return line > 0 ? object + ":" + line : object;
    }
    return column > 0 ? "line " + line + ", column " + column : "line " + line;
  }
}
