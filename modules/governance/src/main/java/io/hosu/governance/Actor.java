package io.hosu.governance;

import java.util.Optional;

/**
 * Who did something: a principal, and the person behind it where there was one. Those who act as
 * one role are different actors, and what one of them does is not the others' to see.
 *
 * @param principal with its kind, {@code role:loader}
 * @param person who really acted, {@code user:alice}; empty: the principal itself
 * @param life of who really acted, as whoever is made anew under its name is another; empty: of one
 *     that is not kept
 */
public record Actor(String principal, Optional<String> person, String life) {

  /** The one that {@code principal} is as it acts just now. */
  public static Actor of(Principal principal) {
    Optional<String> person = principal.acting().person();
    return new Actor(
        principal.toString(),
        person,
        person.isPresent() ? principal.acting().personsLife() : principal.life());
  }

  /**
   * The one whose doings {@code principal} looks at as its own. An administrator who asks as
   * somebody else sees what that one sees.
   */
  public static Actor seenBy(Principal principal) {
    return principal.acting().bounds().stream().anyMatch(Bound.Other.class::isInstance)
        ? new Actor(principal.toString(), Optional.empty(), principal.life())
        : of(principal);
  }

  /** Whether what {@code other} did is its own: by itself, or as whatever role. */
  public boolean is(Actor other) {
    return equals(other)
        || (person.isEmpty()
            && life.equals(other.life)
            && other.person.filter(principal::equals).isPresent());
  }
}
