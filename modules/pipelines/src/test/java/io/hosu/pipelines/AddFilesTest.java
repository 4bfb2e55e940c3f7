package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.events.EventFilter;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Grant;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import io.hosu.tables.LineageInput;
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

/** Parquet objects become files of tables where they lie. */
class AddFilesTest extends InLake {
  private static final Principal ADDER = Principal.user("adder");
  private static final TableName VISITS = TableName.parse("a.stage.visits");

  private final HttpClient client = HttpClient.newHttpClient();
  private Listener listener;
  private String adder;

  @BeforeEach
  void open() throws Exception {
    Router router =
        Router.builder()
            .add(
                new AuthenticatedRoutes(lake.governance.authentication(), List.of(lake.addFiles())))
            .build();
    listener = new Listener(ListenerConfig.local(0), router);
    adder =
        lake.database.write(tx -> {
          lake.governance.principals().create(tx, ADDER, Grant.CLI);
          return lake.governance.tokens().create(tx, "adder", Duration.ofHours(1)).text().reveal();
        });
    lake.grant(ADDER, Permission.READ_OBJECTS, "raw/a/");
    lake.grant(ADDER, Permission.WRITE_OBJECTS, "raw/a/");
    lake.grant(ADDER, Permission.CREATE_TABLE, "a.stage");
    lake.grant(ADDER, Permission.INSERT, "a.stage");
    lake.grant(ADDER, Permission.SELECT, "a.stage");
  }

  @AfterEach
  void close() {
    listener.close();
  }

  @Test
  void aTreeOfHiveBecomesATableWithoutACopy() throws Exception {
    tree();
    assertThat(json(add("raw/a/visits", true)).path("files_added").asInt()).isEqualTo(2);
    assertThat(lake.tables.find(VISITS)).isEmpty();

    JsonNode added = json(add("s3://raw/a/visits/", false));

    assertThat(added.path("new").asBoolean()).isTrue();
    assertThat(added.path("rows").asInt()).isEqualTo(3);
    assertThat(added.path("files_passed_over").asInt()).isEqualTo(1);
    assertThat(lake.sql(ADDER, "SELECT id, city, year FROM a.stage.visits ORDER BY id"))
        .containsExactly(
            "{\"id\":1,\"city\":\"Köln\",\"year\":2025}",
            "{\"id\":2,\"city\":\"Bonn\",\"year\":2025}",
            "{\"id\":3,\"city\":null,\"year\":2026}");
    assertThat(lake.sql(ADDER, "SELECT count(*) AS n FROM a.stage.visits WHERE year = 2026"))
        .containsExactly("{\"n\":1}");
  }

  @Test
  void itIsAnExecutionThatKnowsItsObjectsAndStartsWhatTheTableStarts() throws Exception {
    tree();

    String id = json(add("raw/a/visits", false)).path("execution").asText();

    Execution execution = lake.database.read(tx -> Executions.require(tx, id, Seen.ALL));
    assertThat(execution.origin().by()).isEqualTo(Execution.By.IMPORT);
    assertThat(execution.status()).isEqualTo(ExecutionStatus.SUCCEEDED);
    List<ExecutionInput> inputs = lake.database.read(tx -> ExecutionRecords.inputs(tx, id));
    assertThat(inputs)
        .extracting(ExecutionInput::name)
        .containsExactly("raw/a/visits/year=2025/a.parquet", "raw/a/visits/year=2026/a.parquet");
    long snapshot = lake.tables.require(VISITS).snapshot().orElseThrow();
    assertThat(lake.tables.lineage(VISITS, snapshot))
        .extracting(LineageInput::input)
        .contains("raw/a/visits/year=2025/a.parquet");
    assertThat(lake.tables.history(VISITS, 1, "").items().getFirst().execution()).contains(id);
    assertThat(lake.events.list(EventFilter.ALL, 100).items())
        .extracting(event -> event.event().detailType())
        .contains("Table Committed");
  }

  @Test
  void theObjectsCanNotBeChangedOrDeletedAndTheReasonIsSaid() throws Exception {
    tree();
    add("raw/a/visits", false);

    assertThatThrownBy(() -> lake.delete("raw/a/visits/year=2025/a.parquet"))
        .isInstanceOf(Denied.class)
        .hasMessageContaining("reads it where it lies");
    assertThatThrownBy(() -> lake.put("raw/a/visits/year=2025/a.parquet", "other"))
        .isInstanceOf(Denied.class);

    lake.database.perform(tx -> lake.tables.drop(tx, VISITS));
    lake.delete("raw/a/visits/year=2025/a.parquet");
  }

  @Test
  void addingAgainAddsWhatIsNewAlone() throws Exception {
    tree();
    add("raw/a/visits", false);
    assertThat(json(add("raw/a/visits", false)).path("changes").asBoolean()).isFalse();
    lake.putParquet("raw/a/visits/year=2027/a.parquet", "SELECT 4::BIGINT AS id");

    JsonNode again = json(add("raw/a/visits", false));

    assertThat(again.path("files_added").asInt()).isEqualTo(1);
    assertThat(again.path("files_known").asInt()).isEqualTo(2);
    assertThat(lake.sql(ADDER, "SELECT count(*) AS n FROM a.stage.visits"))
        .containsExactly("{\"n\":4}");
  }

  @Test
  void allOfThemAreAddedOrNone() throws Exception {
    tree();
    lake.put("raw/a/visits/year=2027/b.parquet", "PAR1 no more");

    assertThat(add("raw/a/visits", false).body())
        .contains("FILE_UNFIT", "raw/a/visits/year=2027/b.parquet");
    assertThat(lake.tables.find(VISITS)).isEmpty();
    lake.delete("raw/a/visits/year=2027/b.parquet");

    lake.putParquet("raw/a/visits/year=2027/b.parquet", "SELECT 'x' AS id");
    assertThat(add("raw/a/visits", false).body())
        .contains("SCHEMA_INCOMPATIBLE", "raw/a/visits/year=2027/b.parquet", "'id'");
    lake.delete("raw/a/visits/year=2025/a.parquet");
  }

  @Test
  void typesThatReadersDisagreeAboutAreRefusedWithObjectAndColumn() throws Exception {
    lake.putParquet("raw/a/u/a.parquet", "SELECT 1::UINTEGER AS few");
    assertThat(add("raw/a/u", false).body()).contains("FILE_UNFIT", "raw/a/u/a.parquet", "'few'");

    lake.putParquet("raw/a/n/a.parquet", "SELECT TIMESTAMP_NS '2026-01-01' AS late");
    assertThat(add("raw/a/n", false).body()).contains("FILE_UNFIT", "'late'", "nanoseconds");
  }

  @Test
  void smallIntegersAndJsonAreReadAsTheTableHasThem() throws Exception {
    lake.putParquet("raw/a/s/a.parquet", "SELECT 1::TINYINT AS tiny, '{\"k\": 1}'::JSON AS doc");
    assertThat(add("raw/a/s", false).statusCode()).isEqualTo(200);

    assertThat(lake.sql(ADDER, "SELECT typeof(tiny) AS t, typeof(doc) AS d FROM a.stage.visits"))
        .containsExactly("{\"t\":\"INTEGER\",\"d\":\"VARCHAR\"}");
  }

  @Test
  void whoMayNotReadOrWriteTheObjectsOrFillTheTableAddsNothing() throws Exception {
    lake.putParquet("raw/b/t/a.parquet", "SELECT 1 AS id");
    assertThat(add("raw/b/t", false).body()).contains("PERMISSION_DENIED");

    lake.grant(ADDER, Permission.READ_OBJECTS, "raw/b/");
    assertThat(add("raw/b/t", false).body()).contains("PERMISSION_DENIED", "WRITE_OBJECTS");

    lake.putParquet("raw/a/t/a.parquet", "SELECT 1 AS id");
    assertThat(send("a.analytics.t", "raw/a/t", false).body())
        .contains("PERMISSION_DENIED", "INSERT");
    lake.grant(ADDER, Permission.INSERT, "a.analytics");
    assertThat(send("a.analytics.t", "raw/a/t", false).body())
        .contains("PERMISSION_DENIED", "CREATE_TABLE");
    assertThat(add("raw/a/nothing", false).body()).contains("CRAWL_EMPTY");
  }

  private void tree() throws IOException {
    lake.putParquet(
        "raw/a/visits/year=2025/a.parquet",
        "SELECT * FROM (VALUES (1::BIGINT, 'Köln'), (2, 'Bonn')) v(id, city)");
    lake.putParquet("raw/a/visits/year=2026/a.parquet", "SELECT 3::BIGINT AS id");
    lake.put("raw/a/visits/_SUCCESS", "done");
  }

  private HttpResponse<String> add(String place, boolean dryRun) throws Exception {
    return send(VISITS.toString(), place, dryRun);
  }

  private HttpResponse<String> send(String table, String place, boolean dryRun) throws Exception {
    String body = Json.print(Json.object().put("place", place).put("dry_run", dryRun));
    HttpRequest request =
        HttpRequest.newBuilder(listener.address().resolve("/v1/tables/" + table + "/files"))
            .header("Authorization", "Bearer " + adder)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .timeout(Duration.ofMinutes(2))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.parse(answer.body());
  }
}
