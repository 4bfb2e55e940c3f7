package io.hosu.pipelines;

import io.hosu.governance.Authentication;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.http.Call;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Page;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.tables.CommitContext;
import io.hosu.tables.LakeTable;
import io.hosu.tables.PreparedCommit;
import io.hosu.tables.TableChange;
import io.hosu.tables.TableSnapshot;
import io.hosu.tables.Tables;
import io.hosu.tables.TablesError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code POST /v1/tables/{name}/rollback} with {@code to}, a snapshot, {@code cascade} and {@code
 * dry_run}: sets a table back. What executions committed since is taken back as {@link Rollbacks}
 * does it, with all that stands on it; what engines committed, by a commit to the table alone. It
 * takes the right to delete rows of the table, and what a rollback of the executions takes.
 */
public final class TableRollbackApi implements Routes {
  private static final int PART = 1000;

  private final Database database;
  private final Rollbacks rollbacks;
  private final Tables tables;
  private final Policy policy;

  public TableRollbackApi(Database database, Rollbacks rollbacks, Tables tables, Policy policy) {
    this.database = database;
    this.rollbacks = rollbacks;
    this.tables = tables;
    this.policy = policy;
  }

  @Override
  public void register(Router.Builder router) {
    router.post("/v1/tables/{name}/rollback", this::rollback);
  }

  private void rollback(Call call) throws IOException {
    LakeTable table = require(call);
    JsonFields body = call.fields("to", "cascade", "dry_run");
    long to = snapshot(body.text("to"));
    boolean dryRun = body.flag("dry_run", false);
    List<Long> since = table.commitsSince(to);
    if (since.isEmpty()) {
      throw new Conflict(
          PipelinesError.NOTHING_TO_ROLL_BACK,
          "No rows were committed to table %s since snapshot %d.".formatted(table.name(), to),
          "See its snapshots with: hosu tables history " + table.name());
    }
    List<String> executions = executions(table.name(), new HashSet<>(since));
    if (!executions.isEmpty() && executions.size() < since.size()) {
      throw mixed(table.name(), to);
    }
    Rollbacks.Reach reach =
        body.flag("cascade", false) ? Rollbacks.Reach.CASCADE : Rollbacks.Reach.ALONE;
    RolledBack done =
        executions.isEmpty()
            ? alone(call, table.name(), Set.copyOf(since), dryRun)
            : byExecutions(call, executions.getLast(), reach, dryRun);
    call.send(
        200, done.toJson(rollbacks.seenRecords(policy.rights(), Authentication.principal(call))));
  }

  private static long snapshot(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new Invalid(
          TablesError.SNAPSHOT_NOT_FOUND,
          "'%s' is not the id of a snapshot.".formatted(text),
          "See the snapshots of a table with: hosu tables history TABLE",
          e);
    }
  }

  private LakeTable require(Call call) {
    TableName name = call.variable("name", TableName::parse);
    if (!policy.rights().visible(Authentication.principal(call), Resource.of(name))) {
      throw Tables.notFound(name.toString());
    }
    policy.require(Authentication.caller(call), Permission.DELETE, Resource.of(name));
    return tables.require(name);
  }

  /** The executions that made these commits, the newest first; those of engines are left out. */
  private List<String> executions(TableName table, Set<Long> commits) {
    List<String> executions = new ArrayList<>();
    Set<Long> left = new HashSet<>(commits);
    Optional<String> next = Optional.of("");
    while (next.isPresent() && !left.isEmpty()) {
      Page<TableSnapshot> part = tables.history(table, PART, next.get());
      for (TableSnapshot one : part.items()) {
        if (!one.operation().equals("rollback") && left.remove(one.id())) {
          one.execution().ifPresent(executions::add);
        }
      }
      next = part.nextToken();
    }
    return executions;
  }

  private RolledBack byExecutions(Call call, String oldest, Rollbacks.Reach reach, boolean dryRun) {
    Principal principal = Authentication.principal(call);
    Rollbacks.Request request =
        new Rollbacks.Request(
            oldest, principal.toString(), Seen.of(policy.rights(), principal), reach);
    return dryRun
        ? RollbackApi.planned(rollbacks.plan(request), policy, Authentication.caller(call))
        : rollbacks.rollback(
            request, plan -> RollbackApi.require(policy, Authentication.caller(call), plan));
  }

  private RolledBack alone(Call call, TableName table, Set<Long> commits, boolean dryRun) {
    TableChange.Rollback change = tables.rollback(table, commits);
    if (!dryRun) {
      CommitContext context = CommitContext.of(Authentication.principal(call).toString());
      try (PreparedCommit commit = tables.prepare(context, List.of(change))) {
        database.perform(commit::publish);
      }
    }
    return new RolledBack(
        null, List.of(), List.of(new RolledBack.TableBack(table, change.from(), change.to())));
  }

  private static Conflict mixed(TableName table, long to) {
    return new Conflict(
        PipelinesError.ROLLBACK_BLOCKED,
        "Both executions and engines outside committed to table %s since snapshot %d."
            .formatted(table, to),
        "Take the newest of them back first: hosu tables history %s, then a --to nearer to the"
                .formatted(table)
            + " newest");
  }
}
