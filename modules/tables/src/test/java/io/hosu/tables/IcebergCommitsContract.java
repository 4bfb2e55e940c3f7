package io.hosu.tables;

import static io.hosu.tables.IcebergDoorContract.ID;
import static io.hosu.tables.IcebergDoorContract.STAGE;
import static io.hosu.tables.IcebergDoorContract.place;
import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.governance.AccessKeys;
import io.hosu.governance.Columns;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Resource;
import io.hosu.governance.Terms;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.BaseTransaction;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotParser;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.TableCommit;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.rest.responses.LoadTableResponse;
import org.apache.iceberg.rest.responses.LoadTableResponseParser;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What engines outside change through Iceberg's own client. */
interface IcebergCommitsContract {
  Schema CITIES =
      new Schema(
          Types.NestedField.required(1, "id", Types.IntegerType.get()),
          Types.NestedField.optional(2, "city", Types.StringType.get()));

  TableIdentifier NEW = TableIdentifier.of(STAGE, "cities");

  TableName NEW_NAME = TableName.parse("aviation.stage.cities");

  /** A lake with the layers stage and analytics and one table, behind its doors. */
  DoorWorld world();

  private TestLake lake() {
    return world().lake;
  }

  /** Somebody who may do everything to tables of the domain, and nothing to objects. */
  private RESTCatalog writer() {
    AccessKeys.NewAccessKey key = world().person("ana");
    world()
        .allow(
            "ana",
            Resource.parse("aviation"),
            Permission.SELECT,
            Permission.INSERT,
            Permission.DELETE,
            Permission.ALTER,
            Permission.DROP,
            Permission.CREATE_TABLE);
    return world().catalog(key);
  }

  /** Somebody who may do this to the one table. */
  private RESTCatalog person(Permission first, Permission... more) {
    AccessKeys.NewAccessKey key = world().person("ben");
    world().allow("ben", Resource.of(FLIGHTS), first, more);
    return world().catalog(key);
  }

  @Test
  default void anAppendOfAnEngineIsSeenByTheLake() throws IOException {
    try (RESTCatalog catalog = writer()) {
      Table table = catalog.loadTable(ID);
      table.newAppend().appendFile(ClientRows.write(table, 3, "Rome")).commit();
      assertThat(lake().rows(FLIGHTS)).containsExactly("[1, Oslo]", "[2, Bern]", "[3, Rome]");
      TableSnapshot last = lake().tables.history(FLIGHTS, 1, "").items().getFirst();
      assertThat(last.principal()).isEqualTo("ana");
      assertThat(last.rows()).isEqualTo(new TableSnapshot.Amounts(1, 0, 3));
      assertThat(world().events("Table Committed")).hasSize(2);
    }
  }

  @Test
  default void appendsMadeFromOneStateBothHold() throws IOException {
    try (RESTCatalog catalog = writer()) {
      Table one = catalog.loadTable(ID);
      Table other = catalog.loadTable(ID);
      var first = one.newAppend().appendFile(ClientRows.write(one, 3, "Rome"));
      var second = other.newAppend().appendFile(ClientRows.write(other, 4, "Bonn"));
      first.commit();
      second.commit();
      assertThat(lake().rows(FLIGHTS)).hasSize(4);
    }
  }

  @Test
  default void aCommitForAnotherStateFailsAndChangesNothing() throws IOException {
    try (RESTCatalog catalog = writer()) {
      Table one = catalog.loadTable(ID);
      one.updateProperties().set("commit.retry.num-retries", "0").commit();
      Table other = catalog.loadTable(ID);
      var late = other.updateSchema().addColumn("late", Types.LongType.get());
      one.refresh();
      one.updateSchema().addColumn("early", Types.LongType.get()).commit();
      assertThatThrownBy(late::commit)
          .isInstanceOf(CommitFailedException.class)
          .hasMessageContaining("TABLE_CHANGED");
      assertThat(names(lake().tables.require(FLIGHTS))).containsExactly("id", "city", "early");
    }
  }

  private static List<String> names(LakeTable table) {
    return table.columns().stream().map(SqlColumn::name).toList();
  }

  @Test
  default void whatACommitDoesTakesTheRightForIt() throws IOException {
    try (RESTCatalog catalog = person(Permission.SELECT, Permission.INSERT)) {
      Table table = catalog.loadTable(ID);
      table.newAppend().appendFile(ClientRows.write(table, 3, "Rome")).commit();
      assertThatThrownBy(
              () -> table.newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit())
          .isInstanceOf(ForbiddenException.class)
          .hasMessageContaining("may not DELETE");
      assertThatThrownBy(() -> table.updateProperties().set("a", "b").commit())
          .hasMessageContaining("may not ALTER");
      assertThatThrownBy(() -> catalog.dropTable(ID)).hasMessageContaining("may not DROP");
      assertThatThrownBy(() -> catalog.createTable(NEW, CITIES))
          .hasMessageContaining("may not CREATE_TABLE");
      assertThat(lake().rows(FLIGHTS)).hasSize(3);
    }
  }

  @Test
  default void whoSeesAPartOfWhatIsThereMakesTablesOfItsOwn() throws IOException {
    AccessKeys.NewAccessKey key = world().person("eva");
    Resource layer = Resource.parse("aviation.stage");
    world().allow("eva", layer, Permission.CREATE_TABLE);
    Grant part =
        Grant.declared(Grantee.user("eva"), Set.of(Permission.SELECT), layer)
            .with(Terms.none().with(Columns.allBut(List.of("city"))));
    lake().database.<Grant>write(tx -> world().governance.grants().put(tx, part));
    try (RESTCatalog catalog = world().catalog(key)) {
      catalog.createTable(NEW, CITIES);
      assertThat(lake().tables.find(NEW_NAME)).isPresent();
      assertThatThrownBy(() -> catalog.createTable(ID, CITIES))
          .isInstanceOf(ForbiddenException.class)
          .hasMessageContaining("not all of its rows and columns");
    }
  }

  @Test
  default void rowsThatAnEngineDeletesAreGone() throws IOException {
    try (RESTCatalog catalog = writer()) {
      Table table = catalog.loadTable(ID);
      table.newAppend().appendFile(ClientRows.write(table, 3, "Rome")).commit();
      table.newDelete().deleteFromRowFilter(Expressions.equal("id", 3)).commit();
      assertThat(lake().rows(FLIGHTS)).containsExactly("[1, Oslo]", "[2, Bern]");
    }
  }

  @Test
  default void anEngineTakesItsSnapshotBack() throws IOException {
    try (RESTCatalog catalog = writer()) {
      Table table = catalog.loadTable(ID);
      Snapshot before = table.currentSnapshot();
      table.newAppend().appendFile(ClientRows.write(table, 3, "Rome")).commit();
      table.manageSnapshots().rollbackTo(before.snapshotId()).commit();
      assertThat(lake().rows(FLIGHTS)).hasSize(2);
      assertThat(world().events("Table Rolled Back")).hasSize(1);
      assertThat(lake().tables.history(FLIGHTS, 1, "").items().getFirst().operation())
          .isEqualTo("rollback");
    }
  }

  @Test
  default void aTableThatAnEngineMakesIsOneOfTheLake() throws IOException {
    try (RESTCatalog catalog = writer()) {
      Table table =
          catalog.createTable(
              NEW, CITIES, PartitionSpec.builderFor(CITIES).bucket("id", 4).build());
      assertThat(table.location()).isEqualTo("s3://stage/aviation/cities");
      assertThat(lake().tables.require(NEW_NAME).partitionBy()).containsExactly("bucket(4, id)");
      assertThat(world().events("Table Created")).hasSize(2);
      assertThatThrownBy(() -> catalog.createTable(NEW, CITIES))
          .isInstanceOf(AlreadyExistsException.class);
      assertThatThrownBy(() ->
              catalog
                  .buildTable(TableIdentifier.of(STAGE, "other"), CITIES)
                  .withLocation("s3://stage/finance/other")
                  .create())
          .isInstanceOf(BadRequestException.class)
          .hasMessageContaining("LOCATION_FIXED");
      String own = "s3://stage/aviation/other-0f3a";
      assertThat(
              catalog
                  .buildTable(TableIdentifier.of(STAGE, "other"), CITIES)
                  .withLocation(own + "/")
                  .create()
                  .location())
          .isEqualTo(own);
    }
  }

  @Test
  default void aTableAndItsFirstRowsComeTogether() throws IOException {
    try (RESTCatalog catalog = writer()) {
      Transaction making = catalog.newCreateTableTransaction(NEW, CITIES);
      making.newAppend().appendFile(ClientRows.write(making.table(), 1, "Kyiv")).commit();
      assertThat(lake().tables.find(NEW_NAME)).isEmpty();
      making.commitTransaction();
      assertThat(lake().rows(NEW_NAME)).containsExactly("[1, Kyiv]");
    }
  }

  @Test
  default void aTableIsReplacedWithItsColumns() throws IOException {
    try (RESTCatalog catalog = writer()) {
      Schema other = new Schema(Types.NestedField.optional(1, "n", Types.LongType.get()));
      Transaction replacing = catalog.newReplaceTableTransaction(ID, other, false);
      replacing.commitTransaction();
      assertThat(names(lake().tables.require(FLIGHTS))).containsExactly("n");
      assertThat(lake().rows(FLIGHTS)).isEmpty();
    }
  }

  @Test
  default void commitsToManyTablesAreAllTrueOrNone() throws IOException {
    try (RESTCatalog catalog = writer()) {
      catalog.createTable(NEW, CITIES);
      Transaction one = catalog.loadTable(ID).newTransaction();
      Transaction two = catalog.loadTable(NEW).newTransaction();
      one.newAppend().appendFile(ClientRows.write(one.table(), 3, "Rome")).commit();
      two.newAppend().appendFile(ClientRows.write(two.table(), 9, "Nice")).commit();
      TableCommit first = commit(ID, one);
      TableCommit second = commit(NEW, two);
      catalog.commitTransaction(first, second);
      assertThat(lake().rows(FLIGHTS)).hasSize(3);
      assertThat(lake().rows(NEW_NAME)).containsExactly("[9, Nice]");
      assertThatThrownBy(() -> catalog.commitTransaction(first, second))
          .isInstanceOf(CommitFailedException.class);
      assertThat(lake().rows(FLIGHTS)).hasSize(3);
    }
  }

  private static TableCommit commit(TableIdentifier id, Transaction transaction) {
    return TableCommit.create(
        id,
        ((BaseTransaction) transaction).startMetadata(),
        ((BaseTransaction) transaction).currentMetadata());
  }

  @Test
  default void aDroppedTableIsGone() throws IOException {
    try (RESTCatalog catalog = writer()) {
      assertThat(catalog.dropTable(ID, true)).isTrue();
      assertThat(lake().tables.find(FLIGHTS)).isEmpty();
      assertThat(catalog.dropTable(ID)).isFalse();
      assertThat(world().events("Table Dropped")).hasSize(1);
    }
  }

  @Test
  default void aRenamedTableKeepsItsFilesWhateverBecomesOfItsOldName() throws IOException {
    try (RESTCatalog catalog = writer()) {
      catalog.renameTable(ID, NEW);
      assertThatThrownBy(() -> catalog.loadTable(ID)).isInstanceOf(NoSuchTableException.class);
      Table again = catalog.createTable(ID, CITIES);
      assertThat(again.location()).startsWith("s3://stage/aviation/flights-");
      again.newAppend().appendFile(ClientRows.write(again, 7, "Graz")).commit();
      assertThat(lake().rows(FLIGHTS)).containsExactly("[7, Graz]");
      catalog.dropTable(ID);
      lake().append(FLIGHTS, "SELECT 8 AS id, 'Linz' AS city");
      assertThat(lake().rows(FLIGHTS)).containsExactly("[8, Linz]");
      assertThat(lake().rows(NEW_NAME)).containsExactly("[1, Oslo]", "[2, Bern]");
      assertThatThrownBy(() -> catalog.renameTable(NEW, ID))
          .isInstanceOf(AlreadyExistsException.class);
    }
  }

  @Test
  default void aTableThatWasWrittenAsObjectsIsRegistered() throws IOException {
    try (RESTCatalog catalog = writer()) {
      Transaction making = catalog.newCreateTableTransaction(NEW, CITIES);
      making.newAppend().appendFile(ClientRows.write(making.table(), 1, "Kyiv")).commit();
      Table draft = making.table();
      String location = draft.location() + "/metadata/00000-own.metadata.json";
      TableMetadataParser.write(
          ((BaseTransaction) making).currentMetadata(), draft.io().newOutputFile(location));
      assertThat(catalog.registerTable(NEW, location).currentSnapshot()).isNotNull();
      assertThat(lake().rows(NEW_NAME)).containsExactly("[1, Kyiv]");
      assertThatThrownBy(() ->
              catalog.registerTable(
                  TableIdentifier.of(STAGE, "stolen"),
                  lake().tables.require(FLIGHTS).metadataLocation()))
          .hasMessageContaining("FILE_MISPLACED");
    }
  }

  @Test
  default void filesOfTheTableAreSafeFromItsClients() throws IOException {
    try (RESTCatalog catalog = writer()) {
      Table table = catalog.loadTable(ID);
      DataFile file = ClientRows.write(table, 3, "Rome");
      table.newAppend().appendFile(file).commit();
      assertThatThrownBy(() -> table.io().deleteFile(file.location()))
          .isInstanceOf(S3Exception.class)
          .hasMessageContaining("is a file of a table");
      DataFile never = ClientRows.write(table, 4, "Bonn");
      table.io().deleteFile(never.location());
    }
  }

  @Test
  default void aCommitNamesOnlyFilesThatAreThereAndOfTheTable() throws IOException {
    lake().append(TableName.parse("finance.stage.salaries"), "SELECT 1 AS id, 'pay' AS city");
    String secret =
        lake()
            .tables
            .plan(TableName.parse("finance.stage.salaries"))
            .files()
            .getFirst()
            .file()
            .location();
    try (RESTCatalog catalog = writer()) {
      Table table = catalog.loadTable(ID);
      assertThatThrownBy(() -> table.newAppend().appendFile(file(secret, 100)).commit())
          .isInstanceOf(BadRequestException.class)
          .hasMessageContaining("FILE_MISPLACED");
      assertThatThrownBy(() ->
              table.newAppend().appendFile(file(place("data/../../../x.parquet"), 1)).commit())
          .isInstanceOf(BadRequestException.class);
      assertThatThrownBy(
              () -> table.newAppend().appendFile(file(place("data/none.parquet"), 1)).commit())
          .hasMessageContaining("FILE_MISSING");
      DataFile real = ClientRows.write(table, 3, "Rome");
      assertThatThrownBy(() -> table.newAppend().appendFile(file(real.location(), 1)).commit())
          .hasMessageContaining("COMMIT_INVALID");
      assertThat(lake().rows(FLIGHTS)).hasSize(2);
    }
  }

  private static DataFile file(String location, long bytes) {
    return DataFiles.builder(PartitionSpec.unpartitioned())
        .withPath(location)
        .withFileSizeInBytes(bytes)
        .withRecordCount(1)
        .build();
  }

  @Test
  default void whatIsSaidToBeAnAppendAndLeavesRowsOutIsADelete() throws Exception {
    RawClient client = new RawClient(world(), "cleo");
    world().allow("cleo", Resource.of(FLIGHTS), Permission.SELECT, Permission.INSERT);
    world().allow("cleo", Resource.parse("stage/aviation/"), Permission.READ_OBJECTS);
    String path = "/aviation/namespaces/stage/tables/flights";
    try (RESTCatalog catalog = writer()) {
      Table table = catalog.loadTable(ID);
      Transaction replacing = table.newTransaction();
      replacing
          .newOverwrite()
          .overwriteByRowFilter(Expressions.alwaysTrue())
          .addFile(ClientRows.write(table, 3, "Rome"))
          .commit();
      Snapshot made = ((BaseTransaction) replacing).currentMetadata().currentSnapshot();
      String body =
          """
          {"requirements": [], "updates": [
            {"action": "add-snapshot", "snapshot": %s},
            {"action": "set-snapshot-ref", "ref-name": "main", "type": "branch", "snapshot-id": %d}
          ]}
          """
              .formatted(
                  SnapshotParser.toJson(made).replace("\"overwrite\"", "\"append\""),
                  made.snapshotId());
      assertThat(client.send("POST", path, body, Map.of(), 403)).contains("may not DELETE");
      assertThat(lake().rows(FLIGHTS)).hasSize(2);
    }
  }

  @Test
  default void aRequestWithTheSameKeyIsDoneOnce() throws Exception {
    try (RESTCatalog catalog = writer()) {
      catalog.loadTable(ID);
    }
    RawClient client = new RawClient(world(), "cleo");
    world().allow("cleo", Resource.of(FLIGHTS), Permission.ALTER, Permission.DROP);
    String body =
        "{\"requirements\":[],\"updates\":[{\"action\":\"set-properties\",\"updates\":{\"a\":\"1\"}}]}";
    String path = "/aviation/namespaces/stage/tables/flights";
    String first = client.send("POST", path, body, Map.of("Idempotency-Key", "k1"), 200);
    String location = lake().tables.require(FLIGHTS).metadataLocation();
    assertThat(client.send("POST", path, body, Map.of("Idempotency-Key", "k1"), 200))
        .isEqualTo(first);
    assertThat(lake().tables.require(FLIGHTS).metadataLocation()).isEqualTo(location);
    client.send("POST", path, body.replace("1", "2"), Map.of("Idempotency-Key", "k1"), 422);
    client.send("DELETE", path, "", Map.of("Idempotency-Key", "k2"), 204);
    client.send("DELETE", path, "", Map.of("Idempotency-Key", "k2"), 204);
    client.send("DELETE", path, "", Map.of(), 404);
  }

  @Test
  default void whoHasTheTableAsItIsGetsNothingAnew() throws Exception {
    RawClient client = new RawClient(world(), "cleo");
    world().allow("cleo", Resource.of(FLIGHTS), Permission.SELECT);
    String path = "/aviation/namespaces/stage/tables/flights";
    client.send("GET", path, "", Map.of(), 200);
    String tag = client.header("ETag");
    for (String known : List.of(tag, "W/" + tag, "\"other\", " + tag, "*")) {
      client.send("GET", path, "", Map.of("If-None-Match", known), 304);
    }
    client.send("GET", path, "", Map.of("If-None-Match", "\"other\""), 200);
    client.send("GET", path + "?snapshots=refs", "", Map.of("If-None-Match", tag), 200);
    lake().append(FLIGHTS, "SELECT 3 AS id, 'Rome' AS city");
    client.send("GET", path, "", Map.of("If-None-Match", tag), 200);
    client.send("GET", path + "?snapshots=some", "", Map.of(), 400);
  }

  @Test
  default void aTableIsToldAsTheProtocolHasIt() throws Exception {
    RawClient client = new RawClient(world(), "cleo");
    world().allow("cleo", Resource.of(FLIGHTS), Permission.SELECT);
    lake().append(FLIGHTS, "SELECT 3 AS id, 'Rome' AS city");
    for (String part : List.of("all", "refs")) {
      String told =
          client.send(
              "GET",
              "/aviation/namespaces/stage/tables/flights?snapshots=" + part,
              "",
              Map.of(),
              200);
      LoadTableResponse read = LoadTableResponseParser.fromJson(told);
      assertThat(Json.parse(LoadTableResponseParser.toJson(read))).isEqualTo(Json.parse(told));
      assertThat(read.tableMetadata().snapshots()).hasSize(part.equals("all") ? 2 : 1);
      assertThat(read.credentials()).hasSize(1);
    }
  }

  @Test
  default void whatTheDoorDoesNotOfferIsSaid() throws Exception {
    RawClient client = new RawClient(world(), "cleo");
    world().allow("cleo", Resource.parse("aviation"), Permission.SELECT);
    client.send("POST", "/aviation/namespaces", "{\"namespace\":[\"stage\"]}", Map.of(), 409);
    client.send("POST", "/aviation/namespaces", "{\"namespace\":[\"a\",\"b\"]}", Map.of(), 406);
    client.send("POST", "/aviation/namespaces/stage/tables/flights/plan", "{}", Map.of(), 406);
    client.send("GET", "/nowhere/namespaces", "", Map.of(), 404);
    client.send("POST", "/aviation/namespaces/stage/tables", "{\"name\":", Map.of(), 400);
    client.send("POST", "/aviation/namespaces/stage/tables", "null", Map.of(), 400);
    client.send("GET", "/config", "", Map.of(), 400);
  }
}
