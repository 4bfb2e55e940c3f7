package io.hosu.tables;

import static io.hosu.tables.IcebergCommitsContract.CITIES;
import static io.hosu.tables.IcebergCommitsContract.NEW;
import static io.hosu.tables.IcebergCommitsContract.NEW_NAME;
import static io.hosu.tables.TestLake.FLIGHTS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.AccessKeys;
import io.hosu.governance.Permission;
import io.hosu.governance.Resource;
import io.hosu.kernel.Json;
import io.hosu.kernel.ObjectName;
import io.hosu.objects.FilesInPlace;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.StoredFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.apache.iceberg.BaseTransaction;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.Test;

/** What becomes of metadata that somebody wrote to do harm with it. */
interface HostileTablesContract {
  /** A lake with the layers stage and analytics and one table, behind its doors. */
  DoorWorld world();

  private TestLake lake() {
    return world().lake;
  }

  /** Somebody who may make tables, and nothing with the one that is there. */
  private RESTCatalog maker() {
    AccessKeys.NewAccessKey key = world().person("eve");
    world()
        .allow(
            "eve",
            Resource.of(NEW_NAME),
            Permission.SELECT,
            Permission.INSERT,
            Permission.ALTER,
            Permission.DROP,
            Permission.CREATE_TABLE);
    return world().catalog(key);
  }

  /** Registers the metadata of a new table as it is after {@code change}. */
  private static Table register(RESTCatalog catalog, Consumer<ObjectNode> change)
      throws IOException {
    Transaction making = catalog.newCreateTableTransaction(NEW, CITIES);
    making.newAppend().appendFile(ClientRows.write(making.table(), 1, "Kyiv")).commit();
    ObjectNode json =
        (ObjectNode)
            Json.parse(TableMetadataParser.toJson(((BaseTransaction) making).currentMetadata()));
    change.accept(json);
    return register(catalog, making.table(), "x.metadata.json", Json.print(json).getBytes(UTF_8));
  }

  private static Table register(RESTCatalog catalog, Table draft, String file, byte[] text)
      throws IOException {
    String location = draft.location() + "/metadata/" + file;
    try (OutputStream out = draft.io().newOutputFile(location).createOrOverwrite()) {
      out.write(text);
    }
    return catalog.registerTable(NEW, location);
  }

  @Test
  default void noFileOfAnotherTableEndsBecauseMetadataCallsItAnEarlierState() throws IOException {
    ObjectName mine = ObjectName.parse("stage/aviation/lying.parquet");
    String blob = lake().blobs.adopt(Files.writeString(lake().blobs.staging().resolve("own"), "x"));
    lake().database.perform(tx -> lake().files.register(tx, mine, blob, 1));
    lake()
        .database
        .perform(tx -> tx.update("UPDATE objects SET kind = 'object' WHERE key = ?", mine.key()));
    StoredFile lying = lake().files.resolve(mine).orElseThrow();
    ObjectName other = ObjectName.parse("stage/aviation/flights/");
    lake().database.perform(tx -> FilesInPlace.keep(tx, other, List.of(lying)));
    LakeTable flights = lake().tables.require(FLIGHTS);
    List<String> victims = new ArrayList<>(List.of(mine.location(), "file:///etc/passwd"));
    victims.add(flights.metadataLocation());
    victims.add(flights.metadata().currentSnapshot().manifestListLocation());
    lake().tables.plan(FLIGHTS).files().forEach(file -> victims.add(file.file().location()));
    try (RESTCatalog catalog = maker()) {
      Table table =
          register(
              catalog,
              json -> {
                json.putObject("properties")
                    .put(TableProperties.METADATA_PREVIOUS_VERSIONS_MAX, "1");
                for (String victim : victims) {
                  json.withArray("metadata-log")
                      .addObject()
                      .put("timestamp-ms", json.path("last-updated-ms").asLong() - 10)
                      .put("metadata-file", victim);
                }
              });
      for (int i = 0; i < 3; i++) {
        table.updateProperties().set("a", "" + i).commit();
      }
      assertThat(lake().rows(NEW_NAME)).containsExactly("[1, Kyiv]");
      catalog.dropTable(NEW, true);
    }
    victims.stream()
        .filter(victim -> victim.startsWith("s3://"))
        .map(ObjectName::ofLocation)
        .forEach(victim -> assertThat(lake().files.resolve(victim)).as("%s", victim).isPresent());
    assertThat(lake().files.findAll(List.of(mine)).values())
        .extracting(ObjectFiles.Lying::inPlace)
        .containsExactly(other.toString());
  }

  @Test
  default void whatIsNoMetadataIsRefusedWithoutAWordOfWhatItIs() throws IOException {
    try (RESTCatalog catalog = maker()) {
      Table draft = catalog.newCreateTableTransaction(NEW, CITIES).table();
      for (String text : List.of("", "null", "[]", "secret words", "{\"secret\": \"words\"}")) {
        assertThatThrownBy(() -> register(catalog, draft, "x.metadata.json", text.getBytes(UTF_8)))
            .hasMessageContaining("COMMIT_INVALID")
            .hasMessageNotContaining("secret")
            .hasMessageNotContaining("/blobs/");
      }
      for (String name : List.of("x.json", "more/x.metadata.json", "../data/x.metadata.json")) {
        assertThatThrownBy(() -> register(catalog, draft, name, "{}".getBytes(UTF_8)))
            .hasMessageContaining("FILE_MISPLACED");
      }
    }
  }

  @Test
  default void metadataThatUnpacksToTooMuchIsNotUnpacked() throws IOException {
    byte[] much = new byte[17 << 20];
    Arrays.fill(much, (byte) ' ');
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(much);
    }
    try (RESTCatalog catalog = maker()) {
      Table draft = catalog.newCreateTableTransaction(NEW, CITIES).table();
      assertThatThrownBy(() -> register(catalog, draft, "x.gz.metadata.json", packed.toByteArray()))
          .hasMessageContaining("has more than 16 MiB of metadata");
      assertThatThrownBy(() -> register(catalog, draft, "x.metadata.json", much))
          .hasMessageContaining("has more than 16 MiB of metadata");
    }
  }

  @Test
  default void anObjectOfAnotherIsNamedOnlyByWhoMayReadIt() throws IOException {
    try (RESTCatalog catalog = maker()) {
      Table table = catalog.createTable(NEW, CITIES);
      DataFile file = ClientRows.write(table, 7, "secret");
      ObjectName object = ObjectName.ofLocation(file.location());
      lake()
          .database
          .perform(
              tx -> tx.update("UPDATE objects SET principal = 'ana' WHERE key = ?", object.key()));
      assertThatThrownBy(() -> table.newAppend().appendFile(file).commit())
          .isInstanceOf(ForbiddenException.class)
          .hasMessageContaining("READ_OBJECTS");
      assertThatThrownBy(() -> table.newFastAppend().appendFile(file).commit())
          .isInstanceOf(ForbiddenException.class);
      assertThatThrownBy(() ->
              table
                  .newOverwrite()
                  .overwriteByRowFilter(Expressions.alwaysTrue())
                  .addFile(file)
                  .commit())
          .isInstanceOf(ForbiddenException.class);
      assertThat(lake().rows(NEW_NAME)).isEmpty();
      world().allow("eve", Resource.of(object), Permission.READ_OBJECTS);
      table.newAppend().appendFile(file).commit();
      assertThat(lake().rows(NEW_NAME)).containsExactly("[7, secret]");
    }
  }

  @Test
  default void metadataThatAnotherPutIsRegisteredOnlyByWhoMayReadIt() throws IOException {
    try (RESTCatalog catalog = maker()) {
      Table draft = catalog.newCreateTableTransaction(NEW, CITIES).table();
      String location = draft.location() + "/metadata/x.metadata.json";
      try (OutputStream out = draft.io().newOutputFile(location).create()) {
        out.write("{}".getBytes(UTF_8));
      }
      lake().database.perform(tx -> tx.update("UPDATE objects SET principal = 'ana'"));
      assertThatThrownBy(() -> catalog.registerTable(NEW, location))
          .isInstanceOf(ForbiddenException.class)
          .hasMessageContaining("READ_OBJECTS");
    }
  }
}
