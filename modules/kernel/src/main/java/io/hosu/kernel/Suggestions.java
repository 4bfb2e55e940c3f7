package io.hosu.kernel;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** "Did you mean": the known word that a mistaken one most likely stands for. */
public final class Suggestions {
  /** Nobody misspells what is longer, and comparing costs its length squared. */
  private static final int LONGEST = 100;

  private Suggestions() {}

  /**
   * The known word closest to {@code word}, when it is close enough to be worth suggesting; nothing
   * for a word that is longer than any that a person writes, as anybody may send one.
   */
  public static Optional<String> closest(String word, Collection<String> known) {
    if (word.isEmpty() || word.length() > LONGEST) {
      return Optional.empty();
    }
    int limit = Math.max(1, word.length() / 3);
    return known.stream()
        .filter(candidate -> Math.abs(candidate.length() - word.length()) <= limit)
        .map(candidate -> new Near(candidate, distance(word, candidate)))
        .filter(near -> near.distance <= limit)
        .min(
            Comparator.comparingInt(Near::distance)
                .thenComparing(near -> !near.word.startsWith(word.substring(0, 1)))
                .thenComparing(Near::word))
        .map(Near::word);
  }

  /** A known word, and how far it is from the mistaken one. */
  private record Near(String word, int distance) {}

  /** {@code ; did you mean 'x'?}, or nothing: made to follow a message that ends without a stop. */
  public static String didYouMean(String word, Collection<String> known) {
    return closest(word, known).map("; did you mean '%s'?"::formatted).orElse("");
  }

  /** The end of a message: {@code ; did you mean 'x'?}, or a full stop. */
  public static String ending(String word, Collection<String> known) {
    String guess = didYouMean(word, known);
    return guess.isEmpty() ? "." : guess;
  }

  /** Optimal string alignment: insertions, deletions, substitutions, neighbours swapped. */
  private static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        d[i][j] = i == 0 ? j : j == 0 ? i : cheapest(d, a, b, i, j);
      }
    }
    return d[a.length()][b.length()];
  }

  private static int cheapest(int[][] d, String a, String b, int i, int j) {
    int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
    int best = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, d[i - 2][j - 2] + 1) : best;
  }
}
