package io.hosu.tables;

import static io.hosu.tables.IcebergDoorContract.ID;
import static io.hosu.tables.IcebergDoorContract.STAGE;
import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.governance.AccessKeys;
import io.hosu.governance.Permission;
import io.hosu.governance.Resource;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.objects.Buckets;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.apache.iceberg.rest.Endpoint;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** Views and namespaces as engines outside make, find, change and drop them. */
interface IcebergViewsContract {
  Schema CITY = new Schema(Types.NestedField.optional(1, "city", Types.StringType.get()));
  TableIdentifier VIEW = TableIdentifier.of(STAGE, "cities");
  TableName VIEW_NAME = TableName.parse("aviation.stage.cities");
  Namespace GOLD = Namespace.of("gold");

  /** A lake with the layers stage and analytics and one table, behind its doors. */
  DoorWorld world();

  private RESTCatalog with(String name, Resource on, Permission first, Permission... more) {
    AccessKeys.NewAccessKey key = world().person(name);
    world().allow(name, on, first, more);
    return world().catalog(key);
  }

  private RESTCatalog maker(String name) {
    return with(
        name,
        Resource.parse("aviation.stage"),
        Permission.CREATE_TABLE,
        Permission.ALTER,
        Permission.DROP);
  }

  private static void create(RESTCatalog catalog, TableIdentifier id) {
    catalog
        .buildView(id)
        .withSchema(CITY)
        .withDefaultNamespace(STAGE)
        .withQuery("spark", "SELECT city FROM flights")
        .create();
  }

  @Test
  default void aViewIsMadeChangedRenamedAndDroppedWithItsEvents() throws IOException {
    TableIdentifier towns = TableIdentifier.of(STAGE, "towns");
    try (RESTCatalog catalog = maker("ana")) {
      create(catalog, VIEW);
      assertThat(catalog.listViews(STAGE)).containsExactly(VIEW);
      assertThat(catalog.listTables(STAGE)).doesNotContain(VIEW);
      catalog
          .loadView(VIEW)
          .replaceVersion()
          .withSchema(CITY)
          .withDefaultNamespace(STAGE)
          .withQuery("spark", "SELECT city FROM flights")
          .withQuery("duckdb", "SELECT city FROM flights ORDER BY city")
          .commit();
      assertThat(catalog.loadView(VIEW).versions()).hasSize(2);
      catalog.renameView(VIEW, towns);
      assertThat(catalog.viewExists(VIEW)).isFalse();
      assertThat(catalog.loadView(towns).sqlFor("duckdb").sql()).endsWith("ORDER BY city");
      create(catalog, VIEW);
      assertThatThrownBy(() -> catalog.renameView(towns, VIEW))
          .isInstanceOf(AlreadyExistsException.class)
          .hasMessageContaining("Cannot rename stage.towns to stage.cities. View already exists");
      assertThat(catalog.dropView(towns)).isTrue();
      assertThat(catalog.dropView(towns)).isFalse();
    }
    for (String type : Set.of("Replaced", "Renamed", "Dropped")) {
      assertThat(world().events("View " + type)).hasSize(1);
    }
    assertThat(world().events("View Created")).hasSize(2);
  }

  @Test
  default void aViewHasOneFileWhichEndsWithIt() throws IOException {
    try (RESTCatalog catalog = maker("ana")) {
      create(catalog, VIEW);
      String first = view().metadataLocation();
      catalog.loadView(VIEW).updateProperties().set("comment", "all of them").commit();
      String second = view().metadataLocation();
      assertThat(lying(first)).isFalse();
      assertThat(lying(second)).isTrue();
      catalog.dropView(VIEW);
      assertThat(lying(second)).isFalse();
    }
  }

  private LakeView view() {
    return world().lake.tables.open().views().find(VIEW_NAME).orElseThrow();
  }

  private boolean lying(String location) {
    return world().lake.files.resolve(ObjectName.ofLocation(location)).isPresent();
  }

  @Test
  default void whoMayOnlyDescribeAViewSeesItsTextAndCannotChangeIt() throws IOException {
    try (RESTCatalog maker = maker("ana");
        RESTCatalog other = with("ben", Resource.of(VIEW_NAME), Permission.DESCRIBE);
        RESTCatalog stranger = with("cleo", Resource.of(FLIGHTS), Permission.SELECT)) {
      create(maker, VIEW);
      assertThat(other.loadView(VIEW).sqlFor("spark").sql()).contains("FROM flights");
      assertThatThrownBy(() -> other.loadView(VIEW).updateProperties().set("a", "b").commit())
          .isInstanceOf(ForbiddenException.class);
      assertThatThrownBy(() -> other.dropView(VIEW)).isInstanceOf(ForbiddenException.class);
      assertThatThrownBy(() -> create(other, TableIdentifier.of(STAGE, "mine")))
          .isInstanceOf(ForbiddenException.class);
      assertThat(stranger.listViews(STAGE)).isEmpty();
      assertThat(stranger.viewExists(VIEW)).isFalse();
      assertThatThrownBy(() -> stranger.loadView(VIEW)).isInstanceOf(NoSuchViewException.class);
    }
  }

  @Test
  default void aNameIsATablesOrAViews() throws IOException {
    try (RESTCatalog catalog = maker("ana")) {
      assertThatThrownBy(() -> create(catalog, ID))
          .isInstanceOf(AlreadyExistsException.class)
          .hasMessageContaining("Table with same name already exists: stage.flights");
      create(catalog, VIEW);
      assertThatThrownBy(() -> world().lake.append(VIEW_NAME, "SELECT 1 AS id"))
          .hasMessageContaining("View with same name already exists: stage.cities");
    }
  }

  @Test
  default void anAdministratorMakesAndDropsLayersThatNoProjectDeclares() throws IOException {
    try (RESTCatalog admin = with("ana", Resource.parse("lake"), Permission.ADMIN)) {
      admin.createNamespace(GOLD, new HashMap<>(Map.of("owner", "ana")));
      assertThat(admin.listNamespaces()).contains(GOLD);
      assertThat(admin.loadNamespaceMetadata(GOLD)).containsEntry("owner", "ana");
      assertThat(world().lake.database.read(Buckets::listDeclared))
          .extracting(Buckets.Bucket::name)
          .doesNotContain("gold");
      create(admin, TableIdentifier.of(GOLD, "cities"));
      assertThatThrownBy(() -> admin.dropNamespace(GOLD))
          .isInstanceOf(NamespaceNotEmptyException.class);
      admin.dropView(TableIdentifier.of(GOLD, "cities"));
      assertThat(admin.dropNamespace(GOLD)).isTrue();
      assertThat(admin.namespaceExists(GOLD)).isFalse();
      assertThatThrownBy(() -> admin.dropNamespace(STAGE))
          .hasMessageContaining("the lake project declares")
          .hasMessageContaining("hosu apply");
      assertThatThrownBy(() -> admin.createNamespace(STAGE))
          .isInstanceOf(AlreadyExistsException.class);
      assertThatThrownBy(() -> admin.createNamespace(Namespace.of("system")))
          .hasMessageContaining("The lake keeps itself");
    }
  }

  @Test
  default void whoIsNoAdministratorMakesNoLayerAndOnlyWhoMayAlterSetsProperties()
      throws IOException {
    try (RESTCatalog maker = maker("ana");
        RESTCatalog reader = with("ben", Resource.of(FLIGHTS), Permission.SELECT)) {
      assertThatThrownBy(() -> maker.createNamespace(GOLD)).isInstanceOf(ForbiddenException.class);
      assertThatThrownBy(() -> maker.dropNamespace(STAGE)).isInstanceOf(ForbiddenException.class);
      maker.setProperties(STAGE, new HashMap<>(Map.of("a", "1", "b", "2")));
      maker.removeProperties(STAGE, new HashSet<>(Set.of("b", "c")));
      assertThat(maker.loadNamespaceMetadata(STAGE)).containsExactly(Map.entry("a", "1"));
      assertThat(reader.loadNamespaceMetadata(STAGE)).isEmpty();
      assertThatThrownBy(() -> reader.setProperties(STAGE, new HashMap<>(Map.of("a", "2"))))
          .isInstanceOf(ForbiddenException.class);
    }
  }

  /** Of all that Iceberg's client knows: what is listed is served, and nothing else. */
  @Test
  default void theConfigurationListsWhatIsServedAndNothingElse() throws Exception {
    RawClient client = new RawClient(world(), "ana");
    world().allow("ana", Resource.parse("aviation"), Permission.DESCRIBE);
    String config = client.send("GET", "/config?warehouse=aviation", "", Map.of(), 200);
    int known = 0;
    for (Field field : Endpoint.class.getFields()) {
      Endpoint endpoint = (Endpoint) field.get(null);
      boolean listed = config.contains('"' + endpoint.toString() + '"');
      String path =
          endpoint
              .path()
              .replaceFirst("^/v1", "")
              .replace("{prefix}", "aviation")
              .replaceAll("\\{[a-z-]+\\}", "nowhere");
      if (!endpoint.httpMethod().equals("HEAD")) {
        int status = client.ask(endpoint.httpMethod(), path, "{}", Map.of()).statusCode();
        assertThat(status == 406).as("%s %d", endpoint, status).isEqualTo(!listed);
      }
      known++;
    }
    assertThat(known).isGreaterThan(25);
  }

  @Test
  default void aPropertyThatIsSetAndRemovedAtOnceIsRefused() throws Exception {
    RawClient client = new RawClient(world(), "ana");
    world().allow("ana", Resource.parse("aviation"), Permission.ALTER);
    String path = "/aviation/namespaces/stage/properties";
    client.send("POST", path, "{\"removals\":[\"a\"],\"updates\":{\"a\":\"1\"}}", Map.of(), 422);
    Map<String, String> key = Map.of("Idempotency-Key", "one");
    String body = "{\"removals\":[\"z\"],\"updates\":{\"a\":\"1\"}}";
    String first = client.send("POST", path, body, key, 200);
    assertThat(first).contains("\"missing\":[\"z\"]");
    assertThat(client.send("POST", path, body, key, 200)).isEqualTo(first);
  }

  @Test
  default void aViewThatGrantsNameKeepsItsName() throws IOException {
    try (RESTCatalog catalog = maker("ana")) {
      create(catalog, VIEW);
      world().deny("ben", Resource.of(VIEW_NAME), Permission.DESCRIBE);
      assertThatThrownBy(() -> catalog.renameView(VIEW, TableIdentifier.of(STAGE, "towns")))
          .isInstanceOf(ForbiddenException.class)
          .hasMessageContaining("NAME_IN_USE");
      assertThat(catalog.listViews(STAGE)).containsExactly(VIEW);
    }
  }
}
