package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Authentication;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import io.hosu.tables.SoundTables;
import io.hosu.tables.TableSnapshot;
import io.hosu.tables.TableUses;
import io.hosu.tables.Tables;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * {@code POST /v1/tables/{name}/drop} with {@code dry_run}: drops a table, so that its name is free
 * at once. It takes {@link Permission#DROP} on the table; one that the caller may not know of looks
 * as if it were not there. A table that is needed stays.
 */
public final class TableDropApi implements Routes {
  private final Database database;
  private final Tables tables;
  private final TableUses uses;
  private final Policy policy;

  /** Drops tables of {@code tables} that {@code uses} do not need. */
  public TableDropApi(Database database, Tables tables, TableUses uses, Policy policy) {
    this.database = database;
    this.tables = tables;
    this.uses = uses;
    this.policy = policy;
  }

  @Override
  public void register(Router.Builder router) {
    router.post("/v1/tables/{name}/drop", this::drop);
  }

  private void drop(Call call) throws IOException {
    boolean dryRun = call.fields("dry_run").flag("dry_run", false);
    TableName table = call.variable("name", TableName::parse);
    Principal principal = Authentication.principal(call);
    if (!policy.rights().visible(principal, Resource.of(table))) {
      throw Tables.notFound(table.toString());
    }
    policy.requireWithin(Authentication.caller(call), Permission.DROP, Resource.of(table));
    if (!tables.list().contains(table)) {
      throw Tables.notFound(table, tables.list());
    }
    ObjectNode json = Json.object().put("table", table.toString());
    // One that cannot be read can be given up.
    boolean isSound = SoundTables.find(tables, table).isPresent();
    if (isSound && !policy.rights().seesPart(principal, table)) {
      tables.history(table, 1, "").items().stream().findFirst().ifPresent(last -> put(json, last));
    }
    Consumer<Transaction> refusal = uses.refusalToDrop(table, principal);
    if (dryRun) {
      database.perform(refusal);
    } else {
      database.perform(tx -> {
        refusal.accept(tx);
        Authentication.caller(call).trail().keepIn(tx);
        if (!tables.drop(tx, table)) {
          throw Tables.notFound(table.toString());
        }
      });
    }
    call.send(200, json.put("dropped", !dryRun));
  }

  private static void put(ObjectNode json, TableSnapshot last) {
    json.put("rows", last.rows().total());
    json.put("files", last.files().total());
    json.put("bytes", last.bytes().total());
  }
}
