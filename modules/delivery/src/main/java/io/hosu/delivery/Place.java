package io.hosu.delivery;

/**
 * Where something stands in the files of a lake project.
 *
 * @param file the path inside the project, with {@code /} between its parts
 * @param line the first being 1; 0 when the whole file is meant
 * @param column the first being 1; 0 when the whole file is meant
 * @param text what stands there, as far as it is on that line; may be empty
 * @param excerpt the whole line; may be empty
 */
public record Place(String file, int line, int column, String text, String excerpt) {
  private static final int LONGEST_EXCERPT = 200;

  public Place {
    if (excerpt.length() > LONGEST_EXCERPT) {
      excerpt = excerpt.substring(0, LONGEST_EXCERPT) + "…";
    }
  }

  /** A whole file. */
  public static Place of(String file) {
    return new Place(file, 0, 0, "", "");
  }

  /** {@code FILE:LINE:COLUMN}, or {@code FILE} alone. */
  @Override
  public String toString() {
    return line == 0 ? file : file + ":" + line + ":" + column;
  }

  /** The line with its number, and a caret under each character that is meant; may be empty. */
  String picture() {
    if (excerpt.isEmpty()) {
      return "";
    }
    String number = Integer.toString(line);
    String margin = " ".repeat(number.length());
    int indent = Math.clamp(column - 1L, 0, excerpt.length());
    int carets = Math.clamp(text.length(), 1, Math.max(1, excerpt.length() - indent));
    String under = excerpt.substring(0, indent).replaceAll("[^\t]", " ") + "^".repeat(carets);
    return "  %s | %s\n  %s | %s\n".formatted(number, excerpt, margin, under);
  }
}
