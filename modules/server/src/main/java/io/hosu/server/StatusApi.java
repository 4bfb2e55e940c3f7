package io.hosu.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.delivery.AppliedProject;
import io.hosu.delivery.Delivery;
import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.pipelines.Stages;
import io.hosu.store.Database;
import io.hosu.tables.Tables;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** {@code GET /v1/status}: which project runs here, since when, and how much there is. */
final class StatusApi implements Routes {
  private final Database database;
  private final Delivery delivery;
  private final Tables tables;
  private final Stages stages;
  private final Instant startedAt;

  StatusApi(Database database, Delivery delivery, Tables tables, Stages stages, Instant startedAt) {
    this.database = database;
    this.delivery = delivery;
    this.tables = tables;
    this.stages = stages;
    this.startedAt = startedAt;
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
    status.put("tables", tables.list().size());
    status.put("waiting_for_removed_stages", database.read(stages::messagesOfRemoved));
    call.send(200, status);
  }
}
