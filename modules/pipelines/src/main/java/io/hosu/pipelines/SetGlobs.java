package io.hosu.pipelines;

import io.hosu.kernel.Glob;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Suggestions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks globs that make a set together. */
final class SetGlobs {
  private SetGlobs() {}

  /**
   * Makes sure that each value of the captures makes one set, with one object for each glob.
   *
   * @throws Invalid {@link PipelinesError#STAGE_INVALID} when they do not
   */
  static void check(List<String> texts) {
    if (texts.size() < 2) {
      throw StageSpec.invalid(
          "A set of objects needs at least two globs.",
          "Name each object that must be there, or wait for objects: on: { objects: ... }");
    }
    List<Glob> globs = texts.stream().map(Glob::parse).toList();
    globs.forEach(SetGlobs::requireExact);
    List<String> captures = globs.getFirst().captures();
    globs.forEach(glob -> requireCaptures(glob, captures));
    requireApart(globs);
  }

  private static void requireExact(Glob glob) {
    if (!glob.isExact()) {
      throw StageSpec.invalid(
          "The glob '%s' may stand for several objects of one set.".formatted(glob),
          "Write a capture such as {day} in all globs for what differs between sets, and no * or ?.");
    }
  }

  private static void requireCaptures(Glob glob, List<String> captures) {
    Set<String> own = new HashSet<>(glob.captures());
    for (String name : captures) {
      if (!own.contains(name)) {
        throw StageSpec.invalid(
            "The glob '%s' has no capture {%s}, but others of the set do%s"
                .formatted(glob, name, Suggestions.ending(name, glob.captures())),
            "Let all globs of a set have the same captures.");
      }
    }
    if (own.size() > captures.size()) {
      throw StageSpec.invalid(
          "The glob '%s' has captures that others of the set do not have.".formatted(glob),
          "Let all globs of a set have the same captures.");
    }
  }

  /** Whether an object of one glob were one of another too, so that its set were not known. */
  private static void requireApart(List<Glob> globs) {
    Map<String, String> sample = new HashMap<>();
    globs.getFirst().captures().forEach(name -> sample.put(name, "x"));
    for (int i = 0; i < globs.size(); i++) {
      for (int j = 0; j < globs.size(); j++) {
        if (i != j && globs.get(j).matches(globs.get(i).fill(sample))) {
          throw StageSpec.invalid(
              "An object of the glob '%s' is one of '%s' too."
                  .formatted(globs.get(i), globs.get(j)),
              "Let each object be of one glob of the set alone.");
        }
      }
    }
  }
}
