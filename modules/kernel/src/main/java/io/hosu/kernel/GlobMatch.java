package io.hosu.kernel;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * One key beside the parts of a glob. First it is found out, from the end, which parts may begin at
 * which characters: as many steps as both are long, multiplied. Where no capture comes again that
 * is the answer; else a search goes only where it leaves a way.
 */
final class GlobMatch {
  /** More than any glob takes that {@link GlobRepeats#isBounded} lets pass. */
  static final long MOST_STEPS = 32_000_000;

  private final List<GlobPart> parts;
  private final int repeatsEnd;
  private final int[] key;

  /** For each part, where it may begin so that it and all behind it fit the rest. */
  private final BitSet[] begins;

  private final Map<String, Span> captured = new HashMap<>();
  private long steps;

  /** Characters of the key. */
  private record Span(int from, int to) {
    int length() {
      return to - from;
    }
  }

  GlobMatch(List<GlobPart> parts, int repeatsEnd, String key) {
    this.parts = parts;
    this.repeatsEnd = repeatsEnd;
    this.key = key.codePoints().toArray();
    this.begins = new BitSet[parts.size() + 1];
    findBegins();
  }

  private void findBegins() {
    BitSet end = new BitSet();
    end.set(key.length);
    begins[parts.size()] = end;
    for (int part = parts.size() - 1; part >= 0; part--) {
      begins[part] = begins(parts.get(part), begins[part + 1]);
    }
  }

  private BitSet begins(GlobPart part, BitSet next) {
    return switch (part) {
      case GlobPart.Literal(var text) -> beforeText(text.codePoints().toArray(), next);
      case GlobPart.Capture _ -> beforeSome(next);
      case GlobPart.Wild wild when wild.any() == GlobPart.Any.ONE -> beforeOne(next);
      case GlobPart.Wild wild -> beforeMany(wild.any(), next);
    };
  }

  private BitSet beforeText(int[] text, BitSet next) {
    BitSet begins = new BitSet();
    for (int i = next.nextSetBit(text.length); i >= 0; i = next.nextSetBit(i + 1)) {
      steps++;
      begins.set(i - text.length, Arrays.equals(text, 0, text.length, key, i - text.length, i));
    }
    return begins;
  }

  private BitSet beforeOne(BitSet next) {
    BitSet begins = new BitSet();
    for (int i = next.nextSetBit(1); i >= 0; i = next.nextSetBit(i + 1)) {
      steps++;
      begins.set(i - 1, key[i - 1] != '/');
    }
    return begins;
  }

  private BitSet beforeSome(BitSet next) {
    BitSet begins = new BitSet();
    for (int i = key.length - 1; i >= 0; i--) {
      steps++;
      begins.set(i, key[i] != '/' && (next.get(i + 1) || begins.get(i + 1)));
    }
    return begins;
  }

  private BitSet beforeMany(GlobPart.Any any, BitSet next) {
    BitSet begins = new BitSet();
    boolean later = false;
    for (int i = key.length; i >= 0; i--) {
      steps++;
      begins.set(i, next.get(i) || (later && isWithin(any, i)));
      later =
          any == GlobPart.Any.DIRECTORIES
              ? later || (i > 0 && key[i - 1] == '/' && next.get(i))
              : begins.get(i);
    }
    return begins;
  }

  private boolean isWithin(GlobPart.Any any, int i) {
    return any != GlobPart.Any.WITHIN_DIRECTORY || key[i] != '/';
  }

  /** Whether the whole key fits. */
  boolean matches() {
    return begins[0].get(0) && (repeatsEnd == 0 || search(0, 0, repeatsEnd));
  }

  /** What the captures stand for, each as long as it can be; nothing when the key does not fit. */
  Optional<SequencedMap<String, String>> captures(List<String> names) {
    if (!begins[0].get(0) || !search(0, 0, parts.size())) {
      return Optional.empty();
    }
    SequencedMap<String, String> values = new LinkedHashMap<>();
    for (String name : names) {
      Span span = captured.getOrDefault(name, new Span(0, 0));
      values.put(name, new String(key, span.from(), span.length()));
    }
    return Optional.of(values);
  }

  /** How many characters were looked at. */
  long steps() {
    return steps;
  }

  /** Finds an end for each part from {@code part} to {@code last}, the longest first. */
  private boolean search(int part, int from, int last) {
    if (part == last) {
      return true;
    }
    return ++steps <= MOST_STEPS
        && switch (parts.get(part)) {
          case GlobPart.Literal(var text) ->
              search(part + 1, from + text.codePointCount(0, text.length()), last);
          case GlobPart.Wild wild when wild.any() == GlobPart.Any.ONE ->
              search(part + 1, from + 1, last);
          case GlobPart.Wild wild -> many(part, from, last, furthest(wild.any(), from));
          case GlobPart.Capture(var name) -> capture(part, from, last, name);
        };
  }

  private boolean many(int part, int from, int last, int furthest) {
    boolean directories =
        parts.get(part) instanceof GlobPart.Wild(var any) && any == GlobPart.Any.DIRECTORIES;
    BitSet next = begins[part + 1];
    for (int to = next.previousSetBit(furthest); to >= from; to = next.previousSetBit(to - 1)) {
      steps++;
      if ((!directories || to == from || key[to - 1] == '/') && search(part + 1, to, last)) {
        return true;
      }
    }
    return false;
  }

  private int furthest(GlobPart.Any any, int from) {
    return any == GlobPart.Any.WITHIN_DIRECTORY ? segmentEnd(from) : key.length;
  }

  private int segmentEnd(int from) {
    int end = from;
    while (end < key.length && key[end] != '/') {
      end++;
    }
    return end;
  }

  private boolean capture(int part, int from, int last, String name) {
    BitSet next = begins[part + 1];
    Span before = captured.get(name);
    if (before != null) {
      int to = from + before.length();
      return to <= key.length
          && next.get(to)
          && Arrays.equals(key, before.from(), before.to(), key, from, to)
          && search(part + 1, to, last);
    }
    int furthest = segmentEnd(from);
    for (int to = next.previousSetBit(furthest); to > from; to = next.previousSetBit(to - 1)) {
      steps++;
      captured.put(name, new Span(from, to));
      if (search(part + 1, to, last)) {
        return true;
      }
    }
    captured.remove(name);
    return false;
  }
}
