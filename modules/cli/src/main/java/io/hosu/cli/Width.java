package io.hosu.cli;

/** How much room text takes on a terminal, and text that is safe to show there. */
final class Width {
  private Width() {}

  /** Columns that {@code text} takes. */
  static int of(String text) {
    return text.codePoints().map(Width::of).sum();
  }

  /** The text, or its beginning and an ellipsis where it is wider than {@code most} columns. */
  static String cut(String text, int most) {
    if (of(text) <= most) {
      return text;
    }
    StringBuilder kept = new StringBuilder();
    int width = 0;
    for (int point : text.codePoints().toArray()) {
      width += of(point);
      if (width >= most) {
        break;
      }
      kept.appendCodePoint(point);
    }
    return kept.append('…').toString();
  }

  /** The text without anything that moves the cursor or colours the terminal. */
  static String printable(String text) {
    if (text.codePoints().noneMatch(Character::isISOControl)) {
      return text;
    }
    StringBuilder safe = new StringBuilder();
    text.codePoints().forEach(point -> appendSafe(safe, point));
    return safe.toString();
  }

  private static void appendSafe(StringBuilder safe, int point) {
    switch (point) {
      case '\n' -> safe.append("\\n");
      case '\r' -> safe.append("\\r");
      case '\t' -> safe.append("\\t");
      default -> {
        if (Character.isISOControl(point)) {
          safe.append("\\u%04x".formatted(point));
        } else {
          safe.appendCodePoint(point);
        }
      }
    }
  }

  private static int of(int point) {
    int type = Character.getType(point);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    return isWide(point) ? 2 : 1;
  }

  /** East Asian wide and full-width characters, and pictographs. */
  private static boolean isWide(int point) {
    return point >= 0x1100
        && (point <= 0x115F
            || (point >= 0x2E80 && point <= 0xA4CF)
            || (point >= 0xAC00 && point <= 0xD7A3)
            || (point >= 0xF900 && point <= 0xFAFF)
            || (point >= 0xFE30 && point <= 0xFE6F)
            || (point >= 0xFF00 && point <= 0xFF60)
            || (point >= 0xFFE0 && point <= 0xFFE6)
            || (point >= 0x1F300 && point <= 0x1FAFF)
            || (point >= 0x20000 && point <= 0x3FFFD));
  }
}
