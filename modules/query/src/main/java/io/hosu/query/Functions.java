package io.hosu.query;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/** The functions that SQL may use, by the reviewed list of the engine's version. */
final class Functions {
  /** Table functions that read nothing but their arguments. */
  static final Set<String> TABLE_FUNCTIONS =
      Set.of("range", "generate_series", "unnest", "json_each", "json_tree", "repeat");

  private static final Functions KNOWN = read();

  private final Set<String> allowed = new HashSet<>();
  private final Set<String> aggregates = new HashSet<>();
  private final Set<String> denied = new HashSet<>();

  private Functions() {}

  private static Functions read() {
    Functions functions = new Functions();
    try (InputStream in =
            Objects.requireNonNull(Functions.class.getResourceAsStream("functions.txt"));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(line -> functions.add(line.charAt(0), line.substring(2)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return functions;
  }

  private void add(char mark, String name) {
    switch (mark) {
      case '+' -> allowed.add(name);
      case '&' -> {
        allowed.add(name);
        aggregates.add(name);
      }
      default -> denied.add(name);
    }
  }

  /** Whether it makes one value of many rows. */
  static boolean isAggregate(String name) {
    return KNOWN.aggregates.contains(name);
  }

  static Set<String> aggregates() {
    return KNOWN.aggregates;
  }

  static boolean mayBeUsed(String name) {
    return KNOWN.allowed.contains(name);
  }

  static Set<String> allowed() {
    return KNOWN.allowed;
  }

  static Set<String> denied() {
    return KNOWN.denied;
  }
}
