package io.hosu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
  private static final String TABLE = "shop.stage.orders";
  private static final String PATH = "GET /v1/tables/" + TABLE;
  private static final String DONE = "GET /v1/queries/q1";

  @TempDir Path folder;
  private FakeServer server;
  private CommandLines lines;

  @BeforeEach
  void begin() throws Exception {
    server = new FakeServer();
    server.header("Hosu-Query-Id", "q1");
    lines = new CommandLines(folder).with(server);
  }

  @AfterEach
  void end() {
    server.close();
  }

  @Test
  void theManifestTellsOfTheFileAndOfTheSnapshotThatWasRead() throws Exception {
    server
        .on(PATH, "{\"snapshot\":\"7\"}")
        .on("POST /v1/queries", 200, "text/csv", "id\n1\n2\n")
        .on(DONE, "{\"rows\":2}");
    var result = lines.run("tables", "export", TABLE, "--to", "out");

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(folder.resolve("out/orders.csv")).hasContent("id\n1\n2\n");
    JsonNode manifest = Json.parse(Files.readString(folder.resolve("out/manifest.json")));
    assertThat(manifest.path("snapshot").asText()).isEqualTo("7");
    assertThat(manifest.at("/files/0/rows").asInt()).isEqualTo(2);
    assertThat(manifest.at("/files/0/bytes").asInt()).isEqualTo(7);
    assertThat(manifest.at("/files/0/sha256").asText())
        .isEqualTo("1d1c91d15ace6e21ea5f551e16e717f326992bdf800f6696628859be29b906bf");
    assertThat(server.asked().get(1).body())
        .isEqualTo("{\"sql\":\"SELECT * FROM shop.stage.orders FOR VERSION AS OF 7\"}");
  }

  @Test
  void aTagIsExportedIntoTheLakeAtItsSnapshot() {
    server
        .on(PATH + "/refs", "{\"items\":[{\"name\":\"may\",\"snapshot\":\"5\"}],\"next\":null}")
        .on("POST /v1/queries", 200, "application/x-ndjson", "{\"id\":1}\n")
        .on(DONE, "{\"rows\":1}")
        .on("PUT /v1/objects/analytics/shop/out/orders.jsonl", "{}")
        .on("PUT /v1/objects/analytics/shop/out/manifest.json", "{}");
    var result =
        lines.run(
            "tables",
            "export",
            TABLE,
            "--format",
            "json",
            "--at",
            "may",
            "--to",
            "s3://analytics/shop/out");

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out()).startsWith("s3://analytics/shop/out/orders.jsonl  1 rows");
    assertThat(server.lastAsked().body()).contains("\"snapshot\":\"5\"", "\"format\":\"json\"");
  }

  @Test
  void whatIsRefusedLeavesNoFile() throws Exception {
    server
        .on(PATH, "{\"snapshot\":\"7\"}")
        .on("POST /v1/queries", 403, "application/problem+json", "{\"detail\":\"No.\"}");
    assertThat(lines.run("tables", "export", TABLE, "--to", "out").exit()).isNotZero();
    try (Stream<Path> files = Files.list(folder.resolve("out"))) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void aQueryThatDidNotComeToItsEndMakesNoManifest() {
    server
        .on(PATH, "{\"snapshot\":\"7\"}")
        .on("POST /v1/queries", 200, "text/csv", "id\n1\n")
        .on(DONE, "{\"status\":\"FAILED\"}");
    assertThat(lines.run("tables", "export", TABLE, "--to", "out").err())
        .contains("did not come to its end");
    assertThat(folder.resolve("out/manifest.json")).doesNotExist();
  }

  @Test
  void aRefThatIsNotThereIsToldBeforeAnythingIsWritten() {
    server.on(PATH + "/refs", "{\"items\":[],\"next\":null}");
    assertThat(lines.run("tables", "export", TABLE, "--at", "may", "--to", "out").err())
        .contains("has no branch or tag 'may'");
    assertThat(folder.resolve("out")).doesNotExist();
  }
}
