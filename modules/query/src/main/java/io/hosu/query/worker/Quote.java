package io.hosu.query.worker;

import java.util.Collection;
import java.util.stream.Collectors;

/** Names and texts as SQL writes them. */
final class Quote {
  private Quote() {}

  /** A name between double quotes. */
  static String name(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  /** The words of a name, each between double quotes. */
  static String path(Collection<String> words) {
    return words.stream().map(Quote::name).collect(Collectors.joining("."));
  }

  /** Names between double quotes and with commas between them. */
  static String names(Collection<String> names) {
    return names.stream().map(Quote::name).collect(Collectors.joining(", "));
  }

  /** A text between single quotes. */
  static String text(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** A list of texts. */
  static String texts(Collection<?> texts) {
    return texts.stream()
        .map(text -> text(text.toString()))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
