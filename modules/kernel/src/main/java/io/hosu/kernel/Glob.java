package io.hosu.kernel;

import io.hosu.kernel.GlobOverlap.Taken;
import io.hosu.kernel.HosuException.Invalid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A pattern over keys: {@code *} stands for any characters but {@code /}, {@code **} for any
 * characters, {@code ?} for one character but {@code /}; a {@code **}{@code /} also stands for
 * nothing. A capture, {@code {name}}, stands for one or more characters but {@code /}, as many as
 * it can, and remembers them; the same name stands for the same characters again. Two braces,
 * {@code {{} or {@code }}}, stand for one. Everything else stands for itself.
 */
public final class Glob {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");

  private final String text;
  private final List<Part> parts;
  private final List<String> captures;
  private final Pattern pattern;

  private Glob(String text, List<Part> parts) {
    this.text = text;
    this.parts = List.copyOf(parts);
    this.captures = names(parts);
    this.pattern = Pattern.compile(regex(), Pattern.DOTALL);
  }

  /** What a pattern is made of. */
  private sealed interface Part {
    /** Text that stands for itself. */
    record Literal(String text) implements Part {}

    /** Text that stands for others. */
    record Wild(Any any) implements Part {}

    /** A name for what stands there. */
    record Capture(String name) implements Part {}
  }

  /** What a wildcard stands for, as a regular expression. */
  private enum Any {
    DIRECTORIES("(?:.*/)?"),
    CHARACTERS(".*"),
    WITHIN_DIRECTORY("[^/]*"),
    ONE("[^/]");

    private final String regex;

    Any(String regex) {
      this.regex = regex;
    }
  }

  /** Reads a pattern; every text is one: a brace that begins or ends no capture is itself. */
  public static Glob of(String text) {
    return new Glob(text, new Reading(text).parts());
  }

  /**
   * Reads a pattern in which every brace has its meaning.
   *
   * @throws Invalid {@link KernelError#GLOB_INVALID} when one has none, or a capture has no name
   */
  public static Glob parse(String text) {
    Reading reading = new Reading(text);
    List<Part> parts = reading.parts();
    if (reading.problem != null) {
      throw new Invalid(
          KernelError.GLOB_INVALID,
          "The glob '%s' %s.".formatted(text, reading.problem),
          "Write a capture as {name}, with a-z, 0-9 and _ in the name, and a brace that stands for"
              + " itself as {{ or }}.");
    }
    return new Glob(text, parts);
  }

  /** Whether the whole of {@code key} fits the pattern. */
  public boolean matches(String key) {
    return pattern.matcher(key).matches();
  }

  /** A key that fits both patterns, the shortest; nothing when none does. */
  public Optional<String> overlap(Glob other) {
    return GlobOverlap.witness(machine(), other.machine())
        .filter(key -> matches(key) && other.matches(key));
  }

  private GlobOverlap.Machine machine() {
    GlobOverlap.Machine machine = new GlobOverlap.Machine();
    for (Part part : parts) {
      switch (part) {
        case Part.Literal(var literal) ->
            literal.chars().forEach(c -> machine.read(new Taken.One((char) c)));
        case Part.Capture _ -> {
          machine.read(new Taken.ButSlash());
          machine.readMany(new Taken.ButSlash());
        }
        case Part.Wild(var any) -> {
          switch (any) {
            case DIRECTORIES -> machine.readDirectories();
            case CHARACTERS -> machine.readMany(new Taken.All());
            case WITHIN_DIRECTORY -> machine.readMany(new Taken.ButSlash());
            case ONE -> machine.read(new Taken.ButSlash());
          }
        }
      }
    }
    return machine;
  }

  /** The names of the captures, in the order in which they come first. */
  public List<String> captures() {
    return captures;
  }

  /** What the captures stand for in {@code key}, in their order; nothing when it does not fit. */
  public Optional<SequencedMap<String, String>> capture(String key) {
    Matcher matcher = pattern.matcher(key);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    SequencedMap<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < captures.size(); i++) {
      values.put(captures.get(i), matcher.group(i + 1));
    }
    return Optional.of(values);
  }

  /** Whether nothing in the pattern stands for several keys, but captures. */
  public boolean isExact() {
    return parts.stream().noneMatch(Part.Wild.class::isInstance);
  }

  /**
   * The only key that fits an exact pattern with these values for its captures.
   *
   * @param values one for each capture
   */
  public String fill(Map<String, String> values) {
    StringBuilder key = new StringBuilder();
    for (Part part : parts) {
      key.append(
          switch (part) {
            case Part.Literal(var literal) -> literal;
            case Part.Capture(var name) -> values.getOrDefault(name, "");
            case Part.Wild _ -> throw new IllegalStateException("Many keys fit " + this);
          });
    }
    return key.toString();
  }

  /**
   * The pattern with a {@code *} for whatever is no text of its own, each character of which {@code
   * escape} may write in another way; none stands beside another.
   */
  public String wildcard(UnaryOperator<String> escape) {
    StringBuilder wildcard = new StringBuilder();
    boolean wild = false;
    for (Part part : parts) {
      if (part instanceof Part.Literal(var literal)) {
        wildcard.append(escape.apply(literal));
        wild = false;
      } else if (!wild) {
        wildcard.append('*');
        wild = true;
      }
    }
    return wildcard.toString();
  }

  /** The beginning that every matching key has: what stands before the first wildcard. */
  public String prefix() {
    return !parts.isEmpty() && parts.getFirst() instanceof Part.Literal(var literal) ? literal : "";
  }

  /** Whether one key alone fits: {@link #prefix}. */
  public boolean isLiteral() {
    return parts.stream().allMatch(Part.Literal.class::isInstance);
  }

  private static List<String> names(List<Part> parts) {
    SequencedSet<String> names = new LinkedHashSet<>();
    for (Part part : parts) {
      if (part instanceof Part.Capture(var name)) {
        names.add(name);
      }
    }
    return List.copyOf(names);
  }

  private String regex() {
    StringBuilder regex = new StringBuilder();
    List<String> seen = new ArrayList<>();
    for (Part part : parts) {
      regex.append(
          switch (part) {
            case Part.Literal(var literal) -> Pattern.quote(literal);
            case Part.Wild(var any) -> any.regex;
            case Part.Capture(var name) when seen.contains(name) ->
                "\\" + (seen.indexOf(name) + 1) + "(?:)";
            case Part.Capture(var name) -> {
              seen.add(name);
              yield "([^/]+)";
            }
          });
    }
    return regex.toString();
  }

  @Override
  public String toString() {
    return text;
  }

  /** Reads a text from its beginning to its end. */
  private static final class Reading {
    private final String text;
    private final List<Part> parts = new ArrayList<>();
    private final StringBuilder literal = new StringBuilder();
    private @Nullable String problem;
    private int at;

    Reading(String text) {
      this.text = text;
    }

    List<Part> parts() {
      while (at < text.length()) {
        next();
      }
      endLiteral();
      return parts;
    }

    private void next() {
      if (text.startsWith("**/", at)) {
        wild(Any.DIRECTORIES, 3);
      } else if (text.startsWith("**", at)) {
        wild(Any.CHARACTERS, 2);
      } else if (text.startsWith("*", at)) {
        wild(Any.WITHIN_DIRECTORY, 1);
      } else if (text.startsWith("?", at)) {
        wild(Any.ONE, 1);
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
        add(new Part.Capture(name));
        at = end + 1;
        return;
      }
      problem(
          end < 0
              ? "has a { that does not end"
              : "has a capture with the name '%s'".formatted(name));
      literal.append(text.charAt(at++));
    }

    private void wild(Any any, int length) {
      add(new Part.Wild(any));
      at += length;
    }

    private void add(Part part) {
      endLiteral();
      parts.add(part);
    }

    private void endLiteral() {
      if (!literal.isEmpty()) {
        parts.add(new Part.Literal(literal.toString()));
        literal.setLength(0);
      }
    }

    private void problem(String what) {
      problem = problem == null ? what : problem;
    }
  }
}
