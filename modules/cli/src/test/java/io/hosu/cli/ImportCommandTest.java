package io.hosu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** import, tables add-files. */
class ImportCommandTest {
  private static final String ADDED =
      """
      {"table": "shop.stage.visits", "execution": "01e", "dry_run": false, "changes": true,
       "new": true, "files_added": 2, "files_known": 0, "rows": 3}
      """;

  @TempDir Path folder;
  private FakeServer server;
  private CommandLines lines;

  @BeforeEach
  void begin() throws Exception {
    server = new FakeServer();
    lines = new CommandLines(folder).with(server);
    Path tree = Files.createDirectories(folder.resolve("visits/year=2026"));
    Files.writeString(tree.resolve("a.parquet"), "one");
    Files.writeString(tree.resolve("b.parquet"), "two");
    Files.writeString(tree.resolve("_SUCCESS"), "");
    Files.writeString(tree.resolve(".a.parquet.crc"), "");
    server.on("GET /v1/objects/raw", "{\"items\": []}");
    server.on("PUT /v1/objects/raw/shop/visits/year%3D2026/a.parquet", "{}");
    server.on("PUT /v1/objects/raw/shop/visits/year%3D2026/b.parquet", "{}");
    server.on("PUT /v1/objects/raw/shop/visits/year=2026/a.parquet", "{}");
    server.on("PUT /v1/objects/raw/shop/visits/year=2026/b.parquet", "{}");
    server.on("POST /v1/tables/shop.stage.visits/files", ADDED);
  }

  @AfterEach
  void end() {
    server.close();
  }

  private void found(String format, String leftOut) {
    server.on(
        "POST /v1/crawls",
        """
        {"place": "raw/shop/visits/", "left_out_count": %d, "left_out": [%s],
         "tables": [{"format": "%s", "objects": 2, "stage": "shop.crawl_stage_visits.load",
           "execution": "01f"}]}
        """
            .formatted(leftOut.isEmpty() ? 0 : 1, leftOut, format));
  }

  private List<String> asked(String method) {
    return server.asked().stream()
        .map(FakeServer.Asked::line)
        .filter(line -> line.startsWith(method))
        .toList();
  }

  @Test
  void aTreeIsPutAndItsParquetBecomesFilesOfTheTable() {
    found("parquet", "");

    CommandLines.Result result = lines.run("import", "visits", "--into", "shop.stage.visits");

    assertThat(result.err()).isEqualTo("put 2 of 2 files, 6B, which lie in raw/shop/visits/\n");
    assertThat(result.out())
        .isEqualTo("added 2 files, 3 rows to the new table shop.stage.visits: 01e\n");
    assertThat(asked("PUT")).hasSize(2);
    assertThat(server.lastAsked().body())
        .isEqualTo("{\"place\":\"raw/shop/visits/\",\"dry_run\":false}");
  }

  @Test
  void whatWouldBePutCanBeToldAsJson() {
    CommandLines.Result result =
        lines.run("import", "visits", "--into", "shop.stage.visits", "--dry-run", "-o", "json");

    assertThat(Json.parse(result.out()))
        .isEqualTo(
            Json.parse(
                "{\"place\":\"raw/shop/visits/\",\"files\":2,\"put\":2,\"bytes\":6,\"dry_run\":true}"));
    assertThat(asked("PUT")).isEmpty();
  }

  @Test
  void aFolderThatIsNotThereIsSaidToBeMissing() {
    CommandLines.Result result = lines.run("import", "/nowhere", "--into", "shop.stage.visits");

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("'/nowhere' is no folder here");
  }

  @Test
  void whatLiesThereAlreadyIsNotSentAgain() {
    found("parquet", "");
    server.on(
        "GET /v1/objects/raw?prefix=shop%2Fvisits%2F&limit=1000",
        """
        {"items": [{"key": "shop/visits/year=2026/a.parquet", "size": 3,
          "sha256": "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"},
         {"key": "shop/visits/year=2026/b.parquet", "size": 3, "sha256": "00"}]}
        """);

    CommandLines.Result result = lines.run("import", "visits", "--into", "shop.stage.visits");

    assertThat(result.err()).contains("put 1 of 2 files");
    assertThat(asked("PUT").getFirst()).contains("b.parquet");
  }

  @Test
  void otherFormatsAreLoadedByAStage() {
    found("xml", "");

    CommandLines.Result result =
        lines.run("import", "s3://raw/shop/visits", "--into", "shop.stage.visits");

    assertThat(result.out())
        .startsWith("loading 2 objects of xml into shop.stage.visits by stage shop.crawl");
    assertThat(asked("PUT")).isEmpty();
    assertThat(server.lastAsked().body()).contains("\"dry_run\":false");
  }

  @Test
  void aTreeOfWhichSomethingCannotBeReadIsRefused() {
    found("parquet", "{\"object\": \"raw/shop/visits/x.orc\", \"reason\": \"It is ORC.\"}");

    CommandLines.Result result =
        lines.run("import", "s3://raw/shop/visits/", "--into", "shop.stage.visits");

    assertThat(result.exit()).isNotZero();
    assertThat(result.err()).contains("IMPORT_INCOMPLETE", "raw/shop/visits/x.orc: It is ORC.");
    assertThat(asked("POST /v1/tables")).isEmpty();
  }

  @Test
  void aDryRunPutsNothing() {
    CommandLines.Result result =
        lines.run("import", "visits", "--into", "shop.stage.visits", "--dry-run");

    assertThat(result.err()).isEqualTo("would put 2 of 2 files, 6B, into raw/shop/visits/\n");
    assertThat(asked("PUT")).isEmpty();
    assertThat(asked("POST")).isEmpty();
  }

  @Test
  void filesOfTheLakeAreAddedByThemselvesToo() {
    CommandLines.Result result =
        lines.run("tables", "add-files", "shop.stage.visits", "raw/shop/visits");

    assertThat(result.out()).contains("added 2 files, 3 rows to the new table");
    assertThat(server.lastAsked().line()).isEqualTo("POST /v1/tables/shop.stage.visits/files");
  }
}
