package io.hosu.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.delivery.AppliedProject;
import io.hosu.delivery.Delivery;
import io.hosu.events.EventLog;
import io.hosu.governance.Authentication;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.pipelines.OpenLineagePush;
import io.hosu.pipelines.Pipelines;
import io.hosu.pipelines.Seen;
import io.hosu.pipelines.StageFailures;
import io.hosu.pipelines.Stages;
import io.hosu.store.Database;
import io.hosu.tables.Tables;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * {@code GET /v1/status}: which project runs here, since when, and how much there is that is seen.
 * {@code unmatched_objects} are those of the last day that no stage took; {@code openlineage}, for
 * administrators, is how far who is told of runs is behind.
 */
final class StatusApi implements Routes {
  private static final Duration UNMATCHED_FOR = Duration.ofDays(1);

  private final Database database;
  private final Delivery delivery;
  private final Tables tables;
  private final Stages stages;
  private final Policy policy;
  private final OpenLineagePush openLineage;
  private final InstantSource clock;
  private final Instant startedAt;

  StatusApi(
      Database database,
      Delivery delivery,
      Tables tables,
      Pipelines pipelines,
      Policy policy,
      OpenLineagePush openLineage,
      InstantSource clock) {
    this.database = database;
    this.delivery = delivery;
    this.tables = tables;
    this.stages = pipelines.stages();
    this.policy = policy;
    this.openLineage = openLineage;
    this.clock = clock;
    this.startedAt = clock.instant();
  }

  @Override
  public void register(Router.Builder router) {
    router.get("/v1/status", this::status);
  }

  private void status(Call call) throws IOException {
    Optional<AppliedProject> project = delivery.newest();
    ObjectNode status = Json.object();
    status.put("lake", project.map(AppliedProject::lake).orElse(null));
    status.put("applied_at", project.map(p -> Instants.print(p.appliedAt())).orElse(null));
    status.put("started_at", Instants.print(startedAt));
    Rights rights = policy.rights();
    Principal principal = Authentication.principal(call);
    Seen seen = Seen.of(rights, principal);
    long seenTables =
        tables.list().stream()
            .filter(table -> rights.visible(principal, Resource.of(table)))
            .count();
    long waiting = database.read(tx -> stages.messagesOfRemoved(tx, seen));
    Instant since = clock.instant().minus(UNMATCHED_FOR);
    status.put("tables", seenTables);
    status.put("waiting_for_removed_stages", waiting);
    status.put(
        "unmatched_objects",
        database.<Long>read(tx -> EventLog.unmatchedObjects(tx, since, seen.domains())));
    ArrayNode failing = status.putArray("failing_stages");
    database
        .read(StageFailures::all)
        .forEach((stage, one) -> {
          if (seen.stages().test(stage)) {
            failing.addObject().put("stage", stage.toString()).setAll(one.toJson());
          }
        });
    if (principal.administrator()) {
      openLineage.behind().ifPresent(behind -> status.set("openlineage", behind));
    }
    call.send(200, status);
  }
}
