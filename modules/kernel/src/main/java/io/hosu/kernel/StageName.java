package io.hosu.kernel;

import static io.hosu.kernel.Names.requireName;

import io.hosu.kernel.HosuException.Invalid;

/**
 * The full name of a stage: its domain, its pipeline, and its name there.
 *
 * <p>Written {@code aviation.flights.clean}; {@link #parse} reads back what {@link #toString}
 * prints.
 */
public record StageName(String domain, String pipeline, String stage)
    implements Comparable<StageName> {

  public StageName {
    requireName("domain", domain);
    requireName("pipeline", pipeline);
    requireName("stage", stage);
  }

  /**
   * Reads a full name of three words.
   *
   * @throws Invalid {@link KernelError#NAME_INVALID}
   */
  public static StageName parse(String text) {
    String[] words = text.split("\\.", -1);
    if (words.length != 3) {
      throw new Invalid(
          KernelError.NAME_INVALID,
          "'%s' is not the name of a stage.".formatted(text),
          "Write it as domain.pipeline.stage, for example aviation.flights.clean.");
    }
    return new StageName(words[0], words[1], words[2]);
  }

  @Override
  public int compareTo(StageName other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return domain + "." + pipeline + "." + stage;
  }
}
