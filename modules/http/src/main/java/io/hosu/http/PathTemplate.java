package io.hosu.http;

import io.hosu.kernel.HosuException.Invalid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The path of a route: words, variables, and perhaps a tail. */
record PathTemplate(List<Segment> segments) implements Comparable<PathTemplate> {

  /** One segment of a template. Compared by how much it leaves open. */
  sealed interface Segment {
    record Word(String text) implements Segment {}

    record Variable(String name) implements Segment {}

    /** All that is left, slashes included; at least one character. */
    record Tail(String name) implements Segment {}
  }

  static PathTemplate parse(String text) {
    if (!text.startsWith("/")) {
      throw new IllegalArgumentException("A route begins with '/': " + text);
    }
    List<Segment> segments =
        Arrays.stream(text.substring(1).split("/", -1))
            .filter(part -> !part.isEmpty())
            .map(PathTemplate::segment)
            .toList();
    if (segments.stream().limit(Math.max(0, segments.size() - 1)).anyMatch(PathTemplate::isTail)) {
      throw new IllegalArgumentException("A tail ends its route: " + text);
    }
    return new PathTemplate(segments);
  }

  private static Segment segment(String part) {
    if (!part.startsWith("{") || !part.endsWith("}")) {
      return new Segment.Word(part);
    }
    String name = part.substring(1, part.length() - 1);
    return name.endsWith("...")
        ? new Segment.Tail(name.substring(0, name.length() - 3))
        : new Segment.Variable(name);
  }

  /** The values of the variables, when {@code path} fits. */
  Optional<Map<String, String>> match(SentPath path) {
    boolean open = !segments.isEmpty() && isTail(segments.getLast());
    List<String> sent = open ? path.segments() : path.normal();
    if (open ? sent.size() < segments.size() : sent.size() != segments.size()) {
      return Optional.empty();
    }
    Map<String, String> variables = new LinkedHashMap<>();
    for (int i = 0; i < segments.size(); i++) {
      if (!fits(segments.get(i), sent, i, variables)) {
        return Optional.empty();
      }
    }
    return Optional.of(variables);
  }

  private static boolean fits(
      Segment segment, List<String> sent, int i, Map<String, String> variables) {
    return switch (segment) {
      case Segment.Word(String text) -> text.equals(sent.get(i));
      case Segment.Variable(String name) -> bind(variables, name, sent.get(i));
      case Segment.Tail(String name) ->
          bind(variables, name, String.join("/", sent.subList(i, sent.size())));
    };
  }

  private static boolean bind(Map<String, String> variables, String name, String value) {
    variables.put(name, value);
    return !value.isEmpty();
  }

  /** Two templates of the same shape would match the same paths. */
  String shape() {
    return print(i -> "");
  }

  /** This template with variables filled from {@code sent}: to find what was meant. */
  String like(List<String> sent) {
    return print(i -> i < sent.size() ? sent.get(i) : "");
  }

  /** The words before the first variable. */
  String beginning() {
    List<String> words = new ArrayList<>();
    for (Segment segment : segments) {
      if (!(segment instanceof Segment.Word(String text))) {
        break;
      }
      words.add(text);
    }
    return "/" + String.join("/", words);
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return segments.stream()
        .map(segment ->
            switch (segment) {
              case Segment.Word(String text) -> "/" + text;
              case Segment.Variable(String name) -> "/{%s}".formatted(name);
              case Segment.Tail(String name) -> "/{%s...}".formatted(name);
            })
        .collect(Collectors.joining());
  }

  private String print(java.util.function.IntFunction<String> value) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < segments.size(); i++) {
      text.append('/')
          .append(
              switch (segments.get(i)) {
                case Segment.Word(String word) -> word;
                case Segment.Variable _ -> value.apply(i).isEmpty() ? "{}" : value.apply(i);
                case Segment.Tail _ -> value.apply(i).isEmpty() ? "{...}" : value.apply(i);
              });
    }
    return text.toString();
  }

  @Override
  public int compareTo(PathTemplate other) {
    return order().compareTo(other.order());
  }

  private String order() {
    return segments.stream()
        .map(segment ->
            switch (segment) {
              case Segment.Word(String text) -> "0" + text;
              case Segment.Variable _ -> "1";
              case Segment.Tail _ -> "2";
            })
        .collect(Collectors.joining("/"));
  }

  private static boolean isTail(Segment segment) {
    return segment instanceof Segment.Tail;
  }

  static String decode(String encoded) {
    return PercentCoding.decode(encoded)
        .filter(text -> text.indexOf('\0') < 0)
        .orElseThrow(() ->
            new Invalid(
                HttpError.PATH_INVALID,
                "The path of the request is not percent-encoded UTF-8 without NUL.",
                "Encode the path as UTF-8 with percent signs for what is not a letter or digit."));
  }
}
