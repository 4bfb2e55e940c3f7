package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Resource;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.store.Row;
import java.time.Instant;
import java.util.Optional;

/**
 * Objects that the stages of a pipeline are to process again.
 *
 * @param id unique
 * @param wanted which
 * @param status whether it goes on
 * @param madeAt when somebody asked for it
 * @param madeBy who
 * @param endedAt when it came to its end
 */
record Backfill(
    String id,
    Wanted wanted,
    Status status,
    Instant madeAt,
    String madeBy,
    Optional<Instant> endedAt) {

  /** Whether a backfill goes on. */
  enum Status {
    RUNNING,
    DONE,
    CANCELLED
  }

  /**
   * What is processed again, and how.
   *
   * @param stage one stage of the pipeline; empty for all that objects start
   * @param from objects whose current version was made at this time or later
   * @param to objects whose current version was made before this time
   * @param concurrency how many executions of each stage may work on it at the same time; empty for
   *     as many as the stage lets run
   */
  record Wanted(
      String domain,
      String pipeline,
      String stage,
      Instant from,
      Instant to,
      Optional<Integer> concurrency) {

    /** Whether a stage is meant. */
    boolean isFor(StageName name) {
      return name.domain().equals(domain)
          && name.pipeline().equals(pipeline)
          && (stage.isEmpty() || name.stage().equals(stage));
    }

    /** {@code DOMAIN.PIPELINE} or {@code DOMAIN.PIPELINE.STAGE}. */
    String target() {
      return domain + "." + pipeline + (stage.isEmpty() ? "" : "." + stage);
    }

    /** What rights are on. */
    Resource resource() {
      return new Resource.Pipeline(domain, pipeline);
    }
  }

  ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("id", id);
    json.put("status", status.name());
    json.put("of", wanted.target());
    json.put("from", Instants.print(wanted.from()));
    json.put("to", Instants.print(wanted.to()));
    json.put("concurrency", wanted.concurrency().orElse(null));
    json.put("made_at", Instants.print(madeAt));
    json.put("made_by", madeBy);
    json.put("ended_at", endedAt.map(Instants::print).orElse(null));
    return json;
  }

  static Backfill of(Row row) {
    return new Backfill(
        row.text("id"),
        new Wanted(
            row.text("domain"),
            row.text("pipeline"),
            row.text("stage"),
            row.instant("from_at"),
            row.instant("to_at"),
            row.optionalNumber("concurrency").map(Math::toIntExact)),
        Status.valueOf(row.text("status")),
        row.instant("made_at"),
        row.text("made_by"),
        row.optionalInstant("ended_at"));
  }
}
