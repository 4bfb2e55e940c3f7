package io.hosu.kernel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds a key that two globs both match: the shortest way through the two of them at once, each
 * taken as a machine that reads one character after another.
 */
final class GlobOverlap {
  private static final char ANY_LETTER = 'x';

  private GlobOverlap() {}

  /** Which characters a step takes: one, those but the slash, or all. */
  sealed interface Taken {
    record One(char c) implements Taken {}

    record ButSlash() implements Taken {}

    record All() implements Taken {}
  }

  /** A step to another state; {@code taken} is empty when it reads nothing. */
  private record Step(int to, Optional<Taken> taken) {}

  /** A machine: it begins in state 0 and ends well in its last one. */
  static final class Machine {
    private final Map<Integer, List<Step>> steps = new HashMap<>();
    private int last;

    /** Reads a character and goes on. */
    void read(Taken taken) {
      step(last, last + 1, Optional.of(taken));
      last++;
    }

    /** Reads as many characters as there are, also none. */
    void readMany(Taken taken) {
      step(last, last, Optional.of(taken));
    }

    /** Reads what ends with a slash, or nothing. */
    void readDirectories() {
      int begin = last;
      step(begin, begin + 1, Optional.empty());
      last++;
      readMany(new Taken.All());
      read(new Taken.One('/'));
      step(begin, last, Optional.empty());
    }

    private void step(int from, int to, Optional<Taken> taken) {
      steps.computeIfAbsent(from, _ -> new ArrayList<>()).add(new Step(to, taken));
    }

    private List<Step> from(int state) {
      return steps.getOrDefault(state, List.of());
    }
  }

  /** Two machines after the same characters. */
  private record Both(int one, int other) {}

  /** How two states are come to: from others, by a character or by none. */
  private record Way(Both at, @Nullable Way before, Optional<Character> taken) {
    Way then(int one, int other, Optional<Character> taken) {
      return new Way(new Both(one, other), this, taken);
    }

    String key() {
      StringBuilder key = new StringBuilder();
      for (Way way = this; way != null; way = way.before) {
        way.taken.ifPresent(key::append);
      }
      return key.reverse().toString();
    }
  }

  static Optional<String> witness(Machine one, Machine other) {
    Deque<Way> open = new ArrayDeque<>(List.of(new Way(new Both(0, 0), null, Optional.empty())));
    Set<Both> seen = new HashSet<>();
    while (!open.isEmpty()) {
      Way way = open.removeFirst();
      if (way.at().equals(new Both(one.last, other.last))) {
        return Optional.of(way.key());
      }
      if (seen.add(way.at())) {
        silent(one, other, way).forEach(open::addFirst);
        read(one, other, way).forEach(open::addLast);
      }
    }
    return Optional.empty();
  }

  private static List<Way> silent(Machine one, Machine other, Way way) {
    List<Way> next = new ArrayList<>();
    for (Step step : one.from(way.at().one())) {
      if (step.taken().isEmpty()) {
        next.add(way.then(step.to(), way.at().other(), Optional.empty()));
      }
    }
    for (Step step : other.from(way.at().other())) {
      if (step.taken().isEmpty()) {
        next.add(way.then(way.at().one(), step.to(), Optional.empty()));
      }
    }
    return next;
  }

  private static List<Way> read(Machine one, Machine other, Way way) {
    List<Way> next = new ArrayList<>();
    for (Step left : one.from(way.at().one())) {
      for (Step right : other.from(way.at().other())) {
        left.taken()
            .flatMap(some -> right.taken().flatMap(others -> common(some, others)))
            .ifPresent(c -> next.add(way.then(left.to(), right.to(), Optional.of(c))));
      }
    }
    return next;
  }

  private static Optional<Character> common(Taken one, Taken other) {
    return switch (one) {
      case Taken.One(char c) -> takes(other, c) ? Optional.of(c) : Optional.empty();
      case Taken.ButSlash() ->
          other instanceof Taken.One ? common(other, one) : Optional.of(ANY_LETTER);
      case Taken.All() -> other instanceof Taken.One ? common(other, one) : Optional.of(ANY_LETTER);
    };
  }

  private static boolean takes(Taken taken, char c) {
    return switch (taken) {
      case Taken.One(char other) -> other == c;
      case Taken.ButSlash() -> c != '/';
      case Taken.All() -> true;
    };
  }
}
