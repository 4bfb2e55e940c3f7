package io.hosu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** crawl, crawlers. */
class CrawlCommandTest {
  private static final String ANSWER =
      """
      {"place": "raw/shop/orders/", "dry_run": true, "left_out_count": 3,
       "left_out": [{"object": "raw/shop/orders/x.csv", "reason": "It is empty."}],
       "tables": [{"name": "shop.stage.orders", "format": "csv", "location": "raw/shop/orders/",
         "partitions": [{"name": "year", "type": "BIGINT", "nullable": false, "evidence": "BIGINT: 2 of 2 values"}],
         "columns": [{"name": "id", "type": "BIGINT", "nullable": false, "evidence": "BIGINT: 9 of 9 values"}],
         "objects": 2, "bytes": 2048, "objects_looked_at": 2, "records_looked_at": 9, "whole": true,
         "delimiter": ";", "quote": "\\"", "header": true, "encoding": "utf-8",
         "warnings": ["Something is odd."],
         "drift": [{"column": "id", "change": "wider", "table_type": "INTEGER", "found_type": "BIGINT"}],
         "proposal": {"domains/shop/pipelines/crawl_stage_orders.yaml": "stages: {}\\n"}}]}
      """;

  @TempDir Path folder;
  private FakeServer server;
  private CommandLines lines;

  @BeforeEach
  void begin() throws Exception {
    server = new FakeServer();
    lines = new CommandLines(folder).with(server);
    server.on("POST /v1/crawls", ANSWER);
  }

  @AfterEach
  void end() {
    server.close();
  }

  @Test
  void aTableIsShownWithItsEvidenceAndWhatIsInNoneBesideIt() {
    CommandLines.Result result = lines.run("crawl", "raw/shop/orders");

    assertThat(result.out())
        .isEqualTo(
            """
            shop.stage.orders
              csv, delimiter ;, a header, utf-8, in raw/shop/orders/
              2 objects, 2KB; looked at 9 records of 2 objects: all there are
              COLUMN  TYPE    EVIDENCE
              id      BIGINT  BIGINT: 9 of 9 values
              year    BIGINT  partition, BIGINT: 2 of 2 values
              ~ id: INTEGER in the table, BIGINT in the objects
              warning: Something is odd.

            """);
    assertThat(result.err())
        .isEqualTo(
            """
            left out: raw/shop/orders/x.csv: It is empty.
            left out: 2 more
            """);
    assertThat(server.lastAsked().body())
        .isEqualTo("{\"place\":\"raw/shop/orders\",\"dry_run\":false}");
  }

  @Test
  void scriptsGetAListOfTables() {
    String out =
        lines.run("crawl", "raw/shop/orders", "--into", "stage.orders", "-o", "json").out();

    assertThat(Json.parse(out).get(0).path("columns").get(0).path("name").asText()).isEqualTo("id");
    assertThat(server.lastAsked().body()).contains("\"into\":\"stage.orders\"");
  }

  @Test
  void everyColumnIsALineOfCsv() {
    assertThat(lines.run("crawl", "raw/shop/orders", "-o", "csv").out())
        .isEqualTo(
            """
            table,name,type,nullable,evidence
            shop.stage.orders,id,BIGINT,false,BIGINT: 9 of 9 values
            shop.stage.orders,year,BIGINT,false,BIGINT: 2 of 2 values
            """);
  }

  @Test
  void theStageIsWrittenIntoAProject() throws Exception {
    lines.run("init", "lake");

    CommandLines.Result result =
        lines.run("crawl", "raw/shop/orders", "--into", "stage.orders", "--project", "lake");

    assertThat(result.err()).contains("wrote domains/shop/pipelines/crawl_stage_orders.yaml");
    assertThat(server.lastAsked().body()).contains("\"dry_run\":true");
    assertThat(folder.resolve("lake/domains/shop/pipelines/crawl_stage_orders.yaml"))
        .hasContent("stages: {}");
  }

  @Test
  void whatBecameFilesInPlaceIsToldOfEachTable() throws Exception {
    server.close();
    server = new FakeServer();
    lines = new CommandLines(folder).with(server);
    server.on(
        "POST /v1/crawls",
        """
        {"tables": [{"name": "shop.stage.visits", "format": "parquet", "location": "raw/shop/visits/",
          "objects": 2, "bytes": 2048, "objects_looked_at": 2, "records_looked_at": 9, "whole": true,
          "in_place": {"files_added": 2, "files_known": 1, "rows": 9, "changes": true, "new": true,
            "dry_run": false, "execution": "e1"}}]}
        """);

    CommandLines.Result result =
        lines.run("crawl", "raw/shop/visits", "--in-place", "--into", "stage.visits");

    assertThat(result.out())
        .contains(
            "  added 2 files, 9 rows to the new table shop.stage.visits; 1 are files of it already: e1");
    assertThat(server.lastAsked().body()).contains("\"load\":\"in-place\"");
  }

  @Test
  void nothingIsWrittenWhereThereIsNoProject() throws Exception {
    Files.createDirectories(folder.resolve("other"));

    CommandLines.Result result = lines.run("crawl", "raw/shop/orders", "--project", "other");

    assertThat(result.err()).contains("'other' is no lake project");
    assertThat(folder.resolve("other")).isEmptyDirectory();
  }

  @Test
  void crawlersAreListedAndRemoved() {
    server.on("GET /v1/crawlers", "{\"items\": [{\"table\": \"a.stage.t\"}]}");
    server.on("DELETE /v1/crawlers/a.stage.t", "{\"table\": \"a.stage.t\"}");

    assertThat(lines.run("crawlers").out()).contains("a.stage.t");
    assertThat(lines.run("crawlers", "remove", "a.stage.t").exit()).isZero();
  }
}
