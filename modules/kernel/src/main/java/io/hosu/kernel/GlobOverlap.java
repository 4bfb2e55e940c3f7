package io.hosu.kernel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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

  /** A step from one state to another; {@code taken} is empty when it reads nothing. */
  private record Step(int from, int to, Optional<Taken> taken) {}

  /** A machine: it begins in state 0 and ends well in its last one. */
  static final class Machine {
    private final List<Step> steps = new ArrayList<>();
    private int last;

    /** Reads a character and goes on. */
    void read(Taken taken) {
      steps.add(new Step(last, last + 1, Optional.of(taken)));
      last++;
    }

    /** Reads as many characters as there are, also none. */
    void readMany(Taken taken) {
      steps.add(new Step(last, last, Optional.of(taken)));
    }

    /** Reads what ends with a slash, or nothing. */
    void readDirectories() {
      int begin = last;
      steps.add(new Step(begin, begin + 1, Optional.empty()));
      last++;
      readMany(new Taken.All());
      read(new Taken.One('/'));
      steps.add(new Step(begin, last, Optional.empty()));
    }

    private List<Step> from(int state) {
      return steps.stream().filter(step -> step.from() == state).toList();
    }
  }

  /** Two machines after the same characters. */
  private record Both(int one, int other) {}

  private record Way(Both at, String key) {}

  static Optional<String> witness(Machine one, Machine other) {
    Deque<Way> open = new ArrayDeque<>(List.of(new Way(new Both(0, 0), "")));
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
        next.add(new Way(new Both(step.to(), way.at().other()), way.key()));
      }
    }
    for (Step step : other.from(way.at().other())) {
      if (step.taken().isEmpty()) {
        next.add(new Way(new Both(way.at().one(), step.to()), way.key()));
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
            .ifPresent(c -> next.add(new Way(new Both(left.to(), right.to()), way.key() + c)));
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
