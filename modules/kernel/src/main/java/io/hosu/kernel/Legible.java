package io.hosu.kernel;

/**
 * Makes what was found in people's data fit to be kept and shown. Objects hold any bytes, and a
 * message that quotes them must reach its reader all the same: databases refuse U+0000 and halves
 * of surrogate pairs.
 */
public final class Legible {
  private Legible() {}

  /** The same text; characters that cannot be kept are written as {@code \}{@code u0000}. */
  public static String of(String text) {
    for (int i = 0; i < text.length(); i += width(text, i)) {
      if (!isKept(text, i)) {
        return escaped(text);
      }
    }
    return text;
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i += width(text, i)) {
      if (isKept(text, i)) {
        out.appendCodePoint(text.codePointAt(i));
      } else {
        out.append("\\u%04x".formatted((int) text.charAt(i)));
      }
    }
    return out.toString();
  }

  private static int width(String text, int at) {
    return Character.charCount(text.codePointAt(at));
  }

  private static boolean isKept(String text, int at) {
    int c = text.codePointAt(at);
    return c != 0 && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE);
  }
}
