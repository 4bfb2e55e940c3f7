package io.hosu.delivery;

import io.hosu.delivery.YamlValue.Scalar;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What globs say that is hardly meant. */
final class GlobHints {
  private GlobHints() {}

  /** Warns of it. */
  static void tell(List<Scalar> globs, Mistakes mistakes) {
    Set<String> seen = new HashSet<>();
    for (Scalar glob : globs) {
      String text = glob.text();
      if (text.endsWith("/")) {
        mistakes.warning(
            glob.place(),
            "The glob '%s' ends with '/', so it matches none of the objects below it."
                .formatted(text),
            "Write %s** for all of them, or %s* for those of this folder alone."
                .formatted(text, text));
      }
      if (text.contains("***")) {
        mistakes.warning(
            glob.place(),
            "In the glob '%s', '***' means no more than '**'.".formatted(text),
            "Write ** for any folders, or * within one.");
      }
      if (!seen.add(text)) {
        mistakes.warning(
            glob.place(), "The glob '%s' is there twice.".formatted(text), "Leave one out.");
      }
    }
  }
}
