package io.hosu.pipelines;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.KernelError;
import io.hosu.kernel.Names;
import io.hosu.kernel.StageName;
import java.util.List;

/**
 * Stages by the beginning of their names: one stage, all of a pipeline, or all of a domain.
 *
 * @param words domain, pipeline and stage, as many as were given
 */
record StageSelection(List<String> words) {
  StageSelection {
    words = List.copyOf(words);
  }

  /**
   * Reads {@code DOMAIN}, {@code DOMAIN.PIPELINE} or {@code DOMAIN.PIPELINE.STAGE}.
   *
   * @throws Invalid {@link KernelError#NAME_INVALID}
   */
  static StageSelection parse(String text) {
    List<String> words = List.of(text.split("\\.", -1));
    if (words.size() > 3 || !words.stream().allMatch(Names::isName)) {
      throw new Invalid(
          KernelError.NAME_INVALID,
          "'%s' names no stages.".formatted(text),
          "Write domain, domain.pipeline or domain.pipeline.stage, for example aviation.flights.");
    }
    return new StageSelection(words);
  }

  boolean matches(StageName stage) {
    return List.of(stage.domain(), stage.pipeline(), stage.stage())
        .subList(0, words.size())
        .equals(words);
  }

  @Override
  public String toString() {
    return String.join(".", words);
  }
}
