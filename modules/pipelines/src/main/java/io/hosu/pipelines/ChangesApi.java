package io.hosu.pipelines;

import io.hosu.governance.Authentication;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import java.io.IOException;

/**
 * How far stages have read the changes of tables, over HTTP: {@code DELETE
 * /v1/stages/{name}/changes/{table}} has the next execution read all rows of the table.
 */
public final class ChangesApi implements Routes {
  private final Database database;
  private final Stages stages;
  private final Policy policy;

  public ChangesApi(Database database, Stages stages, Policy policy) {
    this.database = database;
    this.stages = stages;
    this.policy = policy;
  }

  @Override
  public void register(Router.Builder router) {
    router.delete("/v1/stages/{name}/changes/{table}", this::forget);
  }

  private void forget(Call call) throws IOException {
    StageName name = call.variable("name", StageName::parse);
    TableName table = call.variable("table", TableName::parse);
    policy.require(Authentication.caller(call), Permission.RUN, Seen.pipeline(name));
    Seen seen = Seen.of(policy.rights(), Authentication.principal(call));
    boolean had =
        database.write(tx -> {
          stages.require(tx, name, seen);
          return StageChanges.forget(tx, name, table);
        });
    call.send(
        200,
        Json.object()
            .put("name", name.toString())
            .put("table", table.toString())
            .put("changed", had));
  }
}
