package io.hosu.pipelines;

import io.hosu.kernel.ObjectName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Objects that are worked on together once all are there, on one state of the lake.
 *
 * @param key what they have in common: {@code day=2026-01-01}, or the object that lists them
 * @param members the objects that belong to it
 */
record ObjectSet(String key, List<Member> members) {
  ObjectSet {
    members = List.copyOf(members);
  }

  /**
   * An object that belongs to a set.
   *
   * @param awaited whether the set is not complete without it
   * @param object as it is now; null when there is none
   * @param wrong why the one that there is, is not the one that is awaited; null when it is
   */
  record Member(
      ObjectName name, boolean awaited, @Nullable InputObject object, @Nullable String wrong) {
    boolean isThere() {
      return object != null && wrong == null;
    }

    /** What is to be said of it while it is not there. */
    String missing() {
      return wrong == null ? name.toString() : "%s (%s)".formatted(name, wrong);
    }
  }

  boolean isComplete() {
    return missing().isEmpty();
  }

  /** The objects without which it is not complete, each with what is wrong with it. */
  List<String> missing() {
    return awaited().stream().map(Member::missing).toList();
  }

  /** The names of the objects without which it is not complete. */
  List<String> missingNames() {
    return awaited().stream().map(member -> member.name().toString()).toList();
  }

  private List<Member> awaited() {
    return members.stream().filter(member -> member.awaited() && !member.isThere()).toList();
  }

  /** The objects that are not there and not waited for, each with what is wrong with it. */
  List<String> passedOver() {
    return members.stream()
        .filter(member -> !member.awaited() && !member.isThere())
        .map(Member::missing)
        .toList();
  }

  /** The objects that are there, as the declaration or the manifest has them. */
  List<InputObject> there() {
    return members.stream()
        .filter(Member::isThere)
        .<InputObject>mapMulti((member, into) -> {
          InputObject object = member.object();
          if (object != null) {
            into.accept(object);
          }
        })
        .distinct()
        .toList();
  }
}
