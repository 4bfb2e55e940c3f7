package io.hosu.tables;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Authentication;
import io.hosu.governance.Caller;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.http.Call;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Durations;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import io.hosu.tables.TableUpdate.Effect;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Branches and tags over HTTP: {@code GET} and {@code POST /v1/tables/{name}/refs}, {@code PUT} and
 * {@code DELETE /v1/tables/{name}/refs/{ref}}, and {@code POST /v1/tables/{name}/fast-forward}. To
 * change them takes the right to alter the table, and what else the change really does.
 */
final class RefsApi implements Routes {
  private static final String[] RULES = {"keep_snapshots", "keep_snapshots_for", "keep_for"};

  private final Tables tables;
  private final TableRefs refs;
  private final Policy policy;

  RefsApi(Tables tables, Policy policy) {
    this.tables = tables;
    this.refs = tables.open().refs(tables);
    this.policy = policy;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .get("/v1/tables/{name}/refs", this::list, "type", "limit", "next")
        .post("/v1/tables/{name}/refs", this::create)
        .put("/v1/tables/{name}/refs/{ref}", this::keep)
        .delete("/v1/tables/{name}/refs/{ref}", this::drop)
        .post("/v1/tables/{name}/fast-forward", this::forward);
  }

  private void list(Call call) throws IOException {
    TableName name = require(call, Permission.DESCRIBE);
    TableMetadata table = tables.require(name).metadata();
    String after = call.next().orElse("");
    Optional<String> type = call.text("type");
    List<ObjectNode> part =
        new TreeMap<>(table.refs())
            .tailMap(after, false).entrySet().stream()
                .filter(ref -> type.isEmpty() || type.get().equals(TableRefs.kind(ref.getValue())))
                .limit(call.limit() + 1L)
                .map(ref -> json(table, ref.getKey(), ref.getValue()))
                .toList();
    boolean more = part.size() > call.limit();
    List<ObjectNode> items = more ? part.subList(0, call.limit()) : part;
    call.send(new Page<>(items, more ? items.getLast().path("name").asText() : null));
  }

  private void create(Call call) throws IOException {
    JsonFields body =
        call.fields("name", "type", "snapshot", "from", RULES[0], RULES[1], RULES[2]).filled();
    TableName name = require(call, Permission.ALTER);
    String type = body.text("type");
    if (!Set.of("branch", "tag").contains(type)) {
      throw wrong("A ref is a branch or a tag, not a '%s'.".formatted(type));
    }
    TableMetadata table = tables.require(name).metadata();
    long snapshot = snapshot(name, table, body);
    SnapshotRef.Builder ref =
        type.equals("tag") ? SnapshotRef.tagBuilder(snapshot) : SnapshotRef.branchBuilder(snapshot);
    SnapshotRef made = meaning(() -> ruled(ref, body).build());
    commit(call, name, TableRefs.creation(name, body.text("name"), made));
  }

  /** Where a new ref is to be: at a snapshot, or where another ref is now. */
  private static long snapshot(TableName name, TableMetadata table, JsonFields body) {
    String version =
        body.optionalText("snapshot")
            .or(() -> body.optionalText("from"))
            .orElse(SnapshotRef.MAIN_BRANCH);
    if (body.has("snapshot") && body.has("from")) {
      throw wrong("A ref begins at a snapshot or at another ref, not at both.");
    }
    if (version.equals(SnapshotRef.MAIN_BRANCH) && table.currentSnapshot() == null) {
      throw wrong("Table %s has no snapshot yet, which a ref could name.".formatted(name));
    }
    long id =
        TableRefs.snapshotId(version)
            .orElseGet(() -> TableRefs.require(name, table, version).snapshotId());
    if (table.snapshot(id) == null) {
      throw TableRefs.noSnapshot(name, id);
    }
    return id;
  }

  private void keep(Call call) throws IOException {
    JsonFields body = call.fields(RULES).filled();
    TableName name = require(call, Permission.ALTER);
    commit(
        call,
        name,
        TableRefs.keeping(
            name,
            call.variable("ref"),
            ref -> meaning(() -> ruled(SnapshotRef.builderFrom(ref), body).build())));
  }

  private void drop(Call call) throws IOException {
    TableName name = require(call, Permission.ALTER);
    publish(call, name, TableRefs.drop(name, call.variable("ref")));
    call.sendNothing();
  }

  private void forward(Call call) throws IOException {
    JsonFields body = call.fields("branch", "to").filled();
    TableName name = require(call, Permission.ALTER);
    String branch = body.optionalText("branch").orElse(SnapshotRef.MAIN_BRANCH);
    commit(call, name, TableRefs.forward(name, branch, body.text("to")));
  }

  private void commit(Call call, TableName name, TableRefs.Change change) throws IOException {
    boolean changed = publish(call, name, change);
    TableMetadata table = tables.require(name).metadata();
    SnapshotRef ref = TableRefs.require(name, table, change.ref());
    call.send(200, json(table, change.ref(), ref).put("changed", changed));
  }

  private boolean publish(Call call, TableName name, TableRefs.Change change) {
    Caller caller = Authentication.caller(call);
    return refs.commit(
        CommitContext.of(caller.principal().name()),
        name,
        change,
        new CommitBeside() {
          @Override
          public void allow(Set<Effect> effects) {
            effects.forEach(
                effect -> policy.requireWithin(caller, effect.permission(), Resource.of(name)));
          }

          @Override
          public void publish(Transaction tx, String location) {
            caller.trail().keepIn(tx);
          }
        });
  }

  private TableName require(Call call, Permission permission) {
    TableName table = call.variable("name", TableName::parse);
    Principal principal = Authentication.principal(call);
    if (!policy.rights().visible(principal, Resource.of(table))) {
      throw Tables.notFound(table.toString());
    }
    policy.require(Authentication.caller(call), permission, Resource.of(table));
    return table;
  }

  private static SnapshotRef.Builder ruled(SnapshotRef.Builder ref, JsonFields body) {
    body.optionalText(RULES[0]).ifPresent(text -> ref.minSnapshotsToKeep(count(text)));
    body.optionalText(RULES[1]).ifPresent(text -> ref.maxSnapshotAgeMs(millis(text)));
    body.optionalText(RULES[2]).ifPresent(text -> ref.maxRefAgeMs(millis(text)));
    return ref;
  }

  private static int count(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw wrong("'%s' is no number of snapshots.".formatted(text));
    }
  }

  private static long millis(String text) {
    return Durations.parse(text).toMillis();
  }

  private static SnapshotRef meaning(Supplier<SnapshotRef> ref) {
    try {
      return ref.get();
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage() + ".");
    }
  }

  private static Invalid wrong(String what) {
    return new Invalid(
        TablesError.REF_INVALID, what, "See what a ref can be with: hosu tables branch --help");
  }

  private static ObjectNode json(TableMetadata table, String name, SnapshotRef ref) {
    Snapshot snapshot = table.snapshot(ref.snapshotId());
    Integer least = ref.minSnapshotsToKeep();
    return Json.object()
        .put("name", name)
        .put("type", TableRefs.kind(ref))
        .put("snapshot", Long.toString(ref.snapshotId()))
        .put(
            "committed_at",
            snapshot == null
                ? null
                : Instants.print(Instant.ofEpochMilli(snapshot.timestampMillis())))
        .put(RULES[0], least == null ? null : Integer.toString(least))
        .put(RULES[1], duration(ref.maxSnapshotAgeMs()))
        .put(RULES[2], duration(ref.maxRefAgeMs()));
  }

  private static @Nullable String duration(@Nullable Long millis) {
    return millis == null ? null : Durations.print(Duration.ofMillis(millis));
  }
}
