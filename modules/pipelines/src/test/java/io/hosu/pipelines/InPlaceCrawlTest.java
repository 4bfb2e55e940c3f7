package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Grant;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What crawls find becomes tables where it lies. */
class InPlaceCrawlTest extends InLake {
  private static final Principal CRAWLER = Principal.user("crawler");
  private static final TableName VISITS = TableName.parse("a.stage.visits");

  private final HttpClient client = HttpClient.newHttpClient();
  private Listener listener;
  private String crawler;

  @BeforeEach
  void open() throws Exception {
    Router router =
        Router.builder()
            .add(new AuthenticatedRoutes(lake.governance.authentication(), List.of(lake.crawls())))
            .build();
    listener = new Listener(ListenerConfig.local(0), router);
    crawler =
        lake.database.write(tx -> {
          lake.governance.principals().create(tx, CRAWLER, Grant.CLI);
          return lake.governance
              .tokens()
              .create(tx, "crawler", Duration.ofHours(1))
              .text()
              .reveal();
        });
    lake.grant(CRAWLER, Permission.READ_OBJECTS, "raw/a/");
    lake.grant(CRAWLER, Permission.WRITE_OBJECTS, "raw/a/visits/");
    for (String layer : List.of("a.stage", "a.raw")) {
      lake.grant(CRAWLER, Permission.CREATE_TABLE, layer);
      lake.grant(CRAWLER, Permission.INSERT, layer);
      lake.grant(CRAWLER, Permission.SELECT, layer);
    }
  }

  @AfterEach
  void close() {
    listener.close();
  }

  @Test
  void whatIsFoundBecomesATableWithoutACopyAndCrawlingAgainAddsWhatIsNew() throws Exception {
    tree();

    JsonNode table = only(crawl("raw/a/visits", "stage.visits", false));

    assertThat(table.path("name").asText()).isEqualTo("a.stage.visits");
    assertThat(table.path("columns").get(0).path("evidence").asText()).contains("3");
    JsonNode done = table.path("in_place");
    assertThat(done.path("files_added").asInt()).isEqualTo(2);
    assertThat(done.path("rows").asInt()).isEqualTo(3);
    assertThat(done.path("execution").asText()).isNotEmpty();
    assertThat(lake.sql(CRAWLER, "SELECT id, city, year FROM a.stage.visits ORDER BY id"))
        .containsExactly(
            "{\"id\":1,\"city\":\"Köln\",\"year\":2025}",
            "{\"id\":2,\"city\":\"Bonn\",\"year\":2025}",
            "{\"id\":3,\"city\":null,\"year\":2026}");
    assertThat(lake.pipelines.stages().list()).isEmpty();

    lake.putParquet(
        "raw/a/visits/year=2027/a.parquet", "SELECT 4::BIGINT AS id, 'Ulm' AS city, 'x' AS dog");
    JsonNode again = only(crawl("raw/a/visits", "stage.visits", false));

    assertThat(again.path("drift").toString()).contains("dog", "new");
    assertThat(again.path("in_place").path("files_added").asInt()).isEqualTo(1);
    assertThat(again.path("in_place").path("files_known").asInt()).isEqualTo(2);
    assertThat(lake.sql(CRAWLER, "SELECT dog FROM a.stage.visits WHERE year = 2027"))
        .containsExactly("{\"dog\":\"x\"}");
  }

  @Test
  void aDryRunSaysWhatWouldBeAndWhichCrawlerWouldFollowWhatComes() throws Exception {
    tree();

    JsonNode table = only(crawl("raw/a/visits", "stage.visits", true));

    assertThat(table.path("in_place").path("files_added").asInt()).isEqualTo(2);
    assertThat(table.path("proposal").path("domains/a/crawlers/visits.yaml").asText())
        .isEqualTo(
            """
            description: "Follows what comes to raw/a/visits/"
            place: "raw/a/visits/"
            into: stage.visits
            load: in-place
            """);
    assertThat(lake.tables.find(VISITS)).isEmpty();
  }

  @Test
  void withoutANameEachTableHasTheOneUnderWhichItIsFound() throws Exception {
    lake.putParquet("raw/a/visits/days/1.parquet", "SELECT 1 AS id");
    lake.putParquet("raw/a/visits/dogs/1.parquet", "SELECT 'x' AS name, 2.5 AS weight, true AS ok");

    JsonNode tables = Json.parse(crawl("raw/a/visits", "", false).body()).path("tables");

    assertThat(tables).hasSize(2);
    assertThat(lake.sql(CRAWLER, "SELECT id FROM a.raw.days")).containsExactly("{\"id\":1}");
    assertThat(lake.sql(CRAWLER, "SELECT name FROM a.raw.dogs"))
        .containsExactly("{\"name\":\"x\"}");
  }

  @Test
  void whatIsNoParquetIsRefusedWithTheReasonAndNothingIsRegistered() throws Exception {
    lake.putParquet("raw/a/visits/days/1.parquet", "SELECT 1 AS id");
    lake.put("raw/a/visits/dogs/1.csv", "name,weight\nx,2.5\n");

    assertThat(crawl("raw/a/visits", "", false).body())
        .contains("FILE_UNFIT", "a.raw.dogs", "They are csv, and only Parquet can be", "--into");
    assertThat(crawl("raw/a/visits/dogs", "stage.visits", true).body()).contains("FILE_UNFIT");
    assertThat(crawl("raw/a/visits", "stage.visits", true).body()).contains("CRAWL_NOT_ONE_TABLE");
    assertThat(lake.tables.find(TableName.parse("a.raw.days"))).isEmpty();
  }

  @Test
  void objectsBesideThoseOfTheTableAreRefusedWithTheReason() throws Exception {
    lake.putParquet("raw/a/visits/1.parquet", "SELECT 1 AS id");
    lake.put("raw/a/visits/1.csv", "name,weight\nx,2.5\n");

    assertThat(crawl("raw/a/visits/1.par", "stage.visits", true).body())
        .contains("FILE_UNFIT", "same folder");
  }

  @Test
  void foldersWithoutANameAreNoColumnsAndThatIsSaid() throws Exception {
    lake.putParquet("raw/a/visits/2026/1.parquet", "SELECT 1 AS id");
    lake.putParquet("raw/a/visits/2027/1.parquet", "SELECT 2 AS id");

    JsonNode table = only(crawl("raw/a/visits", "stage.visits", false));

    assertThat(table.path("warnings").toString()).contains("partition_0 is no column");
    assertThat(lake.tables.require(VISITS).columns()).hasSize(1);
  }

  @Test
  void itTakesTheRightToWriteWhereTheObjectsLie() throws Exception {
    lake.putParquet("raw/a/other/1.parquet", "SELECT 1 AS id");

    HttpResponse<String> refused = crawl("raw/a/other", "stage.visits", false);

    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(lake.tables.find(VISITS)).isEmpty();
    assertThat(crawl("raw/a/other", "stage.visits", "by-magic", true).body())
        .contains("CRAWL_INVALID", "by-stage or in-place");
  }

  private void tree() throws IOException {
    lake.putParquet(
        "raw/a/visits/year=2025/a.parquet",
        "SELECT * FROM (VALUES (1::BIGINT, 'Köln'), (2, 'Bonn')) v(id, city)");
    lake.putParquet("raw/a/visits/year=2026/a.parquet", "SELECT 3::BIGINT AS id");
    lake.put("raw/a/visits/year=2026/_committed_1", "{\"added\": 1}\n");
    lake.put("raw/a/visits/_SUCCESS", "");
  }

  private HttpResponse<String> crawl(String place, String into, boolean dryRun) throws Exception {
    return crawl(place, into, "in-place", dryRun);
  }

  private HttpResponse<String> crawl(String place, String into, String load, boolean dryRun)
      throws Exception {
    var body = Json.object().put("place", place).put("load", load).put("dry_run", dryRun);
    if (!into.isEmpty()) {
      body.put("into", into);
    }
    HttpRequest request =
        HttpRequest.newBuilder(listener.address().resolve("/v1/crawls"))
            .header("Authorization", "Bearer " + crawler)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(Json.print(body)))
            .timeout(Duration.ofMinutes(2))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private static JsonNode only(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode tables = Json.parse(answer.body()).path("tables");
    assertThat(tables).as(answer.body()).hasSize(1);
    return tables.get(0);
  }
}
