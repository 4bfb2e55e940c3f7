package io.hosu.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the text of a {@link Glob} from its beginning to its end. */
final class GlobReading {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");

  private final String text;
  private final List<GlobPart> parts = new ArrayList<>();
  private final StringBuilder literal = new StringBuilder();
  private @Nullable String problem;
  private int at;

  GlobReading(String text) {
    this.text = text;
    while (at < text.length()) {
      next();
    }
    endLiteral();
  }

  /** What it is made of. */
  List<GlobPart> parts() {
    return List.copyOf(parts);
  }

  /** What is wrong with the first brace that has no meaning: "The glob …". */
  Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  private void next() {
    if (text.startsWith("**/", at)) {
      wild(GlobPart.Any.DIRECTORIES, 3);
    } else if (text.startsWith("**", at)) {
      wild(GlobPart.Any.CHARACTERS, 2);
    } else if (text.startsWith("*", at)) {
      wild(GlobPart.Any.WITHIN_DIRECTORY, 1);
    } else if (text.startsWith("?", at)) {
      wild(GlobPart.Any.ONE, 1);
    } else if (text.startsWith("{{", at) || text.startsWith("}}", at)) {
      literal.append(text.charAt(at));
      at += 2;
    } else if (text.startsWith("{", at)) {
      capture();
    } else {
      if (text.startsWith("}", at)) {
        problem("has a } that ends nothing");
      }
      literal.append(text.charAt(at++));
    }
  }

  private void capture() {
    int end = text.indexOf('}', at);
    String name = end < 0 ? "" : text.substring(at + 1, end);
    if (NAME.matcher(name).matches()) {
      add(new GlobPart.Capture(name));
      at = end + 1;
      return;
    }
    problem(
        end < 0 ? "has a { that does not end" : "has a capture with the name '%s'".formatted(name));
    literal.append(text.charAt(at++));
  }

  private void wild(GlobPart.Any any, int length) {
    add(new GlobPart.Wild(any));
    at += length;
  }

  private void add(GlobPart part) {
    endLiteral();
    parts.add(part);
  }

  private void endLiteral() {
    if (!literal.isEmpty()) {
      parts.add(new GlobPart.Literal(literal.toString()));
      literal.setLength(0);
    }
  }

  private void problem(String what) {
    problem = problem == null ? what : problem;
  }
}
