package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Instants;
import io.hosu.kernel.StageName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One run of a stage over a batch of messages.
 *
 * @param id sorts by the time it was made
 * @param stage whose run it is
 * @param status where it stands
 * @param tries how often it was tried
 * @param times when it was made, tried and ended
 * @param origin how it came about
 * @param result what it came to so far
 */
public record Execution(
    String id,
    StageName stage,
    ExecutionStatus status,
    Tries tries,
    Times times,
    Origin origin,
    Result result) {

  /**
   * How often it was tried.
   *
   * @param attempt the number of the current or last attempt; 0 before the first
   * @param failures how many attempts failed
   * @param losses how many attempts ended with their server, so that nobody knows how
   * @param nextAt when the next attempt is due; null while none is
   */
  public record Tries(int attempt, int failures, int losses, @Nullable Instant nextAt) {}

  /**
   * Points in time, to the millisecond.
   *
   * @param createdAt when it was made
   * @param startedAt when its current or last attempt started; null before the first
   * @param endedAt when it ended; null before that
   */
  public record Times(Instant createdAt, @Nullable Instant startedAt, @Nullable Instant endedAt) {}

  /**
   * How it came about.
   *
   * @param by what made it
   * @param parent the execution that it goes on from, or the dead letter that was put back; null
   *     when there is none
   * @param events the ids of the events it takes care of, at most the first hundred
   * @param messages how many messages it took
   */
  public record Origin(By by, @Nullable String parent, List<String> events, int messages) {
    public Origin {
      events = List.copyOf(events);
    }
  }

  /** What makes executions. */
  public enum By {
    /** Messages in the stage's queue. */
    EVENTS,
    /** A person. */
    HAND,
    /** Another execution that failed for some of its messages, and left the others. */
    SPLIT,
    /** A person who had an execution run again that came to nothing. */
    RETRY,
    /** A person who had objects processed again; {@code parent} is the backfill. */
    BACKFILL,
    /** A person who had records taken out of quarantine. */
    REDRIVE,
    /** A person who had the tables of an execution set back to the snapshots before it. */
    ROLLBACK,
    /** The server or a person, to keep a table healthy: no row comes or goes. */
    UPKEEP,
    /** A person who had objects made files of a table where they lie. */
    IMPORT,
    /** A crawler that begins, or that has a stage load what it found. */
    CRAWL
  }

  /**
   * What it came to.
   *
   * @param cause why its last attempt failed; null when none did
   * @param figures how much it read, wrote and used
   * @param note what else a reader should know; null when nothing
   * @param rolledBackBy the execution that took back what it published; null while that stands
   */
  public record Result(
      @Nullable Cause cause,
      Figures figures,
      @Nullable String note,
      @Nullable String rolledBackBy) {}

  /** The fields as the API and events have them. */
  public ObjectNode toJson() {
    ObjectNode json = io.hosu.kernel.Json.object();
    json.put("id", id);
    json.put("domain", stage.domain());
    json.put("pipeline", stage.pipeline());
    json.put("stage", stage.stage());
    json.put("status", status.name());
    json.put("attempt", tries.attempt());
    json.put("failures", tries.failures());
    json.put("losses", tries.losses());
    putTime(json, "next_attempt_at", tries.nextAt());
    putTime(json, "created_at", times.createdAt());
    putTime(json, "started_at", times.startedAt());
    putTime(json, "ended_at", times.endedAt());
    putDuration(json);
    json.put("origin", origin.by().name().toLowerCase(Locale.ROOT));
    json.put("parent", origin.parent());
    json.put("messages", origin.messages());
    Cause cause = result.cause();
    if (cause == null) {
      json.putNull("cause");
    } else {
      cause.addTo(json);
    }
    putFigures(json);
    json.put("note", result.note());
    json.put("rolled_back_by", result.rolledBackBy());
    return json;
  }

  private void putFigures(ObjectNode json) {
    Figures figures = result.figures();
    // What an engine had read when it failed, or was stopped, it does not say.
    boolean known = status == ExecutionStatus.SUCCEEDED || figures.rowsIn() > 0;
    json.put("rows_in", known ? figures.rowsIn() : null);
    json.put("rows_out", figures.rowsOut());
    json.put("rows_rejected", figures.rowsRejected());
    json.put("bytes_in", figures.bytesIn());
    json.put("bytes_out", figures.bytesOut());
    json.put("cpu_ms", figures.cpuMillis());
  }

  private void putDuration(ObjectNode json) {
    Instant started = times.startedAt();
    Instant ended = times.endedAt();
    if (started != null && ended != null) {
      json.put("duration_ms", Duration.between(started, ended).toMillis());
    } else {
      json.putNull("duration_ms");
    }
  }

  static void putTime(ObjectNode json, String field, @Nullable Instant time) {
    json.put(field, time == null ? null : Instants.print(time));
  }
}
