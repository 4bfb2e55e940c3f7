package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events that people send, patterns that they try, and stages that run by time. */
class EventsTest {
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

  private static JsonNode logged(String source) throws Exception {
    List<JsonNode> found = lake.array("events", "--source", source, "-o", "json");
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  @Test
  void anEventThatIsSentIsInTheLogOnTheBusOfItsDomain() throws Exception {
    var sent =
        lake.hosu.hosu(
            "events",
            "send",
            "--bus",
            "shop",
            "--source",
            "com.example",
            "--type",
            "Order Placed",
            "--resource",
            "order/7",
            "{\"sum\": 3}");
    assertThat(sent.exit()).as(sent.err()).isZero();
    JsonNode event = logged("com.example");
    assertThat(event.path("id").asText()).isEqualTo(sent.out().strip());
    assertThat(event.path("account").asText()).isEqualTo("shop");
    assertThat(event.path("resources").path(0).asText()).isEqualTo("order/7");
    assertThat(event.at("/detail/sum").asInt()).isEqualTo(3);
  }

  @Test
  void aBusThatIsNoneAndASourceOfTheLakeAreRefusedWithAProposal() throws Exception {
    var none =
        lake.hosu.hosu("events", "send", "--bus", "shpo", "--source", "a", "--type", "b", "{}");
    assertThat(none.exit()).isEqualTo(1);
    assertThat(none.err()).contains("did you mean 'shop'", "EVENT_REFUSED");
    var lakes =
        lake.hosu.hosu(
            "events", "send", "--bus", "shop", "--source", "hosu.catalog", "--type", "b", "{}");
    assertThat(lakes.exit()).isEqualTo(1);
    assertThat(lakes.err()).contains("NotAuthorizedForSourceException");
  }

  @Test
  void aCloudEventSentTwiceIsOneEvent() throws Exception {
    String event =
        """
        {"specversion":"1.0","id":"A-1","source":"/twice","type":"sold","data":{"sum":3}}\
        """;
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(lake.hosu.value("HOSU_URL") + "/v1/events?bus=shop"))
            .header("Authorization", "Bearer " + lake.hosu.value("HOSU_TOKEN"))
            .header("Content-Type", "application/cloudevents+json")
            .POST(HttpRequest.BodyPublishers.ofString(event))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> first = client.send(request, HttpResponse.BodyHandlers.ofString());
      HttpResponse<String> again = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
      JsonNode ids = Json.parse(first.body()).path("ids");
      assertThat(ids).hasSize(1);
      assertThat(Json.parse(again.body()).path("ids")).isEqualTo(ids);
      assertThat(Json.parse(again.body()).path("known")).isEqualTo(ids);
    }
    assertThat(logged("/twice").at("/detail/cloudevent/id").asText()).isEqualTo("A-1");
  }

  @Test
  void aPatternSaysClauseByClauseWhyItDoesNotTakeAnEvent() throws Exception {
    String pattern = "{\"source\": [\"a\"], \"detail\": {\"size\": [{\"numeric\": [\">\", 10]}]}}";
    var small =
        lake.hosu.hosu("events", "test", pattern, "{\"source\": \"a\", \"detail\": {\"size\": 3}}");
    assertThat(small.exit()).isEqualTo(1);
    assertThat(small.out().lines().toList())
        .contains("does not take the event")
        .anyMatch(line -> line.matches("true +source .*"))
        .anyMatch(line -> line.matches("false +detail.size .*3.*"));
    var large =
        lake.hosu.hosu(
            "events",
            "test",
            pattern,
            "{\"source\": \"a\", \"detail\": {\"size\": 30}}",
            "-o",
            "json");
    assertThat(large.exit()).isZero();
    assertThat(Json.parse(large.out()).path("matches").asBoolean()).isTrue();
    assertThat(lake.hosu.hosu("events", "test", "{\"source\": \"a\"}", "{}").err())
        .contains("PATTERN_INVALID");
    assertThat(lake.hosu.hosu("events", "test", "[1]").exit()).isEqualTo(1);
  }

  @Test
  void aClauseIsShownAsThePatternHasItAndWhatIsFoundAsTheEventHasIt() throws Exception {
    String pattern =
        """
        {"detail": {"by": [{"anything-but": {"prefix": "a"}}], "ip": [{"cidr": "10.0.0.0/8"}],
         "gone": [{"exists": false}], "size": ["5"]}}\
        """;
    var tried =
        lake.hosu.hosu(
            "events",
            "test",
            pattern,
            "{\"detail\": {\"by\": \"alice\", \"ip\": \"10.1.1.1\", \"size\": 5}}");
    assertThat(tried.out().lines().map(line -> line.replaceAll(" +", " ")))
        .contains(
            "false detail.by [{\"anything-but\":{\"prefix\":\"a\"}}] \"alice\"",
            "true detail.ip [{\"cidr\":\"10.0.0.0/8\"}] \"10.1.1.1\"",
            "true detail.gone [{\"exists\":false}]",
            "false detail.size [\"5\"] 5");
    assertThat(
            lake.hosu
                .hosu("events", "test", "{\"source\": [\"a\"], \"source\": [\"b\"]}", "{}")
                .err())
        .contains("the field 'source' twice");
  }

  @Test
  void aScheduleIsPreviewedAndTellsWhatIsWrong() throws Exception {
    var daily =
        lake.hosu.hosu(
            "schedules",
            "preview",
            "cron(30 6 * * ? *)",
            "--timezone",
            "Europe/Berlin",
            "-o",
            "csv");
    assertThat(daily.exit()).as(daily.err()).isZero();
    assertThat(daily.out().lines().skip(1)).hasSize(10).allMatch(line -> line.endsWith("T06:30"));
    var wrong = lake.hosu.hosu("schedules", "preview", "rate(5 minute)");
    assertThat(wrong.exit()).isEqualTo(1);
    assertThat(wrong.err()).contains("rate(5 minutes)", "SCHEDULE_INVALID");
  }
}
