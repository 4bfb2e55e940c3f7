package io.hosu.kernel;

import io.hosu.kernel.GlobOverlap.Taken;
import io.hosu.kernel.HosuException.Invalid;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.UnaryOperator;

/**
 * A pattern over keys: {@code *} stands for any characters but {@code /}, {@code **} for any
 * characters, {@code ?} for one character but {@code /}; a {@code **}{@code /} also stands for
 * nothing. A capture, {@code {name}}, stands for one or more characters but {@code /}, as many as
 * it can, and remembers them; the same name stands for the same characters again. Two braces,
 * {@code {{} or {@code }}}, stand for one. Everything else stands for itself.
 */
public final class Glob {
  private static final int MOST_PARTS = 500;

  private final String text;
  private final List<GlobPart> parts;
  private final List<String> captures;
  private final GlobRepeats repeats;

  private Glob(String text, List<GlobPart> parts) {
    this.text = text;
    this.parts = parts;
    this.captures = names(parts);
    this.repeats = GlobRepeats.of(parts);
  }

  /**
   * Reads a pattern; every text is one: a brace that begins or ends no capture is itself. One that
   * {@link #parse} refuses as its captures come again in too many ways may miss a key that fits.
   */
  public static Glob of(String text) {
    return new Glob(text, new GlobReading(text).parts());
  }

  /**
   * Reads a pattern in which every brace has its meaning, and that no key keeps busy for long.
   *
   * @throws Invalid {@link KernelError#GLOB_INVALID} when a brace has no meaning, a capture has no
   *     name, captures come again in too many ways, or it is made of too many parts
   */
  public static Glob parse(String text) {
    GlobReading reading = new GlobReading(text);
    if (reading.problem().isPresent()) {
      throw new Invalid(
          KernelError.GLOB_INVALID,
          "The glob '%s' %s.".formatted(text, reading.problem().get()),
          "Write a capture as {name}, with a-z, 0-9 and _ in the name, and a brace that stands for"
              + " itself as {{ or }}.");
    }
    if (reading.parts().size() > MOST_PARTS) {
      throw new Invalid(
          KernelError.GLOB_INVALID,
          "A glob has more than %d wildcards, captures and texts between them."
              .formatted(MOST_PARTS),
          "Write fewer: ** stands for any part of a key.");
    }
    Glob glob = new Glob(text, reading.parts());
    if (!glob.repeats.isBounded()) {
      throw new Invalid(
          KernelError.GLOB_INVALID,
          "The glob '%s' repeats a capture, and before that leaves open where too many of its *,"
                  .formatted(text)
              + " ** and captures end.",
          "Let a capture that comes again stand alone between two slashes where it comes first, and"
              + " write fewer * and captures before it comes again.");
    }
    return glob;
  }

  /** Whether the whole of {@code key} fits the pattern. */
  public boolean matches(String key) {
    return match(key).matches();
  }

  /** A key beside the pattern. */
  GlobMatch match(String key) {
    return new GlobMatch(parts, repeats.end(), key);
  }

  /** A key that fits both patterns, the shortest; nothing when none does. */
  public Optional<String> overlap(Glob other) {
    return GlobOverlap.witness(machine(), other.machine())
        .filter(key -> matches(key) && other.matches(key));
  }

  private GlobOverlap.Machine machine() {
    GlobOverlap.Machine machine = new GlobOverlap.Machine();
    for (GlobPart part : parts) {
      switch (part) {
        case GlobPart.Literal(var literal) ->
            literal.chars().forEach(c -> machine.read(new Taken.One((char) c)));
        case GlobPart.Capture _ -> {
          machine.read(new Taken.ButSlash());
          machine.readMany(new Taken.ButSlash());
        }
        case GlobPart.Wild(var any) -> {
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
    return match(key).captures(captures);
  }

  /** Whether nothing in the pattern stands for several keys, but captures. */
  public boolean isExact() {
    return parts.stream().noneMatch(GlobPart.Wild.class::isInstance);
  }

  /**
   * The only key that fits an exact pattern with these values for its captures.
   *
   * @param values one for each capture
   */
  public String fill(Map<String, String> values) {
    StringBuilder key = new StringBuilder();
    for (GlobPart part : parts) {
      key.append(
          switch (part) {
            case GlobPart.Literal(var literal) -> literal;
            case GlobPart.Capture(var name) -> values.getOrDefault(name, "");
            case GlobPart.Wild _ -> throw new IllegalStateException("Many keys fit " + this);
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
    for (GlobPart part : parts) {
      if (part instanceof GlobPart.Literal(var literal)) {
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
    return !parts.isEmpty() && parts.getFirst() instanceof GlobPart.Literal(var literal)
        ? literal
        : "";
  }

  /** Whether one key alone fits: {@link #prefix}. */
  public boolean isLiteral() {
    return parts.stream().allMatch(GlobPart.Literal.class::isInstance);
  }

  private static List<String> names(List<GlobPart> parts) {
    SequencedSet<String> names = new LinkedHashSet<>();
    for (GlobPart part : parts) {
      if (part instanceof GlobPart.Capture(var name)) {
        names.add(name);
      }
    }
    return List.copyOf(names);
  }

  @Override
  public String toString() {
    return text;
  }
}
