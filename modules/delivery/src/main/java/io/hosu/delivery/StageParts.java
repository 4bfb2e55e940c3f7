package io.hosu.delivery;

import io.hosu.delivery.ProjectDraft.StageDraft;
import io.hosu.delivery.ProjectDraft.TableDraft;
import io.hosu.delivery.YamlValue.Entry;
import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.pipelines.Retry;
import io.hosu.pipelines.Tolerance;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes each part of a stage that has its shape, so that what the part itself refuses is a mistake
 * with a place, like every other, and not the end of reading.
 */
final class StageParts {
  private final ProjectDraft draft;
  private final Mistakes mistakes;

  StageParts(ProjectDraft draft, Mistakes mistakes) {
    this.draft = draft;
    this.mistakes = mistakes;
  }

  /**
   * Checks the parts of {@code stage}.
   *
   * @param fits whether nothing is known to be wrong with how its keys go together
   */
  void check(StageDraft stage, boolean fits) {
    Mapping yaml = stage.yaml();
    part(yaml, "keep_rejected", _ -> RuleChecks.keeping(yaml));
    part(yaml, "rules", _ -> RuleChecks.asking(yaml, _ -> Set.of()));
    part(yaml, "batch", part -> StageReader.batch((Mapping) part.value()));
    part(yaml, "tolerate", part -> Tolerance.parse(((Scalar) part.value()).text()));
    part(yaml, "breaker", part -> StageReader.breaker((Mapping) part.value()));
    part(yaml, "retry", part -> StageReader.retry((Mapping) part.value()));
    if (areSound(yaml, "timeout", "concurrency", "enabled", "memory", "breaker", "priority")) {
      String place =
          Stream.of("memory", "timeout", "concurrency", "priority")
              .filter(key -> yaml.entry(key).isPresent())
              .findFirst()
              .orElse("enabled");
      part(yaml, place, _ -> StageReader.running(yaml, Retry.STANDARD));
    }
    if (fits) {
      Optional<TableDraft> table = stage.target().flatMap(draft::declared);
      part(yaml, "format", part -> StageReader.format((Mapping) part.value()));
      part(yaml, "on", _ -> StageReader.trigger(stage));
      part(
          yaml,
          "group_by",
          part -> StageReader.groupBy(stage, ((YamlValue.Scalar) part.value()).text()));
      if (stage.target().isPresent() && table.map(TableDraft::sound).orElse(true)) {
        part(yaml, "into", _ -> StageReader.target(stage, table));
      }
    }
  }

  private boolean areSound(Mapping yaml, String... keys) {
    for (String key : keys) {
      if (yaml.find(key).filter(value -> !draft.sound.test(value)).isPresent()) {
        return false;
      }
    }
    return true;
  }

  private void part(Mapping yaml, String key, Making making) {
    yaml.entry(key)
        .filter(part -> draft.sound.test(part.value()))
        .ifPresent(part -> made(part, making));
  }

  private void made(Entry part, Making making) {
    try {
      making.of(part);
    } catch (Invalid e) {
      mistakes.error(part.value().place(), e.what(), e.remedy());
    }
  }

  /** Makes a part, or throws {@link Invalid}. */
  private interface Making {
    Object of(Entry part);
  }
}
