package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.governance.AccessKeys;
import io.hosu.governance.Columns;
import io.hosu.governance.Condition;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Mask;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Principals;
import io.hosu.governance.Resource;
import io.hosu.governance.Terms;
import io.hosu.kernel.Json;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Engines that are trusted to leave out by themselves what must not be seen of a table. */
class TrustedEnginesTest {
  private static final String TABLE = "/aviation/namespaces/stage/tables/flights";
  private static final Principal TRINO = Principal.service("trino");

  @TempDir Path directory;
  private TestLake lake;
  private DoorWorld world;
  private RawClient trino;

  @BeforeEach
  void open() {
    lake = new TestLake(directory);
    world = new DoorWorld(lake, directory);
    trino = new RawClient(world, "trino");
    trust(true);
  }

  @AfterEach
  void close() {
    world.close();
    lake.close();
  }

  private void trust(boolean keepsLimits) {
    Principals.About about = new Principals.About(new TreeSet<>(), keepsLimits);
    lake.database.perform(tx -> world.governance.principals().put(tx, TRINO, about, Grant.CLI));
  }

  private void allow(Principal to, Terms terms) {
    Grant grant =
        Grant.declared(Grantee.of(to), EnumSet.of(Permission.SELECT), Resource.of(FLIGHTS))
            .with(terms);
    lake.database.<Grant>write(tx -> world.governance.grants().put(tx, grant));
  }

  private static Terms oslo() {
    return Terms.none().with(Condition.parse("city = principal.city"));
  }

  private JsonNode load(Map<String, String> headers) throws Exception {
    return Json.parse(trino.send("GET", TABLE, "", headers, 200));
  }

  private static JsonNode json(String text) {
    return Json.parse(text.replace('\'', '"'));
  }

  private static byte[] read(JsonNode loaded) {
    Map<String, String> config = new TreeMap<>();
    loaded
        .path("config")
        .properties()
        .forEach(it -> config.put(it.getKey(), it.getValue().asText()));
    try (DoorFileIO io = new DoorFileIO()) {
      io.initialize(config);
      String location = loaded.path("metadata-location").asText();
      return io.s3()
          .getObjectAsBytes(r -> r.bucket("stage").key(location.substring("s3://stage/".length())))
          .asByteArray();
    }
  }

  @Test
  void rowsAndMasksAreToldByFieldIdsAndTheFilesMayBeRead() throws Exception {
    allow(
        TRINO,
        Terms.none()
            .with(Condition.parse("city = 'Oslo' or id > 7"))
            .with("city", new Terms.Masking(new Mask.Hash(), Optional.empty())));
    JsonNode loaded = load(Map.of());

    assertThat(loaded.path("read-restrictions"))
        .isEqualTo(
            json(
                """
                {'required-column-projections': [{'action': 'sha-256-query-local', 'field-id': 2}],
                 'required-row-filter': {'type': 'or',
                  'left': {'type': 'and',
                   'left': {'type': 'not-null', 'child': {'type': 'reference', 'id': 2}},
                   'right': {'type': 'eq', 'left': {'type': 'reference', 'id': 2},
                             'right': {'type': 'literal', 'value': 'Oslo'}}},
                  'right': {'type': 'and',
                   'left': {'type': 'not-null', 'child': {'type': 'reference', 'id': 1}},
                   'right': {'type': 'gt', 'left': {'type': 'reference', 'id': 1},
                             'right': {'type': 'literal', 'value': 7}}}}}
                """));
    assertThat(loaded.path("metadata").path("table-uuid").asText()).isNotEmpty();
    assertThat(read(loaded)).isNotEmpty();
  }

  @Test
  void rowsAreToldByTheSameFieldWhenItsColumnIsRenamed() throws Exception {
    allow(TRINO, Terms.none().with(Condition.parse("city = 'Oslo'")));
    JsonNode before = load(Map.of()).path("read-restrictions");
    assertThat(before.path("required-row-filter").findValuesAsText("id")).containsOnly("2");
    AccessKeys.NewAccessKey key = world.person("owner");
    world.allow("owner", Resource.of(FLIGHTS), Permission.SELECT, Permission.ALTER);

    try (RESTCatalog catalog = world.catalog(key)) {
      Table table = catalog.loadTable(TableIdentifier.of("stage", "flights"));
      table.updateSchema().renameColumn("city", "town").commit();
      assertThat(load(Map.of()).path("read-restrictions")).isEqualTo(before);

      assertThat(load(Map.of()).path("config").has("s3.access-key-id")).isTrue();
      table.updateSchema().addColumn("city", Types.StringType.get()).commit();
      assertThat(load(Map.of()).path("config").has("s3.access-key-id"))
          .as("no file is read by a condition whose column cannot be told any more")
          .isFalse();
    }
  }

  @Test
  void whoSeesAllOfATableIsToldNothing() throws Exception {
    allow(TRINO, Terms.none());
    assertThat(load(Map.of()).has("read-restrictions")).isFalse();
  }

  @Test
  void aHiddenColumnIsNullAlsoWhereItWasDroppedMeanwhile() throws Exception {
    allow(TRINO, Terms.none().with(Columns.only(List.of("id"))));
    assertThat(load(Map.of()).path("read-restrictions"))
        .isEqualTo(
            json(
                "{'required-column-projections': [{'action': 'replace-with-null', 'field-id':"
                    + " 2}]}"));
    lake.replaceAll(FLIGHTS, "SELECT 5 AS id");
    assertThat(load(Map.of()).path("read-restrictions").path("required-column-projections"))
        .contains(json("{'action': 'replace-with-null', 'field-id': 2}"));
  }

  @Test
  void anEngineAsksForWhoWorksThroughItWithTheFewerRightsOfTheTwo() throws Exception {
    Principal ben = Principal.user("ben").with(Map.of("city", "Oslo"));
    lake.database.perform(tx -> world.governance.principals().put(tx, ben, Grant.CLI));
    allow(ben, oslo());
    trino.send("GET", TABLE, "", Map.of("Hosu-As", "ben"), 404);
    allow(TRINO, Terms.none());

    JsonNode loaded = load(Map.of("Hosu-As", "ben"));
    assertThat(loaded.path("read-restrictions").path("required-row-filter").toString())
        .contains("\"value\":\"Oslo\"");
    assertThat(read(loaded)).isNotEmpty();
    trino.send("GET", TABLE, "", Map.of("Hosu-As", "nobody"), 404);
  }

  @Test
  void anEngineThatSeesSomeRowsItselfKeepsToItsOwnRowsAndThoseOfWhoAsks() throws Exception {
    Principal ben = Principal.user("ben").with(Map.of("city", "Oslo"));
    lake.database.perform(tx -> world.governance.principals().put(tx, ben, Grant.CLI));
    allow(ben, oslo());
    allow(TRINO, Terms.none().with(Condition.parse("id = 4")));

    assertThat(
            load(Map.of("Hosu-As", "ben"))
                .path("read-restrictions")
                .path("required-row-filter")
                .toString())
        .contains("\"value\":\"Oslo\"", "\"value\":4", "\"type\":\"and\"");
    assertThat(load(Map.of("Hosu-As", "trino")).path("read-restrictions"))
        .isEqualTo(load(Map.of()).path("read-restrictions"))
        .isNotEmpty();
  }

  @Test
  void whatAnEngineAndWhoAsksShowTogetherIsRefusedWhereItCannotBeSaid() throws Exception {
    Principal ben = Principal.user("ben");
    lake.database.perform(tx -> world.governance.principals().put(tx, ben, Grant.CLI));
    allow(ben, Terms.none().with(Condition.parse("lower(city) = 'oslo'")));
    allow(TRINO, Terms.none().with(Condition.parse("id = 4")));
    assertThat(trino.send("GET", TABLE, "", Map.of("Hosu-As", "ben"), 403))
        .contains("LIMITS_INEXPRESSIBLE");
  }

  @Test
  void nothingOfATableIsToldOfWhichAnEngineAndWhoAsksSeeNoColumnTogether() throws Exception {
    Principal ben = Principal.user("ben");
    lake.database.perform(tx -> world.governance.principals().put(tx, ben, Grant.CLI));
    allow(ben, Terms.none().with(Columns.only(List.of("id"))));
    allow(TRINO, Terms.none().with(Columns.only(List.of("city"))));
    assertThat(trino.send("GET", TABLE, "", Map.of("Hosu-As", "ben"), 403))
        .doesNotContain("metadata", "city");
    trust(false);
    assertThat(trino.send("GET", TABLE, "", Map.of(), 403)).doesNotContain("city");
  }

  @Test
  void whatIsLessThanTrustedIsRefusedAsBefore() throws Exception {
    allow(TRINO, Terms.none().with(Condition.parse("id = 1")));
    JsonNode loaded = load(Map.of());
    assertThat(read(loaded)).isNotEmpty();

    trust(false);
    assertThat(trino.send("GET", TABLE, "", Map.of(), 403)).contains("hosu sql");
    assertThat(trino.send("GET", TABLE, "", Map.of("Hosu-As", "trino"), 403)).contains("ADMIN");
    assertThatThrownBy(() -> read(loaded)).isInstanceOf(S3Exception.class);
  }

  @Test
  void aTrustedEngineChangesNoTableOfWhichItSeesAPart() throws Exception {
    allow(TRINO, Terms.none().with(Condition.parse("id = 1")));
    String commit = "{\"requirements\": [], \"updates\": []}";
    assertThat(trino.send("POST", TABLE, commit, Map.of(), 403)).contains("not all of its rows");
  }

  @Test
  void rowsThatTheProtocolHasNoWordsForAreRefusedWithTheReason() throws Exception {
    allow(TRINO, Terms.none().with(Condition.parse("lower(city) = 'oslo'")));
    assertThat(trino.send("GET", TABLE, "", Map.of(), 403))
        .contains("LIMITS_INEXPRESSIBLE")
        .contains("comparisons of columns with literals");
  }

  @Test
  void onlyAServiceCanBeTrusted() {
    Principals.About about = new Principals.About(new TreeSet<>(), true);
    assertThatThrownBy(() ->
            lake.database.perform(tx ->
                world.governance.principals().put(tx, Principal.user("ana"), about, Grant.CLI)))
        .hasMessageContaining("it is no service");
  }
}
