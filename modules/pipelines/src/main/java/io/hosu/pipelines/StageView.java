package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.QueueDepth;
import io.hosu.events.Queues;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the API tells of stages, as one transaction sees them. */
final class StageView {
  private final Transaction tx;
  private final Queues queues;
  private final Map<StageName, Hold> holds;
  private final Map<StageName, OpenExecutions.Counts> executions;
  private final Map<StageName, StageFailures.Failing> failing;
  private final Instant now;

  StageView(Transaction tx, Queues queues, StageHolds holds, Instant now) {
    this.tx = tx;
    this.queues = queues;
    this.holds = holds.all(tx);
    this.executions = OpenExecutions.byStage(tx);
    this.failing = StageFailures.all(tx);
    this.now = now;
  }

  /** What it is doing, and what waits for it. */
  ObjectNode brief(Stages.Kept kept) {
    StageSpec stage = kept.stage();
    StageName name = stage.name();
    Hold hold = holds.get(name);
    ObjectNode json = Json.object();
    json.put("name", name.toString());
    json.put("domain", name.domain());
    json.put("pipeline", name.pipeline());
    json.put("stage", name.stage());
    StageStatus status = kept.isDeclared() ? StageStatus.of(stage, hold) : StageStatus.REMOVED;
    json.put("status", status.name());
    addQueues(json, StageSources.queues(stage).stream().map(q -> queues.depth(tx, q)).toList());
    OpenExecutions.Counts open = executions.getOrDefault(name, OpenExecutions.Counts.NONE);
    json.put("running", open.running());
    json.put("pending", open.pending());
    json.put("retrying", open.retrying());
    json.set("hold", hold == null ? Json.object().nullNode() : hold.toJson());
    addFailing(json, failing.get(name));
    json.set("circuit", circuit(stage));
    Execution.putTime(json, "removed_at", kept.removedAt().orElse(null));
    return json;
  }

  /** Null while it is closed. */
  private JsonNode circuit(StageSpec stage) {
    return stage.running().breaker() == null
        ? NullNode.getInstance()
        : Circuit.find(tx, stage.name())
            .filter(Circuit::isOpen)
            .<JsonNode>map(circuit -> circuit.toJson(now))
            .orElseGet(NullNode::getInstance);
  }

  private static void addFailing(ObjectNode json, StageFailures.@Nullable Failing failing) {
    if (failing == null) {
      json.putNull("failing_since").putNull("failing_code");
    } else {
      failing.addTo(json);
    }
  }

  /**
   * How its messages are kept: for ever, until they are done with; hidden from others while the
   * execution that received them is open, which others take over when the lease of its server runs
   * out.
   */
  private ObjectNode queue(StageName stage) {
    ObjectNode json = Json.object().put("retention", "UNTIL_DONE");
    json.put("visibility", "HIDDEN_WHILE_EXECUTION_IS_OPEN");
    Execution.putTime(json, "lease_until", ServerLease.earliest(tx, stage).orElse(null));
    return json;
  }

  private void addQueues(ObjectNode json, List<QueueDepth> depths) {
    json.put("waiting", depths.stream().mapToLong(QueueDepth::visible).sum());
    json.put("delayed", depths.stream().mapToLong(QueueDepth::delayed).sum());
    json.put("in_flight", depths.stream().mapToLong(QueueDepth::inFlight).sum());
    Optional<Instant> oldest =
        depths.stream().flatMap(depth -> depth.oldest().stream()).min(Instant::compareTo);
    Execution.putTime(json, "oldest_at", oldest.orElse(null));
    if (oldest.isPresent()) {
      json.put("oldest_ms", Math.max(0, Duration.between(oldest.get(), now).toMillis()));
    } else {
      json.putNull("oldest_ms");
    }
  }

  /** The same, and what is declared of it but for the text of its SQL. */
  ObjectNode full(Stages.Kept kept) {
    ObjectNode json = brief(kept);
    ObjectNode declared = kept.stage().toJson();
    declared.remove(List.of("name", "sql"));
    if (kept.stage().transform() instanceof Transform.Sql(var file, _, _, _)) {
      declared.put("sql", file);
    }
    json.set("declared", declared);
    json.set("queue", queue(kept.stage().name()));
    return json;
  }
}
