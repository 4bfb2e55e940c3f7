package io.hosu.tables;

import static io.hosu.tables.IcebergDoorContract.ID;
import static io.hosu.tables.IcebergDoorContract.STAGE;
import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.governance.AccessKeys;
import io.hosu.governance.Columns;
import io.hosu.governance.Decision;
import io.hosu.governance.Grant;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Tags;
import io.hosu.governance.Terms;
import io.hosu.kernel.TableName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.BaseTransaction;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.TableCommit;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody sees of columns that engines rename through Iceberg's own client. */
interface IcebergRenamesContract {
  Principal CAT = Principal.user("cat");
  String TRIPS = "aviation.stage.trips";

  /** A lake with one table of id and city, behind its doors. */
  DoorWorld world();

  /** Somebody who may do everything, where cat sees all but the city. */
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
    Terms terms = Terms.none().with(Columns.allBut(List.of("city")));
    world().allow("cat", Resource.parse("aviation"), terms, Permission.SELECT);
    return world().catalog(key);
  }

  /** The columns that cat sees of a table as it is. */
  private List<String> seen(TableName name) {
    LakeTable table = world().lake.tables.require(name);
    return seen(name, world().lake.tables.plan(table).namesIn(table));
  }

  private List<String> seen(TableName name, List<String> columns) {
    List<String> seen = new ArrayList<>(columns);
    if (world().governance.policy().sight(CAT, name, columns)
        instanceof Decision.Allowed(var _, var limits)) {
      if (!limits.isNone()) {
        seen.retainAll(limits.columns().keySet());
      }
      return seen;
    }
    return List.of();
  }

  @Test
  default void aColumnThatAnEngineRenamesStaysHidden() throws IOException {
    try (RESTCatalog catalog = writer()) {
      Table table = catalog.loadTable(ID);
      long before = table.currentSnapshot().snapshotId();
      table.updateSchema().renameColumn("city", "CITY").commit();
      assertThat(seen(FLIGHTS)).containsExactly("id");
      table
          .updateSchema()
          .renameColumn("CITY", "town")
          .addColumn("city", Types.LongType.get())
          .commit();
      assertThat(seen(FLIGHTS)).containsExactly("id");
      table.updateSchema().deleteColumn("town").deleteColumn("city").commit();
      table.updateSchema().addColumn("town", Types.StringType.get()).commit();

      assertThat(seen(FLIGHTS)).containsExactly("id", "town");
      LakeTable now = world().lake.tables.require(FLIGHTS);
      List<String> then = world().lake.tables.planAt(now, before).namesIn(now);
      assertThat(then).hasSize(2);
      assertThat(seen(FLIGHTS, then)).containsExactly("id");
    }
  }

  @Test
  default void columnsThatAreRenamedInManyTablesAtOnceStayHidden() throws IOException {
    TableIdentifier other = TableIdentifier.of(STAGE, "cities");
    try (RESTCatalog catalog = writer()) {
      catalog.createTable(other, IcebergCommitsContract.CITIES);
      Transaction one = catalog.loadTable(ID).newTransaction();
      Transaction two = catalog.loadTable(other).newTransaction();
      one.updateSchema().renameColumn("city", "a").commit();
      two.updateSchema().renameColumn("city", "b").renameColumn("id", "city").commit();
      catalog.commitTransaction(commit(ID, one), commit(other, two));

      assertThat(seen(FLIGHTS)).containsExactly("id");
      assertThat(seen(IcebergCommitsContract.NEW_NAME)).isEmpty();
    }
  }

  private static TableCommit commit(TableIdentifier id, Transaction transaction) {
    return TableCommit.create(
        id,
        ((BaseTransaction) transaction).startMetadata(),
        ((BaseTransaction) transaction).currentMetadata());
  }

  @Test
  default void namesOfColumnsStayWithATableThatIsRenamedAndEndWithIt() throws IOException {
    TableIdentifier other = TableIdentifier.of(STAGE, "trips");
    TableName name = TableName.parse("aviation.stage.trips");
    try (RESTCatalog catalog = writer()) {
      Table table = catalog.loadTable(ID);
      table.updateSchema().renameColumn("city", "town").commit();
      catalog.renameTable(ID, other);
      assertThat(seen(name)).containsExactly("id");
      assertThat(world().governance.policy().formerNames(FLIGHTS)).isEmpty();
      assertThat(world().governance.policy().formerNames(name)).containsKey("city");
      catalog.dropTable(other, false);
      assertThat(world().governance.policy().formerNames(name)).isEmpty();
    }
  }

  /** That the table keeps its name, and cat sees of it what it saw. */
  private void staysWhereItIs(RESTCatalog catalog, TableIdentifier to) {
    assertThatThrownBy(() -> catalog.renameTable(ID, to))
        .isInstanceOf(ForbiddenException.class)
        .hasMessageContaining("NAME_IN_USE");
    assertThat(catalog.tableExists(to)).isFalse();
    assertThat(catalog.tableExists(ID)).isTrue();
    assertThat(world().lake.rows(FLIGHTS)).hasSize(2);
    assertThat(world().events("Table Renamed")).isEmpty();
  }

  private void tag(String on) {
    world()
        .lake
        .database
        .write(tx -> {
          world()
              .governance
              .tags()
              .put(tx, new Tags.Tag(Resource.parse(on), "pii", "high", Grant.CLI));
          return on;
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"aviation.stage.flights", "aviation.stage.flights.city"})
  default void aTableThatTagsNameKeepsItsName(String on) throws IOException {
    try (RESTCatalog catalog = writer()) {
      tag(on);
      staysWhereItIs(catalog, TableIdentifier.of(STAGE, "trips"));
    }
  }

  @Test
  default void aTableThatADenyOrAGrantNamesKeepsItsName() throws IOException {
    try (RESTCatalog catalog = writer()) {
      world().deny("cat", Resource.of(FLIGHTS), Permission.SELECT);
      staysWhereItIs(catalog, TableIdentifier.of(STAGE, "trips"));
    }
  }

  @Test
  default void aTableOfADatasetKeepsItsName() throws IOException {
    try (RESTCatalog catalog = writer()) {
      world()
          .lake
          .database
          .write(tx -> {
            world().governance.tags().replaceDatasets(tx, Map.of(FLIGHTS, "flights"));
            return FLIGHTS;
          });
      staysWhereItIs(catalog, TableIdentifier.of(STAGE, "trips"));
    }
  }

  @Test
  default void aTableDoesNotLeaveWhatItsWholeLayerIsToldToHide() throws IOException {
    try (RESTCatalog catalog = writer()) {
      tag("aviation.stage");
      staysWhereItIs(catalog, TableIdentifier.of("analytics", "flights"));
      catalog.renameTable(ID, TableIdentifier.of(STAGE, "trips"));
      assertThat(world().lake.rows(TableName.parse(TRIPS))).hasSize(2);
    }
  }

  @Test
  default void aQuarantineAndItsTableKeepTheirNames() throws IOException {
    TableIdentifier quarantine = TableIdentifier.of(STAGE, "flights_quarantine");
    try (RESTCatalog catalog = writer()) {
      staysWhereItIs(catalog, quarantine);
      world().lake.append(FLIGHTS.quarantine(), "SELECT 1 AS line, 'Oslo' AS text");
      staysWhereItIs(catalog, TableIdentifier.of(STAGE, "trips"));
      assertThatThrownBy(() -> catalog.renameTable(quarantine, TableIdentifier.of(STAGE, "q")))
          .hasMessageContaining("NAME_IN_USE");
      assertThat(catalog.tableExists(quarantine)).isTrue();
    }
  }

  @Test
  default void namesThatOnlyBeginLikeThatOfATableDoNotKeepIt() throws IOException {
    try (RESTCatalog catalog = writer()) {
      tag("aviation.stage.flights_of_others");
      tag("aviation.stage.flights2.city");
      catalog.renameTable(ID, TableIdentifier.of(STAGE, "trips"));
      assertThat(world().lake.rows(TableName.parse(TRIPS))).hasSize(2);
    }
  }
}
