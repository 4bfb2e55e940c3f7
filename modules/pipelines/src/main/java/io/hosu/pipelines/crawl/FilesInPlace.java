package io.hosu.pipelines.crawl;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Caller;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Resource;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.Objects;
import io.hosu.pipelines.Imports;
import io.hosu.query.engine.Looker;
import io.hosu.tables.InPlacePlan;
import io.hosu.tables.Tables;
import io.hosu.tables.TablesError;
import java.util.function.LongConsumer;

/**
 * Makes the Parquet objects below a place files of a table where they lie, all of them or none. The
 * table is made when it is not there. May be used from any thread.
 *
 * <p>It takes the right to read all that lies there and to write it, as nobody can write it
 * afterwards; to add rows to the table, and to create it if it is not there.
 */
public final class FilesInPlace {
  private final PlacedObjects placed;
  private final Imports imports;
  private final Tables tables;
  private final Policy policy;

  /** Objects whose footers engines read. */
  public FilesInPlace(
      Objects objects,
      ObjectFiles files,
      Looker looker,
      Imports imports,
      Tables tables,
      Policy policy) {
    this.placed = new PlacedObjects(objects, files, looker);
    this.imports = imports;
    this.tables = tables;
    this.policy = policy;
  }

  /** What is asked for: which objects, for which table, and whether anything is done. */
  record Wanted(TableName table, ObjectName place, boolean dryRun) {}

  /**
   * Adds them.
   *
   * @param progress is told how many objects were seen so far
   * @return what was done, or would be
   * @throws Denied when the caller lacks a right
   * @throws Invalid {@link TablesError#FILE_UNFIT} when one cannot be a file of the table
   */
  ObjectNode add(Caller caller, Wanted wanted, LongConsumer progress) {
    require(caller, wanted);
    PlacedObjects.Found found = placed.find(caller, wanted.place(), progress);
    Imports.Done done =
        wanted.dryRun()
            ? imports.plan(wanted.table(), found.files(), found.types())
            : imports.add(caller, wanted.table(), found.files(), found.types());
    return json(wanted, done, found.passedOver());
  }

  private void require(Caller caller, Wanted wanted) {
    policy.require(caller, Permission.INSERT, Resource.of(wanted.table()));
    if (tables.find(wanted.table()).isEmpty()) {
      policy.require(caller, Permission.CREATE_TABLE, Resource.of(wanted.table()));
    }
    Resource below = Resource.objects(wanted.place().bucket(), wanted.place().key());
    policy.require(caller, Permission.READ_OBJECTS, below);
    policy.require(caller, Permission.WRITE_OBJECTS, below);
  }

  private static ObjectNode json(Wanted wanted, Imports.Done done, int passedOver) {
    InPlacePlan plan = done.plan();
    ObjectNode json = Json.object().put("table", wanted.table().toString());
    json.put("execution", done.execution().orElse(null));
    json.put("dry_run", wanted.dryRun()).put("changes", !plan.isNothing());
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
