package io.hosu.delivery;

import io.hosu.kernel.Suggestions;
import java.util.Collection;

/** How a message goes on about a name that nothing has. */
final class References {
  private References() {}

  /** {@code ; did you mean 'x'?}, or the full stop of the sentence. */
  static String suggestion(String name, Collection<String> known) {
    return Suggestions.ending(name, known);
  }
}
