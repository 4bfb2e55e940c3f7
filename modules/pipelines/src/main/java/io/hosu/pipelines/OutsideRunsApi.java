package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Authentication;
import io.hosu.governance.Caller;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Json;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.objects.Buckets;
import io.hosu.pipelines.ColumnEdge.End;
import io.hosu.pipelines.OutsideRun.Dataset;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import io.hosu.tables.Tables;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Takes run events of OpenLineage from other systems: {@code POST /v1/openlineage}, and where their
 * clients send them by themselves, {@code POST /api/v1/lineage}. Who tells what a table of the lake
 * is made of must have INSERT on it, and WRITE_OBJECTS on objects; of a run that makes nothing here
 * tells who may read what it reads.
 */
final class OutsideRunsApi implements Routes {
  private static final long LARGEST = 2L << 20;

  private final Database database;
  private final Tables tables;
  private final Policy policy;
  private final InstantSource clock;

  OutsideRunsApi(Database database, Tables tables, Policy policy, InstantSource clock) {
    this.database = database;
    this.tables = tables;
    this.policy = policy;
    this.clock = clock;
  }

  @Override
  public void register(Router.Builder router) {
    router.post("/v1/openlineage", this::take).post("/api/v1/lineage", this::take);
  }

  /** What a dataset that is of the lake is, and as which field of the event it was told. */
  private record Mine(Dataset told, End end) {}

  private void take(Call call) throws IOException {
    JsonNode event = call.json(LARGEST);
    OutsideRun run = OutsideRun.of(event);
    Caller caller = Authentication.caller(call);
    if (run.job().namespace().equals(OpenLineage.NAMESPACE)) {
      call.send(200, notKept("Jobs of the namespace 'hosu' are the lake's own: it knows them."));
      return;
    }
    Rights rights = policy.rights();
    List<Mine> outputs = database.read(tx -> mine(tx, run.outputs(), rights, caller));
    List<Mine> inputs = database.read(tx -> mine(tx, run.inputs(), rights, caller));
    if (outputs.isEmpty() && inputs.isEmpty()) {
      call.send(200, notKept("No dataset of the event is a table or an object of this lake."));
      return;
    }
    outputs.forEach(one -> require(one, Permission.INSERT, Permission.WRITE_OBJECTS, caller));
    if (outputs.isEmpty()) {
      inputs.forEach(one -> require(one, Permission.SELECT, Permission.READ_OBJECTS, caller));
    }
    int edges = database.<Integer>write(tx -> keep(tx, run, event, rights, caller));
    call.send(201, Json.object().put("kept", true).put("edges", edges));
  }

  private static ObjectNode notKept(String why) {
    return Json.object().put("kept", false).put("edges", 0).put("why", why);
  }

  private int keep(Transaction tx, OutsideRun run, JsonNode event, Rights rights, Caller caller) {
    String by = caller.principal().toString();
    OutsideRuns.keep(tx, run, event, by, clock.instant());
    return run.isDone()
        ? OutsideRuns.replaceEdges(tx, run, names(tx, rights, caller), by, clock.instant())
        : 0;
  }

  private static OutsideNames names(Transaction tx, Rights rights, Caller caller) {
    Set<String> layers =
        Buckets.list(tx).stream().map(Buckets.Bucket::name).collect(Collectors.toSet());
    return new OutsideNames(
        tx, layers, table -> rights.visible(caller.principal(), Resource.of(table)));
  }

  private static List<Mine> mine(
      Transaction tx, List<Dataset> datasets, Rights rights, Caller caller) {
    OutsideNames names = names(tx, rights, caller);
    return datasets.stream()
        .map(dataset -> new Mine(dataset, names.of(dataset)))
        .filter(one -> one.end().kind() != ColumnEdge.Kind.OUTSIDE)
        .toList();
  }

  private void require(Mine one, Permission onTable, Permission onObjects, Caller caller) {
    switch (one.end().kind()) {
      case TABLE -> requireTable(TableName.parse(one.end().name()), onTable, caller);
      case OBJECTS ->
          policy.require(caller, onObjects, Resource.of(ObjectName.parse(one.end().name())));
      case EVENTS, OUTSIDE -> {}
    }
  }

  /** A table that must not be known is answered as one that is not there. */
  private void requireTable(TableName table, Permission permission, Caller caller) {
    Principal principal = caller.principal();
    if (!policy.visible(principal, Resource.of(table))) {
      policy.hide(caller, permission, Resource.of(table));
      throw Tables.notFound(
          table,
          tables.list().stream()
              .filter(known -> policy.visible(principal, Resource.of(known)))
              .toList());
    }
    policy.require(caller, permission, Resource.of(table));
  }
}
