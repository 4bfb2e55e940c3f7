package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The circuit of a stage with a breaker, when it is not closed or counts failures.
 *
 * @param code how its attempts fail
 * @param failures how many did so, one after the other
 * @param openUntil until when nothing starts; null while it is closed
 * @param probe the execution that tries whether it works again; null before there is one
 */
record Circuit(String code, int failures, @Nullable Instant openUntil, @Nullable String probe) {
  private static final String COLUMNS = "code, failures, open_until, probe";

  boolean isOpen() {
    return openUntil != null;
  }

  boolean isProbe(String execution) {
    return execution.equals(probe);
  }

  /** The fields of an API's stage and of events. */
  ObjectNode toJson(Instant now) {
    ObjectNode json = Json.object();
    Instant until = openUntil;
    json.put("state", until != null && now.isBefore(until) ? "OPEN" : "HALF_OPEN");
    Execution.putTime(json, "open_until", until);
    json.put("code", code);
    json.put("failures", failures);
    json.put("probe", probe);
    return json;
  }

  static Optional<Circuit> find(Transaction tx, StageName stage) {
    return tx.find(
        "SELECT " + COLUMNS + " FROM circuits WHERE stage = ?", Circuit::of, stage.toString());
  }

  void put(Transaction tx, StageName stage) {
    tx.update(
        """
        INSERT INTO circuits (stage, code, failures, open_until, probe) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (stage) DO UPDATE SET code = excluded.code, failures = excluded.failures,
          open_until = excluded.open_until, probe = excluded.probe\
        """,
        stage.toString(),
        code,
        failures,
        openUntil,
        probe);
  }

  /** Closes the circuit of a stage and forgets its failures; what it was. */
  static Optional<Circuit> remove(Transaction tx, StageName stage) {
    return tx.find(
        "DELETE FROM circuits WHERE stage = ? RETURNING " + COLUMNS, Circuit::of, stage.toString());
  }

  private static Circuit of(Row row) {
    return new Circuit(
        row.text("code"),
        (int) row.number("failures"),
        row.optionalInstant("open_until").orElse(null),
        row.optionalText("probe").orElse(null));
  }
}
