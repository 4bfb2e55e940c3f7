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
import io.hosu.pipelines.Target.Mode;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The runs of a lake as a feed that is followed over HTTP. */
class OpenLineageFeedTest {
  private static final Principal READER = Principal.user("reader");

  @TempDir Path directory;

  private static void declare(Lake lake, String pipeline) {
    lake.apply(
        Lake.stage(
            "shop.%s.load".formatted(pipeline),
            new Trigger.Objects(List.of("raw/shop/%s/*.csv".formatted(pipeline))),
            "SELECT id FROM input",
            Lake.into("shop.stage." + pipeline, Mode.APPEND, List.of(), List.of())));
  }

  private static String token(Lake lake) {
    return lake.database.write(tx -> {
      lake.governance.principals().create(tx, READER, Grant.CLI);
      return lake.governance
          .tokens()
          .create(tx, READER.name(), Duration.ofHours(1))
          .text()
          .reveal();
    });
  }

  private static List<String> fields(JsonNode complete) {
    return complete
        .at("/outputs/0/facets/schema/fields")
        .valueStream()
        .map(field -> field.path("name").asText() + " " + field.path("type").asText())
        .toList();
  }

  private static List<String> made(JsonNode complete) {
    List<String> made = new ArrayList<>();
    complete.at("/outputs/0/facets/columnLineage/fields").fieldNames().forEachRemaining(made::add);
    return made;
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void eachRunIsToldWithTheColumnsAndTheSqlOfItsTime(TestDatabase kind) throws IOException {
    try (Lake lake = new Lake(directory, kind)) {
      declare(lake, "orders");
      lake.put("raw/shop/orders/1.csv", "id,price\n1,2\n");
      lake.finish();
      lake.apply(
          Lake.stage(
              "shop.orders.load",
              new Trigger.Objects(List.of("raw/shop/orders/*.csv")),
              "SELECT id, price AS paid FROM input",
              Lake.into("shop.stage.orders", Mode.APPEND, List.of(), List.of())));
      lake.put("raw/shop/orders/2.csv", "id,price\n1,2\n");
      lake.finish();
      OpenLineageRuns runs = new OpenLineageRuns(lake.runs(), OpenLineageRuns.withoutRecords());

      List<JsonNode> ended =
          new OpenLineageFeed(lake.database, lake.events)
              .after(0, 9, Seen.ALL).ended().stream()
                  .map(one -> runs.run(one.execution()).end().orElseThrow())
                  .map(JsonNode.class::cast)
                  .toList();

      assertThat(fields(ended.getFirst())).containsExactly("id BIGINT");
      assertThat(made(ended.getFirst())).containsExactly("id");
      assertThat(fields(ended.getLast())).containsExactly("id BIGINT", "paid BIGINT");
      assertThat(made(ended.getLast())).containsExactly("id", "paid");
      lake.database.perform(tx -> lake.tables.drop(tx, TableName.parse("shop.stage.orders")));
      OpenLineageFeed.Ended first =
          new OpenLineageFeed(lake.database, lake.events).after(0, 9, Seen.ALL).ended().getFirst();
      JsonNode gone = runs.run(first.execution()).end().orElseThrow();
      assertThat(gone.at("/outputs/0/facets/schema").isMissingNode()).isTrue();
    }
  }

  private record Asking(URI url, String token) {
    HttpResponse<String> get(String query, String accept) {
      try (HttpClient client = HttpClient.newHttpClient()) {
        return client.send(
            HttpRequest.newBuilder(url.resolve("/v1/openlineage" + query))
                .header("Authorization", "Bearer " + token)
                .header("Accept", accept)
                .build(),
            BodyHandlers.ofString());
      } catch (IOException | InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    JsonNode json(String query) {
      return Json.parse(get(query, "application/json").body());
    }
  }

  private static List<String> told(JsonNode answer) {
    return answer.path("items").valueStream().map(OpenLineageFeedTest::told1).toList();
  }

  private static String told1(JsonNode event) {
    return event.path("eventType").asText() + " " + event.at("/job/name").asText();
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void itIsFollowedFromWhereTheLastPartEndedAndTellsOnlyOfWhatIsSeen(TestDatabase kind)
      throws IOException {
    try (Lake lake = new Lake(directory, kind)) {
      declare(lake, "orders");
      declare(lake, "hidden");
      lake.grant(READER, Permission.DESCRIBE, "pipeline:shop.orders");
      Router router =
          Router.builder()
              .add(
                  new AuthenticatedRoutes(
                      lake.governance.authentication(), List.of(lake.openLineage())))
              .build();
      try (Listener listener = new Listener(ListenerConfig.local(0), router)) {
        Asking asking = new Asking(listener.address(), token(lake));
        JsonNode nothing = asking.json("");
        assertThat(told(nothing)).isEmpty();

        lake.put("raw/shop/orders/1.csv", "id\n1\n");
        lake.finish();
        lake.put("raw/shop/hidden/1.csv", "id\n1\n");
        lake.finish();
        lake.put("raw/shop/orders/2.csv", "id\n2\n");
        lake.finish();

        JsonNode first = asking.json("?limit=1&next=" + nothing.path("next").asText());
        assertThat(told(first))
            .containsExactly("START shop.orders.load", "COMPLETE shop.orders.load");
        JsonNode second = asking.json("?next=" + first.path("next").asText());
        assertThat(told(second)).isEqualTo(told(first));
        assertThat(second.at("/items/1/run/runId")).isNotEqualTo(first.at("/items/1/run/runId"));
        assertThat(told(asking.json("?next=" + second.path("next").asText()))).isEmpty();
        String size = "/items/1/inputs/0/inputFacets/inputStatistics/size";
        assertThat(first.at(size).isMissingNode()).as("it may not read the object").isTrue();
        lake.grant(READER, Permission.READ_OBJECTS, "raw/shop/orders/");
        assertThat(asking.json("").at(size).asLong()).isEqualTo(5);
        assertThat(told(asking.json("?since=1h"))).hasSize(4);
        assertThat(told(asking.json("?since=2100-01-01T00:00:00Z"))).isEmpty();

        HttpResponse<String> lines = asking.get("", "application/x-ndjson");
        assertThat(lines.body().lines().map(Json::parse).map(OpenLineageFeedTest::told1))
            .hasSize(4)
            .doesNotContain("COMPLETE shop.hidden.load");
        Optional<String> next = lines.headers().firstValue("Hosu-Next");
        assertThat(told(asking.json("?next=" + next.orElseThrow()))).isEmpty();
        assertThat(asking.get("?next=xyz", "*/*").statusCode()).isEqualTo(400);
      }
    }
  }
}
