package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import io.hosu.testing.HosuProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What scripts rely on: lines, files, exit codes, fields, and when bytes are processed. */
class ContractTest {
  private static final String HEAD = "id,name,amount\n";

  @TempDir static Path folder;
  private static SmallLake lake;

  @BeforeAll
  static void start() throws Exception {
    lake = SmallLake.start(folder);
  }

  @AfterAll
  static void stop() {
    lake.close();
  }

  @Test
  void upPrintsWhereItAnswers() {
    assertThat(lake.hosu.ready())
        .startsWith("ready")
        .contains(lake.hosu.value("HOSU_URL"), lake.hosu.value("AWS_ENDPOINT_URL_S3"));
  }

  @Test
  void theAdministratorsCredentialsAreInOneFileThatOnlyItsOwnerReads() throws IOException {
    Path file = lake.data.resolve("admin.env");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(lake.hosu.env())
        .containsOnlyKeys(
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_ENDPOINT_URL_S3",
            "AWS_REGION",
            "HOSU_URL",
            "HOSU_TOKEN",
            "HOSU_ICEBERG_URI");
    assertThat(lake.hosu.env().values()).noneMatch(String::isBlank);
  }

  @Test
  void sqlPrintsAHeaderAndRowsAndNothingElse() throws Exception {
    var ran =
        lake.hosu.hosu(
            "sql",
            "-o",
            "csv",
            "-c",
            "SELECT * FROM (VALUES (1, NULL, 'x,y'), (2, 'gr\u00fcn', 'a \"b\"')) t(a, b, c) ORDER BY a");
    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).isEqualTo("a,b,c\n1,,\"x,y\"\n2,gr\u00fcn,\"a \"\"b\"\"\"\n");
    var none = lake.hosu.hosu("sql", "-o", "csv", "-c", "SELECT 1 AS a WHERE false");
    assertThat(none.out()).isEqualTo("a\n");
  }

  @Test
  void listsArePrintedAsArraysWithStableFields() throws Exception {
    lake.put("shop/orders/listed.csv", HEAD + "1,a,1\n");
    lake.put("shop/orders/broken.csv", HEAD + "1,a,1,1\n");
    JsonNode failed = about(lake.array("executions", "-o", "json"), "FAILED");
    assertThat(failed.path("cause").asText()).contains("broken.csv");
    JsonNode succeeded = about(lake.array("executions", "-o", "json"), "SUCCEEDED");
    assertThat(succeeded.path("cause").isNull()).isTrue();
    JsonNode letter = lake.deadLetters("shop/orders/broken.csv").getFirst();
    assertThat(fields(letter)).contains("id", "pipeline", "stage", "cause");
    assertThat(letter.path("execution").asText()).isEqualTo(failed.path("id").asText());
    assertThat(fields(lake.array("events", "-o", "json").getFirst()))
        .contains("id", "source", "detail-type", "time", "detail", "matched");
  }

  private static JsonNode about(List<JsonNode> executions, String status) {
    JsonNode found =
        executions.stream()
            .filter(execution -> execution.path("status").asText().equals(status))
            .findFirst()
            .orElseThrow();
    assertThat(fields(found)).contains("id", "pipeline", "stage", "status", "cause");
    assertThat(found.path("pipeline").asText()).isEqualTo("orders");
    return found;
  }

  private static List<String> fields(JsonNode json) {
    return json.properties().stream().map(Map.Entry::getKey).toList();
  }

  @Test
  void thePageOfTheCatalogNamesTheRequestsThatTheIcebergDoorOffers() throws Exception {
    HttpResponse<String> config =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create(
                            lake.hosu.value("HOSU_ICEBERG_URI") + "/v1/config?warehouse=shop"))
                    .header("Authorization", "Bearer " + lake.hosu.value("HOSU_TOKEN"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    List<String> offered = new ArrayList<>();
    Json.parse(config.body()).path("endpoints").forEach(one -> offered.add(one.asText()));
    Path page = Checkout.root().resolve("docs/reference/catalog.md");
    Pattern row =
        Pattern.compile("^\\| `((?:GET|HEAD|POST|PUT|DELETE) /v1/\\{prefix}[^`]*)` \\|.*");
    List<String> told;
    try (Stream<String> lines = Files.lines(page)) {
      told = lines.map(row::matcher).filter(Matcher::matches).map(it -> it.group(1)).toList();
    }
    assertThat(told).isNotEmpty().containsExactlyInAnyOrderElementsOf(offered);
  }

  @Test
  void validateSaysByItsExitCodeWhetherAProjectCanBeApplied() throws Exception {
    assertThat(lake.hosu.hosu("validate", lake.project.toString()).exit()).isZero();
    Path wrong = folder.resolve("wrong");
    SmallLake.write(wrong, "lake.yaml", "nmae: wrong\n");
    var ran = lake.hosu.hosu("validate", wrong.toString());
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out() + ran.err()).contains("lake.yaml:1", "did you mean 'name'");
  }

  @Test
  void validateFindsTheMistakesInsideSqlWithoutAServer() throws Exception {
    Path wrong = folder.resolve("wrong_sql");
    assertThat(lake.hosu.hosu("init", wrong.toString()).exit()).isZero();
    SmallLake.write(
        wrong,
        "domains/shop/transforms/clean_orders.sql",
        "SELECT *\nFROM read_csv('/etc/passwd')\n");
    SmallLake.write(wrong, "domains/shop/transforms/sales_by_day.sql", "SELECT\n  a,, b FROM x\n");
    var ran = lake.hosu.hosu("validate", wrong.toString());
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out() + ran.err())
        .contains(
            "domains/shop/transforms/clean_orders.sql:2:6",
            "domains/shop/transforms/sales_by_day.sql:2:5",
            "2 mistakes");
  }

  @Test
  void applyingTwiceChangesNothing() throws Exception {
    lake.hosu.hosu("apply", "--project", lake.project.toString());
    var again = lake.hosu.hosu("apply", "--project", lake.project.toString());
    assertThat(again.exit()).as(again.err()).isZero();
    assertThat(again.out()).containsIgnoringCase("nothing");
  }

  @Test
  void aMisspeltCommandIsAMistakeOfUsageWithAProposal() throws Exception {
    var ran = lake.hosu.hosu("tabels");
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("did you mean 'tables'", "USAGE_WRONG");
  }

  @Test
  void theSameBytesAreProcessedOnceAndOtherBytesInTheirPlace() throws Exception {
    String key = "shop/sifted/again.csv";
    lake.put(key, HEAD + "7,a,1\n");
    lake.put(key, HEAD + "7,a,1\n");
    assertThat(rows("sifted", "id = 7")).containsExactly("7,a,1");
    assertThat(lake.array("events", "--type", "Object Created", "-o", "json"))
        .filteredOn(event -> event.at("/detail/object/key").asText().equals(key))
        .hasSize(2);
    lake.put(key, HEAD + "7,b,2\n");
    assertThat(rows("sifted", "id = 7"))
        .containsExactly("7,b,2"); // in the place of the earlier version
  }

  @Test
  void overwriteHoldsAllCurrentObjectsWhateverTheOrder() throws Exception {
    lake.put("shop/whole/2.csv", HEAD + "2,b,2\n");
    lake.put("shop/whole/1.csv", HEAD + "1,a,1\n");
    assertThat(rows("whole", "true")).containsExactly("1,a,1", "2,b,2");
    lake.put("shop/whole/1.csv", HEAD + "1,c,3\n");
    assertThat(rows("whole", "true")).containsExactly("1,c,3", "2,b,2");
  }

  private static List<String> rows(String table, String where) throws IOException {
    return lake.hosu.sql(
        "SELECT id, name, amount FROM shop.stage.%s WHERE %s ORDER BY id, name"
            .formatted(table, where));
  }

  @Test
  void aFileWithoutRecordsChangesNoTable() throws Exception {
    Path folder = ContractTest.folder.resolve("headers");
    try (SmallLake fresh = SmallLake.start(folder)) {
      fresh.put("shop/orders/none.csv", HEAD);
      fresh.put("shop/orders/one.csv", HEAD + "1,a,1\n");
      assertThat(fresh.array("dlq", "list", "-o", "json")).isEmpty();
      assertThat(fresh.hosu.sql("SELECT id + amount FROM shop.stage.orders")).containsExactly("2");
    }
  }

  @Test
  void sigtermEndsItWithinFiveSecondsAndNothingIsForgotten() throws Exception {
    Path folder = ContractTest.folder.resolve("restart");
    Path project;
    Path data;
    String token;
    try (SmallLake first = SmallLake.start(folder)) {
      project = first.project;
      data = first.data;
      token = first.hosu.value("HOSU_TOKEN");
      first.put("shop/orders/1.csv", HEAD + "1,a,1\n");
      first.put("shop/orders/bad.csv", HEAD + "1,a,1,1\n");
      endsWell(first.hosu);
    }
    try (SmallLake second = SmallLake.again(project, data)) {
      assertThat(second.hosu.value("HOSU_TOKEN")).isEqualTo(token);
      assertThat(second.hosu.sql("SELECT * FROM shop.stage.orders")).containsExactly("1,a,1");
      assertThat(second.deadLetters("shop/orders/bad.csv")).hasSize(1);
      assertThat(second.array("executions", "-o", "json")).hasSize(2);
      byte[] kept =
          second.s3.getObjectAsBytes(r -> r.bucket("raw").key("shop/orders/1.csv")).asByteArray();
      assertThat(kept).isEqualTo((HEAD + "1,a,1\n").getBytes(StandardCharsets.UTF_8));
      second.put("shop/orders/2.csv", HEAD + "2,b,2\n");
      assertThat(second.hosu.sql("SELECT count(*) FROM shop.stage.orders")).containsExactly("2");
    }
  }

  private static void endsWell(HosuProcess hosu) throws InterruptedException {
    assertThat(hosu.stopMillis()).isBetween(0L, 5_000L);
    assertThat(hosu.exit()).isZero();
    assertThat(hosu.printedLater()).as("what follows the line 'ready'").isEmpty();
  }
}
