package io.hosu.tables;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Authentication;
import io.hosu.governance.Decision;
import io.hosu.governance.Domains;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.Page;
import io.hosu.kernel.TableName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.Schema;

/**
 * Tables over HTTP: {@code GET /v1/tables}, {@code /v1/tables/{name}}, its {@code /history} and its
 * {@code /lineage}, with its branches and tags. A table that the caller may not know of looks as if
 * it were not there.
 */
public final class TablesApi implements Routes {
  private final Tables tables;
  private final Policy policy;
  private final Domains domains;
  private final TableSight sight;
  private final RefsApi refs;

  public TablesApi(Tables tables, Policy policy, Domains domains) {
    this.tables = tables;
    this.policy = policy;
    this.domains = domains;
    this.sight = new TableSight(tables, policy);
    this.refs = new RefsApi(tables, policy);
  }

  @Override
  public void register(Router.Builder router) {
    refs.register(router);
    router
        .get("/v1/tables", this::list, "domain", "limit", "next")
        .get("/v1/tables/{name}", this::describe)
        .get("/v1/tables/{name}/history", this::history, "limit", "next")
        .get("/v1/tables/{name}/lineage", this::lineage, "snapshot", "limit", "next");
  }

  private void list(Call call) throws IOException {
    Rights rights = policy.rights();
    Principal principal = Authentication.principal(call);
    String after = call.next().orElse("");
    Optional<String> domain = call.text("domain");
    List<TableSummary> part =
        tables.summaries().stream()
            .filter(table -> table.name().toString().compareTo(after) > 0)
            .filter(table -> domain.isEmpty() || domain.get().equals(table.name().domain()))
            .filter(table -> rights.visible(principal, Resource.of(table.name())))
            .limit(call.limit() + 1L)
            .toList();
    boolean more = part.size() > call.limit();
    List<TableSummary> items = more ? part.subList(0, call.limit()) : part;
    String next = more ? items.getLast().name().toString() : null;
    call.send(
        new Page<>(items, next)
            .map(table -> json(table, TableSight.isWhole(rights, principal, table.name()))));
  }

  private void describe(Call call) throws IOException {
    LakeTable table = sight.require(call);
    Principal principal = Authentication.principal(call);
    Schema schema = table.metadata().schema();
    Set<String> hidden = sight.hidden(principal, table.name(), WriteTarget.names(schema));
    ObjectNode json = Json.object();
    json.put("name", table.name().toString());
    json.put("id", table.id());
    json.put("metadata_location", table.metadataLocation());
    json.put("created_at", Instants.print(table.createdAt()));
    json.put("changed_at", Instants.print(table.changedAt()));
    json.put("owner", owner(table));
    json.put("description", TableDefinitions.description(table.metadata()));
    ArrayNode columns = json.putArray("columns");
    schema.columns().stream()
        .filter(column -> !hidden.contains(column.name()))
        .forEach(column -> columns.add(SchemaRows.column(column)));
    ArrayNode partitions = json.putArray("partitioning");
    ArrayNode sorting = json.putArray("sort");
    ObjectNode properties = json.putObject("properties");
    if (hidden.isEmpty()) {
      table.partitionBy().forEach(partitions::add);
      table.sortBy().forEach(sorting::add);
      new TreeMap<>(table.metadata().properties()).forEach(properties::put);
    }
    OptionalLong snapshot = table.snapshot();
    json.put("snapshot", snapshot.isPresent() ? Long.toString(snapshot.getAsLong()) : null);
    tables.history(table.name(), 1, "").items().stream()
        .findFirst()
        .filter(_ -> TableSight.isWhole(policy.rights(), principal, table.name()))
        .ifPresent(last -> putTotals(json, last));
    call.send(200, json);
  }

  /** Its own, or that of its domain. */
  private String owner(LakeTable table) {
    String own = TableDefinitions.owner(table.metadata());
    return own.isEmpty()
        ? domains.find(table.name().domain()).map(Domains.Domain::owner).orElse("")
        : own;
  }

  private void history(Call call) throws IOException {
    LakeTable table = sight.require(call);
    Page<TableSnapshot> page = tables.history(table.name(), call.limit(), call.next().orElse(""));
    boolean whole =
        TableSight.isWhole(policy.rights(), Authentication.principal(call), table.name());
    call.send(page.map(snapshot -> json(snapshot, whole)));
  }

  private void lineage(Call call) throws IOException {
    LakeTable table = sight.require(call);
    long snapshot = call.number("snapshot").orElse(table.snapshot().orElse(0));
    Rights rights = policy.rights();
    Principal principal = Authentication.principal(call);
    call.send(
        call.part(
            tables.lineage(table.name(), snapshot).stream()
                .filter(input -> isKnown(rights, principal, table.name(), input))
                .toList()));
  }

  /** An object may hold nothing but rows that are hidden, and its name may tell of them. */
  private static boolean isKnown(
      Rights rights, Principal principal, TableName table, LineageInput input) {
    return switch (input.kind()) {
      case LineageInput.TABLE ->
          rights.visible(principal, Resource.of(TableName.parse(input.input())));
      default ->
          TableSight.isWhole(rights, principal, table)
              || rights.decide(
                      principal,
                      Permission.READ_OBJECTS,
                      Resource.of(ObjectName.parse(input.input())))
                  instanceof Decision.Allowed;
    };
  }

  private static ObjectNode json(TableSummary table, boolean whole) {
    ObjectNode json =
        Json.object()
            .put("name", table.name().toString())
            .put("changed_at", Instants.print(table.changedAt()));
    return !whole
        ? json
        : json.put("rows", table.rows()).put("files", table.files()).put("bytes", table.bytes());
  }

  private static ObjectNode json(TableSnapshot snapshot, boolean whole) {
    ObjectNode json =
        Json.object()
            .put("id", Long.toString(snapshot.id()))
            .put("number", snapshot.number())
            .put("time", Instants.print(snapshot.committedAt()))
            .put("operation", snapshot.operation())
            .put("execution", snapshot.execution().orElse(null))
            .put("principal", snapshot.principal());
    return whole ? putCounts(json, snapshot) : json;
  }

  private static ObjectNode putCounts(ObjectNode json, TableSnapshot snapshot) {
    return json.put("added_rows", snapshot.rows().added())
        .put("removed_rows", snapshot.rows().removed())
        .put("total_rows", snapshot.rows().total())
        .put("added_files", snapshot.files().added())
        .put("removed_files", snapshot.files().removed())
        .put("total_files", snapshot.files().total())
        .put("added_bytes", snapshot.bytes().added())
        .put("removed_bytes", snapshot.bytes().removed())
        .put("total_bytes", snapshot.bytes().total());
  }

  private static void putTotals(ObjectNode json, TableSnapshot last) {
    json.put("rows", last.rows().total());
    json.put("files", last.files().total());
    json.put("bytes", last.bytes().total());
  }
}
