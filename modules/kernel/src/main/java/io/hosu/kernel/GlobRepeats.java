package io.hosu.kernel;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How much there is to try where a glob names a capture again. Only that takes a search: everything
 * else is matched in one pass over the key.
 *
 * @param end the part behind the last that repeats a capture; 0 when none does
 * @param open how many of the wildcards and captures before it may end at any of many places, as
 *     neither a slash nor the end of the key says where
 */
record GlobRepeats(int end, int open) {
  private static final int MOST_OPEN = 2;
  private static final int MOST_PARTS = 40;

  static GlobRepeats of(List<GlobPart> parts) {
    int end = end(parts);
    return new GlobRepeats(end, open(parts.subList(0, end)));
  }

  /** Whether no key takes long. */
  boolean isBounded() {
    return end == 0 || (open <= MOST_OPEN && end <= MOST_PARTS);
  }

  private static int end(List<GlobPart> parts) {
    Set<GlobPart> seen = new HashSet<>();
    int end = 0;
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i) instanceof GlobPart.Capture capture && !seen.add(capture)) {
        end = i + 1;
      }
    }
    return end;
  }

  private static int open(List<GlobPart> parts) {
    Set<GlobPart> seen = new HashSet<>();
    int open = 0;
    boolean within = false;
    for (GlobPart part : parts) {
      if (part instanceof GlobPart.Literal(var text) && text.contains("/")) {
        open -= within ? 1 : 0;
        within = false;
      } else if (part instanceof GlobPart.Capture ? seen.add(part) : isOpen(part)) {
        open++;
        within = endsAtSlash(part);
      }
    }
    return open;
  }

  private static boolean isOpen(GlobPart part) {
    return part instanceof GlobPart.Wild(var any) && any != GlobPart.Any.ONE;
  }

  private static boolean endsAtSlash(GlobPart part) {
    return part instanceof GlobPart.Capture
        || (part instanceof GlobPart.Wild(var any) && any == GlobPart.Any.WITHIN_DIRECTORY);
  }
}
