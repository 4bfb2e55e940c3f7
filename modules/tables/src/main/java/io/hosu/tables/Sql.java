package io.hosu.tables;

import java.util.Collection;
import java.util.stream.Collectors;

/** Names and texts as the engine's SQL writes them, safe for any content. */
public final class Sql {
  private Sql() {}

  /** A name in double quotes. */
  public static String name(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  /** A text in single quotes. */
  public static String text(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** A list of texts: {@code ['a', 'b']}. */
  public static String texts(Collection<String> texts) {
    return texts.stream().map(Sql::text).collect(Collectors.joining(", ", "[", "]"));
  }
}
