package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Authentication;
import io.hosu.governance.Grants;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import io.hosu.tables.TableSnapshot;
import io.hosu.tables.Tables;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * {@code POST /v1/tables/{name}/drop} with {@code dry_run}: drops a table, so that its name is free
 * at once. It takes {@link Permission#DROP} on the table; one that the caller may not know of looks
 * as if it were not there. A table that a declared stage reads or writes, or that a grant names,
 * stays: the stage would make it again or fail, and the grant would be one on another table.
 */
public final class TableDropApi implements Routes {
  private static final int NAMED = 5;

  private final Database database;
  private final Stages stages;
  private final Tables tables;
  private final Grants grants;
  private final Policy policy;

  /** Drops tables of {@code tables} that neither {@code stages} nor {@code grants} need. */
  public TableDropApi(
      Database database, Stages stages, Tables tables, Grants grants, Policy policy) {
    this.database = database;
    this.stages = stages;
    this.tables = tables;
    this.grants = grants;
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
    policy.require(Authentication.caller(call), Permission.DROP, Resource.of(table));
    ObjectNode json = Json.object().put("table", tables.require(table).name().toString());
    if (!policy.rights().seesPart(principal, table)) {
      tables.history(table, 1, "").items().stream().findFirst().ifPresent(last -> put(json, last));
    }
    Predicate<StageName> seen = Seen.of(policy.rights(), principal).stages();
    if (dryRun) {
      database.perform(tx -> requireUnneeded(tx, table, seen));
    } else {
      database.perform(tx -> {
        requireUnneeded(tx, table, seen);
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

  private void requireUnneeded(Transaction tx, TableName table, Predicate<StageName> seen) {
    List<StageName> users =
        stages.list(tx).stream().filter(stage -> needs(stage, table)).map(StageSpec::name).toList();
    if (!users.isEmpty()) {
      throw new Conflict(
          PipelinesError.TABLE_NEEDED,
          "Table %s is read or written by %s.".formatted(table, told(users, seen)),
          "Remove them from the lake project, then: hosu apply; then: hosu tables drop " + table);
    }
    long granted = grants.list(tx).stream().filter(grant -> isOn(grant.on(), table)).count();
    if (granted > 0) {
      throw new Conflict(
          PipelinesError.TABLE_NEEDED,
          "%s on table %s, and would be on the next one of its name."
              .formatted(granted == 1 ? "1 grant is" : granted + " grants are", table),
          "Find them with: hosu grants list; end each with: hosu grants revoke ID, or in the lake project");
    }
  }

  /** A quarantine table is its stage's too. */
  private static boolean needs(StageSpec stage, TableName table) {
    return stage.tablesKnown().contains(table) || stage.into().table().quarantine().equals(table);
  }

  private static boolean isOn(Resource on, TableName table) {
    return switch (on) {
      case Resource.Table(TableName name) -> name.equals(table);
      case Resource.Column(TableName name, _) -> name.equals(table);
      case Resource _ -> false;
    };
  }

  private static String told(List<StageName> users, Predicate<StageName> seen) {
    List<String> named = users.stream().filter(seen).map(StageName::toString).limit(NAMED).toList();
    int others = users.size() - named.size();
    String first = named.stream().map(name -> "stage " + name).collect(Collectors.joining(", "));
    if (named.isEmpty()) {
      return others == 1 ? "a stage" : others + " stages";
    }
    return others == 0 ? first : "%s and %d more".formatted(first, others);
  }
}
