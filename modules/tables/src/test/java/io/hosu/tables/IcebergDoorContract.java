package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.governance.AccessKeys;
import io.hosu.governance.Condition;
import io.hosu.governance.Permission;
import io.hosu.governance.Resource;
import io.hosu.governance.Terms;
import io.hosu.kernel.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NotAuthorizedException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What engines outside find and read through Iceberg's own client. */
interface IcebergDoorContract {
  Namespace STAGE = Namespace.of("stage");
  TableIdentifier ID = TableIdentifier.of(STAGE, "flights");
  TableName SECRET = TableName.parse("aviation.stage.salaries");

  /** A lake with the layers stage and analytics and one table, behind its doors. */
  DoorWorld world();

  private TestLake lake() {
    return world().lake;
  }

  static List<String> rows(Table table) {
    List<String> rows = new ArrayList<>();
    try (CloseableIterable<Record> records = IcebergGenerics.read(table).build()) {
      records.forEach(record -> rows.add(record.get(0) + " " + record.get(1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return TestLake.sorted(rows);
  }

  private AccessKeys.NewAccessKey reader() {
    AccessKeys.NewAccessKey key = world().person("ana");
    world().allow("ana", Resource.of(FLIGHTS), Permission.SELECT);
    return key;
  }

  @Test
  default void whatAStageWroteIsReadWithoutAnyRightOnObjects() throws IOException {
    try (RESTCatalog catalog = world().catalog(reader())) {
      assertThat(rows(catalog.loadTable(ID))).containsExactly("1 Oslo", "2 Bern");
    }
  }

  @Test
  default void aWarehouseIsADomainAndANamespaceALayer() throws IOException {
    try (RESTCatalog catalog = world().catalog(reader())) {
      assertThat(catalog.listNamespaces()).containsExactly(STAGE);
      assertThat(catalog.namespaceExists(STAGE)).isTrue();
      assertThat(catalog.loadNamespaceMetadata(STAGE)).isEmpty();
      assertThat(catalog.namespaceExists(Namespace.of("analytics"))).isFalse();
      assertThat(catalog.listTables(STAGE)).containsExactly(ID);
      assertThat(catalog.tableExists(ID)).isTrue();
      assertThat(catalog.tableExists(TableIdentifier.of(STAGE, "nothing"))).isFalse();
      assertThat(catalog.listNamespaces(STAGE)).isEmpty();
    }
    assertThatThrownBy(() -> world().catalog(Map.of("warehouse", "finance", "token", token("ben"))))
        .hasMessageContaining("There is no warehouse 'finance'");
  }

  @Test
  default void listsComeInPartsToWhoAsksForParts() throws IOException {
    for (int i = 0; i < 5; i++) {
      lake().append(new TableName("aviation", "stage", "t" + i), "SELECT 1 AS id");
    }
    AccessKeys.NewAccessKey key = world().person("ana");
    world().allow("ana", Resource.parse("aviation"), Permission.SELECT);
    String credential = key.id() + ":" + key.secret().reveal();
    try (RESTCatalog catalog =
        world().catalog(Map.of("credential", credential, "rest-page-size", "2"))) {
      assertThat(catalog.listTables(STAGE)).hasSize(6);
      assertThat(catalog.listNamespaces()).hasSize(2);
    }
  }

  @Test
  default void aTableThatOneMayNotKnowOfIsNotThere() throws IOException {
    lake().append(SECRET, "SELECT 1 AS pay");
    try (RESTCatalog catalog = world().catalog(reader())) {
      assertThat(catalog.listTables(STAGE)).containsExactly(ID);
      assertThatThrownBy(() -> catalog.loadTable(TableIdentifier.of(STAGE, "salaries")))
          .isInstanceOf(NoSuchTableException.class);
      assertThat(catalog.loadTable(TableIdentifier.of("stage", "flights", "files"))).isNotNull();
    }
  }

  @Test
  default void aTableOfWhichOneSeesAPartIsRefusedWithTheReason() throws IOException {
    AccessKeys.NewAccessKey key = world().person("ana");
    world()
        .allow(
            "ana",
            Resource.of(FLIGHTS),
            Terms.none().with(Condition.parse("id = 1")),
            Permission.SELECT);
    try (RESTCatalog catalog = world().catalog(key)) {
      assertThatThrownBy(() -> catalog.loadTable(ID))
          .isInstanceOf(ForbiddenException.class)
          .hasMessageContaining("not all of its rows and columns")
          .hasMessageContaining("hosu sql");
    }
  }

  @Test
  default void whoMayDescribeATableGetsItsColumnsAndNoKeyToItsFiles() throws IOException {
    AccessKeys.NewAccessKey key = world().person("ana");
    world().allow("ana", Resource.of(FLIGHTS), Permission.DESCRIBE);
    try (RESTCatalog catalog = world().catalog(key)) {
      Table table = catalog.loadTable(ID);
      assertThat(table.schema().columns()).hasSize(2);
      assertThat(table.io().properties()).doesNotContainKey("s3.access-key-id");
    }
  }

  @Test
  default void theKeyToFilesOpensThoseOfItsTableAlone() throws IOException {
    lake().append(SECRET, "SELECT 1 AS pay");
    AccessKeys.NewAccessKey key = reader();
    world().allow("ana", Resource.of(SECRET), Permission.SELECT);
    try (RESTCatalog catalog = world().catalog(key)) {
      DoorFileIO files = (DoorFileIO) catalog.loadTable(ID).io();
      String other = lake().tables.require(SECRET).metadataLocation();
      assertThatThrownBy(() -> files.newInputFile(other)).isInstanceOf(S3Exception.class);
      assertThatThrownBy(() -> files.s3().listObjectsV2(r -> r.bucket("stage")))
          .isInstanceOf(S3Exception.class);
      assertThat(
              files
                  .s3()
                  .listObjectsV2(r -> r.bucket("stage").prefix("aviation/flights/data/"))
                  .contents())
          .hasSize(1);
      assertThatThrownBy(() -> files.newOutputFile(place("data/new.parquet")).create().close())
          .hasMessageContaining("may not WRITE_OBJECTS");
    }
  }

  @Test
  default void theKeyToFilesOpensNoObjectThatOthersPutBesideThem() throws IOException {
    AccessKeys.NewAccessKey ben = world().person("ben");
    world().allow("ben", Resource.parse("aviation"), Permission.SELECT, Permission.INSERT);
    AccessKeys.NewAccessKey ana = world().person("ana");
    world().allow("ana", Resource.of(FLIGHTS), Permission.SELECT);
    try (RESTCatalog first = world().catalog(ben);
        RESTCatalog second = world().catalog(ana)) {
      DoorFileIO his = (DoorFileIO) first.loadTable(ID).io();
      his.s3()
          .putObject(
              r -> r.bucket("stage").key("aviation/flights/data/own.txt"),
              RequestBody.fromString("own"));
      assertThat(his.newInputFile(place("data/own.txt")).getLength()).isEqualTo(3);
      DoorFileIO hers = (DoorFileIO) second.loadTable(ID).io();
      assertThatThrownBy(() -> hers.newInputFile(place("data/own.txt")))
          .hasMessageContaining("is no file of the table");
    }
  }

  @Test
  default void whatAKeyOpensEndsWithTheRightAndWithTheCredential() throws IOException {
    AccessKeys.NewAccessKey key = world().person("ana");
    world().allow("ana", Resource.of(FLIGHTS), Permission.SELECT);
    String file = lake().tables.require(FLIGHTS).metadataLocation();
    try (RESTCatalog catalog = world().catalog(key)) {
      DoorFileIO files = (DoorFileIO) catalog.loadTable(ID).io();
      assertThat(files.newInputFile(file).exists()).isTrue();
      lake()
          .database
          .write(tx -> {
            world().governance.accessKeys().disable(tx, "ana", key.id());
            return true;
          });
      assertThatThrownBy(() -> files.newInputFile(file)).isInstanceOf(S3Exception.class);
      assertThatThrownBy(() -> catalog.loadTable(ID)).isInstanceOf(NotAuthorizedException.class);
    }
  }

  @Test
  default void aWrongSecretGetsNoToken() {
    AccessKeys.NewAccessKey key = world().person("ana");
    assertThatThrownBy(() -> world().catalog(Map.of("credential", key.id() + ":guess")))
        .isInstanceOf(NotAuthorizedException.class)
        .hasMessageContaining("no access key of this server");
  }

  @Test
  default void theFilesAreWhereTheEngineCameFrom() throws IOException {
    AccessKeys.NewAccessKey key = reader();
    String uri = "http://localhost:" + world().http.address().getPort() + "/iceberg";
    String credential = key.id() + ":" + key.secret().reveal();
    try (RESTCatalog catalog = world().catalog(Map.of("uri", uri, "credential", credential))) {
      assertThat(catalog.loadTable(ID).io().properties().get("s3.endpoint"))
          .isEqualTo("http://localhost:" + world().s3.address().getPort());
    }
  }

  @Test
  default void aTokenOfTheLakeIsGoodHereToo() throws IOException {
    String token = token("ben");
    world().allow("ben", Resource.of(FLIGHTS), Permission.SELECT);
    try (RESTCatalog catalog = world().catalog(Map.of("token", token))) {
      assertThat(rows(catalog.loadTable(ID))).hasSize(2);
    }
  }

  private String token(String name) {
    world().person(name);
    return lake()
        .database
        .write(tx -> world().governance.tokens().createLasting(tx, name))
        .text()
        .reveal();
  }

  static String place(String file) {
    return "s3://stage/aviation/flights/" + file;
  }
}
