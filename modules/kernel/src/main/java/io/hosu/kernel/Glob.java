package io.hosu.kernel;

import java.util.regex.Pattern;

/**
 * A pattern over keys: {@code *} stands for any characters but {@code /}, {@code **} for any
 * characters, {@code ?} for one character but {@code /}; a {@code **}{@code /} also stands for
 * nothing. Everything else stands for itself.
 */
public final class Glob {
  private final String text;
  private final Pattern pattern;

  private Glob(String text) {
    this.text = text;
    this.pattern = Pattern.compile(regex(text), Pattern.DOTALL);
  }

  /** Reads a pattern; every text is one. */
  public static Glob of(String text) {
    return new Glob(text);
  }

  /** Whether the whole of {@code key} fits the pattern. */
  public boolean matches(String key) {
    return pattern.matcher(key).matches();
  }

  /** The beginning that every matching key has: what stands before the first wildcard. */
  public String prefix() {
    int end = 0;
    while (end < text.length() && text.charAt(end) != '*' && text.charAt(end) != '?') {
      end++;
    }
    return text.substring(0, end);
  }

  private static String regex(String glob) {
    StringBuilder regex = new StringBuilder();
    int i = 0;
    while (i < glob.length()) {
      if (glob.startsWith("**/", i)) {
        regex.append("(?:.*/)?");
        i += 3;
      } else if (glob.startsWith("**", i)) {
        regex.append(".*");
        i += 2;
      } else {
        regex.append(one(glob.charAt(i)));
        i++;
      }
    }
    return regex.toString();
  }

  private static String one(char c) {
    return switch (c) {
      case '*' -> "[^/]*";
      case '?' -> "[^/]";
      default -> Pattern.quote(String.valueOf(c));
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
