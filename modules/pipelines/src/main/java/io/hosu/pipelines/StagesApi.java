package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.QueueDepth;
import io.hosu.events.Queues;
import io.hosu.governance.Authentication;
import io.hosu.governance.Door;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.kernel.StageName;
import io.hosu.store.Database;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stages over HTTP: {@code GET /v1/stages}, also those that were removed and for whose return
 * messages wait; {@code DELETE /v1/stages/{name}}, which drops one that was removed.
 *
 * <p>Stages of pipelines that the caller may not describe look as if they were not there.
 */
public final class StagesApi implements Routes {
  private final Database database;
  private final Stages stages;
  private final Queues queues;
  private final Policy policy;

  public StagesApi(Database database, Stages stages, Queues queues, Policy policy) {
    this.database = database;
    this.stages = stages;
    this.queues = queues;
    this.policy = policy;
  }

  @Override
  public void register(Router.Builder router) {
    router.get("/v1/stages", this::list).delete("/v1/stages/{name}", this::drop);
  }

  private void list(Call call) throws IOException {
    Seen seen = Seen.of(policy.rights(), Authentication.principal(call));
    List<ObjectNode> shown =
        database.read(tx -> {
          Map<String, QueueDepth> depths = queues.depths(tx);
          Map<StageName, StageFailures.Failing> failing = StageFailures.all(tx);
          return stages.kept(tx).stream()
              .filter(kept -> seen.stages().test(kept.stage().name()))
              .map(kept -> with(json(kept, depths), failing.get(kept.stage().name())))
              .toList();
        });
    call.send(Page.last(shown).map(stage -> stage));
  }

  private static ObjectNode json(Stages.Kept kept, Map<String, QueueDepth> depths) {
    StageSpec stage = kept.stage();
    List<QueueDepth> own =
        StageSources.queues(stage).stream()
            .map(queue -> depths.getOrDefault(queue, QueueDepth.EMPTY))
            .toList();
    ObjectNode json = Json.object();
    json.put("name", stage.name().toString());
    json.put("domain", stage.name().domain());
    json.put("pipeline", stage.name().pipeline());
    json.put("stage", stage.name().stage());
    json.put("status", status(kept));
    json.put("waiting", own.stream().mapToLong(one -> one.visible() + one.delayed()).sum());
    json.put("in_flight", own.stream().mapToLong(QueueDepth::inFlight).sum());
    Execution.putTime(json, "removed_at", kept.removedAt().orElse(null));
    return json;
  }

  private static ObjectNode with(ObjectNode json, StageFailures.@Nullable Failing failing) {
    if (failing == null) {
      json.putNull("failing_since").putNull("failing_code");
    } else {
      failing.addTo(json);
    }
    return json;
  }

  private static String status(Stages.Kept kept) {
    if (!kept.isDeclared()) {
      return "REMOVED";
    }
    return kept.stage().running().enabled() ? "ENABLED" : "DISABLED";
  }

  private void drop(Call call) throws IOException {
    StageName name = call.variable("name", StageName::parse);
    policy.require(
        Authentication.principal(call), Permission.REDRIVE, Seen.pipeline(name), Door.API);
    long messages = database.write(tx -> stages.drop(tx, name));
    call.send(200, Json.object().put("name", name.toString()).put("messages", messages));
  }
}
