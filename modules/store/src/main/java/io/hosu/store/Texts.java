package io.hosu.store;

import io.hosu.kernel.HosuException.Invalid;

/** Which texts both databases keep as they are. */
final class Texts {
  private Texts() {}

  /**
   * Returns {@code text}.
   *
   * @throws Invalid {@link StoreError#TEXT_INVALID} when it holds U+0000 or half a surrogate pair:
   *     the one database refuses them, the other would keep something else
   */
  static String requireStorable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        throw invalid("the character U+0000");
      }
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          throw invalid("half a surrogate pair");
        }
        i++;
      }
    }
    return text;
  }

  private static Invalid invalid(String what) {
    return new Invalid(
        StoreError.TEXT_INVALID,
        "A text holds %s, which cannot be kept.".formatted(what),
        "Send the text without it.");
  }
}
