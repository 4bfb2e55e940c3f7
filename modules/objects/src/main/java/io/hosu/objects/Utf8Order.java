package io.hosu.objects;

import java.util.Optional;

/** The order of texts by their UTF-8 bytes, which is the order of their code points. */
final class Utf8Order {
  private Utf8Order() {}

  /** Compares as {@link java.util.Comparator} does. */
  static int compare(String left, String right) {
    int at = 0;
    int end = Math.min(left.length(), right.length());
    while (at < end && left.charAt(at) == right.charAt(at)) {
      at++;
    }
    if (at == end) {
      return Integer.compare(left.length(), right.length());
    }
    int start = at > 0 && Character.isHighSurrogate(left.charAt(at - 1)) ? at - 1 : at;
    return Integer.compare(left.codePointAt(start), right.codePointAt(start));
  }

  /**
   * The first text that is greater than every text that begins with {@code prefix}; none when there
   * is no such text.
   */
  static Optional<String> successor(String prefix) {
    int end = prefix.length();
    while (end > 0) {
      int last = prefix.codePointBefore(end);
      end -= Character.charCount(last);
      if (last < Character.MAX_CODE_POINT) {
        int next = last + 1 == Character.MIN_SURROGATE ? Character.MAX_SURROGATE + 1 : last + 1;
        return Optional.of(prefix.substring(0, end) + Character.toString(next));
      }
    }
    return Optional.empty();
  }
}
