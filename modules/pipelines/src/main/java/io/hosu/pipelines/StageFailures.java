package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.EventLog;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The stages that fail: from the first execution that failed until the next one that did something
 * and succeeded.
 */
public final class StageFailures {
  private StageFailures() {}

  /**
   * That a stage fails.
   *
   * @param since when the first of its executions failed after one that succeeded
   * @param code why
   * @param execution which
   */
  public record Failing(Instant since, String code, String execution) {
    static Failing of(Row row) {
      return new Failing(row.instant("since"), row.text("code"), row.text("execution"));
    }

    /** The fields {@code failing_since} and {@code failing_code}. */
    public ObjectNode toJson() {
      ObjectNode json = Json.object();
      addTo(json);
      return json;
    }

    void addTo(ObjectNode json) {
      json.put("failing_since", Instants.print(since));
      json.put("failing_code", code);
    }
  }

  /** The stages that fail now, by name. */
  public static Map<StageName, Failing> all(Transaction tx) {
    Map<StageName, Failing> all = new LinkedHashMap<>();
    List<Map.Entry<StageName, Failing>> found =
        tx.list(
            "SELECT * FROM stage_failures ORDER BY stage",
            row -> Map.entry(StageName.parse(row.text("stage")), Failing.of(row)));
    found.forEach(entry -> all.put(entry.getKey(), entry.getValue()));
    return all;
  }

  /** An execution failed for good: its stage fails from now on, unless it did before. */
  static void begin(Transaction tx, Execution execution, Cause cause, Instant now) {
    tx.update(
        """
        INSERT INTO stage_failures (stage, since, code, execution) VALUES (?, ?, ?, ?)
        ON CONFLICT DO NOTHING\
        """,
        execution.stage().toString(),
        now,
        cause.code(),
        execution.id());
  }

  /** An execution succeeded: if its stage failed before, an event tells that it does no more. */
  static void end(Transaction tx, EventLog events, Execution execution) {
    Optional<Failing> before =
        tx.find(
            "DELETE FROM stage_failures WHERE stage = ? RETURNING since, code, execution",
            Failing::of,
            execution.stage().toString());
    before.ifPresent(failing -> ExecutionEvents.recovered(events, tx, execution, failing));
  }

  static void forget(Transaction tx, StageName stage) {
    tx.update("DELETE FROM stage_failures WHERE stage = ?", stage.toString());
  }
}
