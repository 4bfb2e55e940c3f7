package io.hosu.delivery;

import io.hosu.delivery.Mistake.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The mistakes found so far. Belongs to the thread that reads the project. */
final class Mistakes {
  private static final int MOST = 1000;

  private final Set<Mistake> found = new LinkedHashSet<>();

  void error(Place place, String why, String remedy) {
    add(new Mistake(place, Severity.ERROR, why, remedy));
  }

  void warning(Place place, String why, String remedy) {
    add(new Mistake(place, Severity.WARNING, why, remedy));
  }

  private void add(Mistake mistake) {
    if (found.size() < MOST) {
      found.add(mistake);
    }
  }

  int count() {
    return found.size();
  }

  boolean hasErrors() {
    return errors() > 0;
  }

  /** Whether there is an error in a line of a file. */
  boolean hasErrorIn(String file, int line) {
    return found.stream()
        .filter(Mistake::isError)
        .anyMatch(one -> one.place().file().equals(file) && one.place().line() == line);
  }

  int errors() {
    return (int) found.stream().filter(Mistake::isError).count();
  }

  /** In the order of files, lines and columns. */
  List<Mistake> sorted() {
    List<Mistake> all = new ArrayList<>(found);
    all.sort(
        Comparator.comparing((Mistake mistake) -> mistake.place().file())
            .thenComparingInt(mistake -> mistake.place().line())
            .thenComparingInt(mistake -> mistake.place().column()));
    return all;
  }

  /** {@code a, b, c} for a message. */
  static String listed(Collection<String> words) {
    return words.isEmpty() ? "none" : String.join(", ", words);
  }
}
