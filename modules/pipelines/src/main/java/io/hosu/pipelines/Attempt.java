package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import io.hosu.kernel.Legible;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One try of an execution that has ended.
 *
 * @param number the first is 1
 * @param server the id of the server that made it
 * @param startedAt when it started
 * @param endedAt when it ended, or was found lost
 * @param outcome what became of it
 * @param failure the code and the sentences of its failure; null when there is none
 * @param course what it did, as far as it came
 */
public record Attempt(
    int number,
    String server,
    Instant startedAt,
    Instant endedAt,
    Outcome outcome,
    @Nullable Failure failure,
    Course course) {

  /** What became of an attempt. */
  public enum Outcome {
    /** Its outcome was published. */
    SUCCEEDED,
    /** It failed, and its failure counts against the stage's retry. */
    FAILED,
    /** Its server went silent; whether it came to an end is unknown, its outcome is not. */
    LOST,
    /** Its server was stopped before it ended. */
    STOPPED,
    /** A person cancelled its execution. */
    CANCELLED
  }

  /** The code of a failure, and what happened. */
  public record Failure(String code, String what) {
    public Failure {
      what = Legible.of(what);
    }
  }

  /**
   * A part of an attempt.
   *
   * @param name {@code read}: the input is found; {@code guard}: the SQL is checked; {@code plan}:
   *     the tables that it reads are planned; {@code open}: an engine is ready and has looked at
   *     the input; {@code transform}: rows to be merged are computed; {@code write}: rows are
   *     computed and written; {@code quarantine}: bad records are written; {@code compare}: rows
   *     that went from tables whose changes are read are counted; {@code adopt}: the files become
   *     durable; {@code prepare}: so does the metadata of the tables; {@code publish}: all of it
   *     becomes visible, up to the end of the transaction's own work
   * @param took how long it took, to the millisecond
   */
  public record Step(String name, Duration took) {}

  /** The fields as the API has them. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("attempt", number);
    json.put("outcome", outcome.name().toLowerCase(Locale.ROOT));
    json.put("server", server);
    Execution.putTime(json, "started_at", startedAt);
    Execution.putTime(json, "ended_at", endedAt);
    json.put("duration_ms", Duration.between(startedAt, endedAt).toMillis());
    json.put("cause_code", failure == null ? null : failure.code());
    json.put("cause", failure == null ? null : failure.what());
    course.putTo(json);
    return json;
  }

  static String steps(List<Step> steps) {
    StringBuilder text = new StringBuilder("[");
    for (Step step : steps) {
      text.append(text.length() == 1 ? "" : ",")
          .append("{\"step\":\"")
          .append(step.name())
          .append("\",\"ms\":")
          .append(step.took().toMillis())
          .append('}');
    }
    return text.append(']').toString();
  }

  static List<Step> readSteps(String text) {
    return Json.parse(text)
        .valueStream()
        .map(step ->
            new Step(step.path("step").asText(), Duration.ofMillis(step.path("ms").asLong())))
        .toList();
  }
}
