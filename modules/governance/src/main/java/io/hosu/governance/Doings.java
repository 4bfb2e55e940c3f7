package io.hosu.governance;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whose doings are wanted of the audit record. */
public sealed interface Doings {
  /** Everybody's. */
  record All() implements Doings {}

  /**
   * Those of a principal, and those of others in which it had a part: whoever acted as it, and what
   * it did as another.
   *
   * @param principal with its kind, or a name alone, which stands for those of every kind
   */
  record Of(String principal) implements Doings {}

  /**
   * What an actor did itself, and as whatever role.
   *
   * @param unnamedSince since when that holds of records that name no life
   */
  record By(Actor actor, Instant unnamedSince) implements Doings {}

  /** What stands in SQL for a value; called in the order of the condition. */
  interface Literals {
    String of(String text);

    String of(Instant time);
  }

  /** The SQL condition that a record is one of them; empty: all are. */
  default Optional<String> condition(Literals literal) {
    return switch (this) {
      case All() -> Optional.empty();
      case Of(String principal) -> {
        List<String> names = names(principal);
        yield Optional.of(
            "(principal IN (%s) OR person IN (%s))"
                .formatted(list(names, literal), list(names, literal)));
      }
      case By(
              Actor(String principal, Optional<String> person, String life),
              Instant unnamedSince) ->
          Optional.of(
              (person.isPresent()
                      ? "(principal = %s AND person = %s)"
                          .formatted(literal.of(principal), literal.of(person.get()))
                      : "((principal = %s AND person IS NULL) OR person = %s)"
                          .formatted(literal.of(principal), literal.of(principal)))
                  + " AND (life = %s OR (life IS NULL AND time >= %s))"
                      .formatted(literal.of(life), literal.of(unnamedSince)));
    };
  }

  private static List<String> names(String principal) {
    return principal.indexOf(':') >= 0
        ? List.of(principal)
        : List.of("user:" + principal, "role:" + principal, "service:" + principal);
  }

  private static String list(List<String> names, Literals literal) {
    return names.stream().map(literal::of).collect(Collectors.joining(", "));
  }
}
