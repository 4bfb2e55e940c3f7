package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Authentication;
import io.hosu.governance.Caller;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.http.Call;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.tables.Tables;
import java.io.IOException;

/**
 * Redrives of records over HTTP: {@code POST /v1/redrives} with {@code table} (the quarantine
 * table), {@code where} (SQL over its columns), {@code set} (a list of {@code text = EXPRESSION}),
 * {@code stage} and {@code dry_run}.
 *
 * <p>It takes the right to read the table and the right to redrive in the stage's pipeline. A table
 * that the caller may not know of looks as if it were not there.
 */
public final class RedrivesApi implements Routes {
  private final Redrives redrives;
  private final Tables tables;
  private final Policy policy;

  public RedrivesApi(Redrives redrives, Tables tables, Policy policy) {
    this.redrives = redrives;
    this.tables = tables;
    this.policy = policy;
  }

  @Override
  public void register(Router.Builder router) {
    router.post("/v1/redrives", this::begin);
  }

  private void begin(Call call) throws IOException {
    JsonFields body = call.fields("table", "where", "set", "stage", "dry_run").filled();
    Principal principal = Authentication.principal(call);
    Redrives.Request request =
        new Redrives.Request(
            TableName.parse(body.text("table")),
            body.optionalText("stage").map(StageName::parse),
            body.optionalText("where").orElse(""),
            body.texts("set"),
            principal.toString());
    requireAllowed(Authentication.caller(call), request);
    if (body.flag("dry_run", false)) {
      call.send(200, json(redrives.plan(request)).putNull("execution"));
      return;
    }
    SeenRecords records = redrives.seenRecords(policy.rights(), principal);
    Redrives.Begun begun = redrives.begin(request);
    ObjectNode json = json(begun.plan());
    json.set("execution", begun.execution().map(one -> records.seen(one.toJson())).orElse(null));
    call.send(begun.execution().isPresent() ? 202 : 200, json);
  }

  private void requireAllowed(Caller caller, Redrives.Request request) {
    Principal principal = caller.principal();
    Rights rights = policy.rights();
    Resource table = Resource.of(request.table());
    if (!rights.visible(principal, table) || tables.find(request.table()).isEmpty()) {
      throw Tables.notFound(
          request.table(),
          tables.list().stream()
              .filter(name -> rights.visible(principal, Resource.of(name)))
              .toList());
    }
    policy.require(caller, Permission.SELECT, table);
    policy.require(caller, Permission.REDRIVE, Seen.pipeline(redrives.stage(request).name()));
  }

  private static ObjectNode json(Redrives.Plan plan) {
    ObjectNode json = Json.object();
    json.put("stage", plan.stage().name().toString());
    json.put("records", plan.records());
    json.putArray("parts").addAll(plan.parts());
    json.putArray("samples").addAll(plan.samples());
    return json;
  }
}
