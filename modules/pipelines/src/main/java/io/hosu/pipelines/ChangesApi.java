package io.hosu.pipelines;

import io.hosu.governance.Authentication;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.Suggestions;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.tables.TablesError;
import java.io.IOException;
import java.util.List;
import java.util.Set;

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
    policy.requireWithin(Authentication.caller(call), Permission.RUN, Seen.pipeline(name));
    Seen seen = Seen.of(policy.rights(), Authentication.principal(call));
    boolean had =
        database.write(tx -> {
          StageSpec stage = stages.require(tx, name, seen);
          boolean forgot = StageChanges.forget(tx, name, table);
          if (!forgot) {
            requireRead(stage, table);
          }
          Authentication.caller(call).trail().keepIn(tx);
          return forgot;
        });
    call.send(
        200,
        Json.object()
            .put("name", name.toString())
            .put("table", table.toString())
            .put("changed", had));
  }

  /** Of a table that the stage does not read there is nothing to forget: another was meant. */
  private static void requireRead(StageSpec stage, TableName table) {
    Set<TableName> reads = stage.tablesRead().orElse(Set.of(table));
    if (!reads.contains(table)) {
      List<String> names = reads.stream().map(TableName::toString).sorted().toList();
      throw new NotFound(
          TablesError.TABLE_NOT_FOUND,
          "Stage %s reads no table '%s'%s"
              .formatted(stage.name(), table, Suggestions.ending(table.toString(), names)),
          names.isEmpty()
              ? "Its SQL reads no table at all; see what it reads with: hosu stages show "
                  + stage.name()
              : "It reads: %s.".formatted(String.join(", ", names)));
    }
  }
}
