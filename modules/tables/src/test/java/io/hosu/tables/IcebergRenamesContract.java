package io.hosu.tables;

import static io.hosu.tables.IcebergDoorContract.ID;
import static io.hosu.tables.IcebergDoorContract.STAGE;
import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.governance.AccessKeys;
import io.hosu.governance.Columns;
import io.hosu.governance.Decision;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Terms;
import io.hosu.kernel.TableName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.BaseTransaction;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.TableCommit;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** What somebody sees of columns that engines rename through Iceberg's own client. */
interface IcebergRenamesContract {
  Principal CAT = Principal.user("cat");

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
}
