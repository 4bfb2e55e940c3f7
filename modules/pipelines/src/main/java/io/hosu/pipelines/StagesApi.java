package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.Queues;
import io.hosu.governance.Authentication;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.tables.Tables;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Stages over HTTP: {@code GET /v1/stages} with {@code since}, {@code limit} and {@code next}, also
 * those that were removed and for whose return messages wait; {@code GET /v1/stages/{name}}; {@code
 * DELETE /v1/stages/{name}}, which drops one that was removed, and says what becomes of its rows.
 *
 * <p>Stages of pipelines that the caller may not describe look as if they were not there.
 */
public final class StagesApi implements Routes {
  private final Database database;
  private final Stages stages;
  private final StageHolds holds;
  private final Queues queues;
  private final Policy policy;
  private final InstantSource clock;

  public StagesApi(
      Database database, Pipelines pipelines, Queues queues, Policy policy, InstantSource clock) {
    this.database = database;
    this.stages = pipelines.stages();
    this.holds = pipelines.holds();
    this.queues = queues;
    this.policy = policy;
    this.clock = clock;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .get("/v1/stages", this::list, "since", "limit", "next")
        .get("/v1/stages/{name}", this::show)
        .delete("/v1/stages/{name}", this::drop);
  }

  private void list(Call call) throws IOException {
    Seen seen = seen(call);
    Instant since = call.since(clock).orElse(Instant.EPOCH);
    int limit = call.limit();
    String after = call.next().orElse("");
    Page<ObjectNode> page =
        database.read(tx -> {
          StageView view = new StageView(tx, queues, holds, clock.instant());
          return stages.page(tx, since, after, limit, seen).map(view::brief);
        });
    call.send(page);
  }

  private void show(Call call) throws IOException {
    StageName name = call.variable("name", StageName::parse);
    Rights rights = policy.rights();
    Principal principal = Authentication.principal(call);
    Seen seen = Seen.of(rights, principal);
    ObjectNode stage =
        database.read(tx ->
            new StageView(tx, queues, holds, clock.instant())
                .full(stages.requireKept(tx, name, seen)));
    new SeenDeclared(rights, principal).hide(stage.withObject("declared"));
    call.send(200, stage);
  }

  private Seen seen(Call call) {
    return Seen.of(policy.rights(), Authentication.principal(call));
  }

  private void drop(Call call) throws IOException {
    StageName name = call.variable("name", StageName::parse);
    policy.requireWithin(Authentication.caller(call), Permission.REDRIVE, Seen.pipeline(name));
    Optional<StageSpec> stage =
        database.read(tx -> StageRows.findKept(tx, name)).map(Stages.Kept::stage);
    ObjectNode json = Json.object().put("name", name.toString());
    json.put("messages", stages.drop(name, Authentication.caller(call).trail()::keepIn));
    stage.flatMap(it -> rowsLeft(call, it)).ifPresent(rows -> json.put("rows", rows));
    call.send(200, json);
  }

  /** What becomes of the rows of a stage that was dropped, to who may know of its table. */
  private Optional<String> rowsLeft(Call call, StageSpec stage) {
    TableName table = stage.into().table();
    return policy.rights().visible(Authentication.principal(call), Resource.of(table))
            && database.read(Tables::list).contains(table)
        ? Optional.of(RowsLeft.of(stage))
        : Optional.empty();
  }
}
