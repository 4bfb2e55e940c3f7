package io.hosu.pipelines;

import java.util.OptionalInt;

/**
 * How much of the servers a team may take: the owner of domains, whose stages share it.
 *
 * @param name the owner, as the domains have it
 * @param weight how many executions of the team start for one of a team of weight 1, when both have
 *     work: 1 to {@value #HIGHEST_WEIGHT}
 * @param concurrency how many executions of all its stages may run at the same time, at least 1;
 *     empty for as many as the servers can
 */
public record Team(String name, int weight, OptionalInt concurrency) {
  /** The highest weight. */
  public static final int HIGHEST_WEIGHT = 1000;

  public Team {
    if (weight < 1 || weight > HIGHEST_WEIGHT) {
      throw StageSpec.invalid(
          "No team can have the weight %d.".formatted(weight),
          "Give it one from 1 to %d.".formatted(HIGHEST_WEIGHT));
    }
    if (concurrency.isPresent() && concurrency.getAsInt() < 1) {
      throw StageSpec.invalid(
          "No team can run %d executions.".formatted(concurrency.getAsInt()),
          "Let concurrency be at least 1; to hold stages back: hosu stages pause");
    }
  }

  /** A team of which nothing is declared. */
  static Team standard(String name) {
    return new Team(name, 1, OptionalInt.empty());
  }
}
