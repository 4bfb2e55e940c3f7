package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Authentication;
import io.hosu.governance.Decision;
import io.hosu.governance.GovernanceError;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.http.Call;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Durations;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectFiles;
import io.hosu.tables.PreparedUpkeep.Done;
import io.hosu.tables.SnapshotPolicy;
import io.hosu.tables.Tables;
import io.hosu.tables.Wear;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Upkeep over HTTP: {@code POST /v1/tables/{name}/compact}, {@code /expire} and {@code /orphans}
 * with {@code dry_run}, the latter two with {@code older_than} too. It takes the right to alter the
 * table; one that the caller may not know of looks as if it were not there.
 */
public final class UpkeepApi implements Routes {
  private final Upkeep upkeep;
  private final LegalDeletion deletion;
  private final Policy policy;

  UpkeepApi(Upkeep upkeep, LegalDeletion deletion, Policy policy) {
    this.upkeep = upkeep;
    this.deletion = deletion;
    this.policy = policy;
  }

  /** Upkeep of the tables of {@code work}. */
  public static UpkeepApi of(Pipelines.Parts parts, Pipelines.Work work, UpkeepConfig config) {
    Upkeep upkeep = new Upkeep(parts, work, config);
    return new UpkeepApi(upkeep, new LegalDeletion(parts, work, upkeep), work.policy());
  }

  @Override
  public void register(Router.Builder router) {
    router
        .post("/v1/tables/{name}/compact", this::compact)
        .post("/v1/tables/{name}/expire", this::expire)
        .post("/v1/tables/{name}/orphans", this::orphans)
        .post("/v1/tables/{name}/delete-rows", this::deleteRows);
  }

  private void compact(Call call) throws IOException {
    JsonFields body = call.fields("dry_run");
    TableName table = require(call, Permission.ALTER);
    if (body.flag("dry_run", false)) {
      call.send(200, json(call, table, upkeep.planCompaction(table), Optional.empty()));
      return;
    }
    Optional<Upkeep.Report> report =
        upkeep.compact(table, Authentication.principal(call).toString(), Wear.ANY);
    call.send(200, json(call, table, report));
  }

  private void expire(Call call) throws IOException {
    JsonFields body = call.fields("older_than", "dry_run");
    SnapshotPolicy wanted =
        body.optionalText("older_than")
            .map(age -> upkeep.policy().withMaxAge(Durations.parse(age)))
            .orElse(upkeep.policy());
    TableName table = require(call, Permission.ALTER);
    if (body.flag("dry_run", false)) {
      call.send(200, json(call, table, upkeep.planExpiry(table, wanted), Optional.empty()));
      return;
    }
    Optional<Upkeep.Report> report =
        upkeep.expire(table, Authentication.principal(call).toString(), wanted);
    call.send(200, json(call, table, report));
  }

  /** Where some of the table is hidden from who asks, names of files and how many are too. */
  private void orphans(Call call) throws IOException {
    JsonFields body = call.fields("older_than", "dry_run");
    Optional<Duration> wanted = body.optionalText("older_than").map(Durations::parse);
    TableName table = require(call, Permission.ALTER);
    Duration delay = wanted.orElseGet(() -> upkeep.orphanDelay(table));
    boolean part = policy.rights().seesPart(Authentication.principal(call), table);
    List<ObjectFiles.Resting> files = upkeep.orphans(table, delay);
    Optional<Upkeep.Report> report =
        body.flag("dry_run", false)
            ? Optional.empty()
            : upkeep.removeOrphans(table, Authentication.principal(call).toString(), delay);
    ObjectNode json = Json.object().put("table", table.toString());
    json.put("older_than", Durations.print(delay));
    json.put("execution", report.map(Upkeep.Report::execution).orElse(null));
    json.put("changes", !files.isEmpty());
    if (!part) {
      json.put("files_removed", report.map(Upkeep.Report::done).map(Done::filesBefore).orElse(0));
      ArrayNode all = json.putArray("files");
      files.forEach(file -> all.add(json(file)));
    }
    call.send(200, json);
  }

  private static ObjectNode json(ObjectFiles.Resting file) {
    return Json.object()
        .put("object", file.name().toString())
        .put("size", file.size())
        .put("created_at", file.since().toString());
  }

  /**
   * Takes the right to delete rows, and to alter the table, as its history goes; and a table of
   * which nothing is hidden, since a condition on what is hidden would tell of it.
   */
  private void deleteRows(Call call) throws IOException {
    JsonFields body = call.fields("where", "why", "dry_run");
    require(call, Permission.DELETE);
    TableName table = require(call, Permission.ALTER);
    Principal principal = Authentication.principal(call);
    if (policy.rights().seesPart(principal, table)) {
      throw new Denied(
          GovernanceError.PERMISSION_DENIED,
          "Rows of %s can be deleted for good only by who sees all of it.".formatted(table),
          "Ask who owns the table.");
    }
    String where = body.text("where");
    Predicate<TableName> readable =
        clone ->
            policy.decide(principal, Permission.SELECT, Resource.of(clone))
                instanceof Decision.Allowed;
    if (body.flag("dry_run", false)) {
      call.send(
          200,
          Json.object()
              .put("table", table.toString())
              .put("rows", deletion.count(table, where, readable)));
      return;
    }
    LegalDeletion.Deleted deleted =
        deletion.delete(table, where, body.text("why"), principal.toString(), readable);
    ObjectNode json = deleted.toJson().put("table", table.toString());
    List<TableName> sources = deletion.sourcesOf(table);
    if (!sources.isEmpty()) {
      ArrayNode from = json.putArray("cloned_from");
      sources.forEach(source -> from.add(source.toString()));
    }
    call.send(200, json);
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

  private ObjectNode json(Call call, TableName table, Optional<Upkeep.Report> report) {
    return json(call, table, report.map(Upkeep.Report::done), report.map(Upkeep.Report::execution));
  }

  /** How much there is of a table that is seen in part would tell of what is hidden. */
  private ObjectNode json(
      Call call, TableName table, Optional<Done> done, Optional<String> execution) {
    ObjectNode json = Json.object();
    json.put("table", table.toString());
    json.put("execution", execution.orElse(null));
    json.put("changes", done.isPresent());
    if (!policy.rights().seesPart(Authentication.principal(call), table)) {
      json.put("snapshots_removed", done.map(Done::snapshots).orElse(0));
      json.put("refs_removed", done.map(Done::refs).orElse(0));
      json.put("files_before", done.map(Done::filesBefore).orElse(0));
      json.put("files_after", done.map(Done::filesAfter).orElse(0));
    }
    return json;
  }
}
