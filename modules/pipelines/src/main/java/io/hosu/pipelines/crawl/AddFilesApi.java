package io.hosu.pipelines.crawl;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Authentication;
import io.hosu.governance.Caller;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Resource;
import io.hosu.http.Call;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Json;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.Objects;
import io.hosu.pipelines.Imports;
import io.hosu.query.engine.Looker;
import io.hosu.tables.InPlacePlan;
import io.hosu.tables.Tables;
import java.io.IOException;

/**
 * {@code POST /v1/tables/{name}/files} with {@code place} and {@code dry_run}: makes the Parquet
 * objects below a place files of a table where they lie, all of them or none. The table is made
 * when it is not there.
 *
 * <p>It takes the right to read all that lies there and to write it, as nobody can write it
 * afterwards; to add rows to the table, and to create it if it is not there.
 */
public final class AddFilesApi implements Routes {
  private final PlacedObjects placed;
  private final Imports imports;
  private final Tables tables;
  private final Policy policy;
  private final RunningLooks looks;

  public AddFilesApi(
      Objects objects,
      ObjectFiles files,
      Looker looker,
      Imports imports,
      Tables tables,
      Policy policy,
      RunningLooks looks) {
    this.placed = new PlacedObjects(objects, files, looker);
    this.imports = imports;
    this.tables = tables;
    this.policy = policy;
    this.looks = looks;
  }

  @Override
  public void register(Router.Builder router) {
    router.post("/v1/tables/{name}/files", this::add);
  }

  private void add(Call call) throws IOException {
    TableName table = call.variable("name", TableName::parse);
    JsonFields body = call.fields("place", "dry_run").filled();
    ObjectName place = place(body.text("place"));
    boolean dryRun = body.flag("dry_run", false);
    Caller caller = Authentication.caller(call);
    require(caller, table, place);
    PlacedObjects.Found found =
        looks.during(caller, place.toString(), seen -> placed.find(caller, place, seen));
    Imports.Done done =
        dryRun
            ? imports.plan(table, found.files(), found.types())
            : imports.add(caller, table, found.files(), found.types());
    call.send(200, json(table, done, dryRun, found.passedOver()));
  }

  /** {@code LAYER/PREFIX}, or the same as other engines write it. */
  private static ObjectName place(String text) {
    return text.startsWith("s3://") ? ObjectName.ofLocation(text) : ObjectName.parse(text);
  }

  private void require(Caller caller, TableName table, ObjectName place) {
    policy.require(caller, Permission.INSERT, Resource.of(table));
    if (tables.find(table).isEmpty()) {
      policy.require(caller, Permission.CREATE_TABLE, Resource.of(table));
    }
    Resource below = Resource.objects(place.bucket(), place.key());
    policy.require(caller, Permission.READ_OBJECTS, below);
    policy.require(caller, Permission.WRITE_OBJECTS, below);
  }

  private static ObjectNode json(
      TableName table, Imports.Done done, boolean dryRun, int passedOver) {
    InPlacePlan plan = done.plan();
    ObjectNode json = Json.object().put("table", table.toString());
    json.put("execution", done.execution().orElse(null));
    json.put("dry_run", dryRun).put("changes", !plan.isNothing());
    json.put("new", plan.target().isNew());
    json.put("files_added", plan.stored().size()).put("files_known", plan.known());
    json.put("files_passed_over", passedOver);
    json.put("rows", plan.added().rows()).put("bytes", plan.bytes());
    ArrayNode columns = json.putArray("columns");
    plan.target()
        .columns()
        .forEach(it -> columns.addObject().put("name", it.name()).put("type", it.type()));
    return json;
  }
}
