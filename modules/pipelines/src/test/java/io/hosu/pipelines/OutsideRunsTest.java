package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Columns;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Terms;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.Target.Mode;
import io.hosu.query.Guard;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs that other systems tell of, and what becomes known of lineage by them. */
class OutsideRunsTest {
  private static final Principal SPARK = Principal.user("spark");
  private static final String RUN = "3f5e83fa-3480-44ff-99c5-ff943904e5e8";
  private static final String LATER_RUN = "4f5e83fa-3480-44ff-99c5-ff943904e5e8";
  private static final String PEOPLE = "{\"namespace\":\"hosu\",\"name\":\"shop.stage.people\"}";
  private static final String LETTERS =
      "{\"namespace\":\"hosu\",\"name\":\"shop.analytics.letters\"}";
  private static final String CRM =
      "{\"namespace\":\"postgres://crm:5432\",\"name\":\"crm.public.people\"}";

  @TempDir Path directory;

  private record Door(URI url, String token) {
    HttpResponse<String> ask(String path, @Nullable String body) {
      try (HttpClient client = HttpClient.newHttpClient()) {
        HttpRequest.Builder request =
            HttpRequest.newBuilder(url.resolve(path)).header("Authorization", "Bearer " + token);
        return client.send(
            body == null ? request.build() : request.POST(BodyPublishers.ofString(body)).build(),
            BodyHandlers.ofString());
      } catch (IOException | InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    JsonNode tell(String event) {
      HttpResponse<String> answer = ask("/api/v1/lineage", event);
      assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
      return Json.parse(answer.body());
    }

    List<String> edges(String query) {
      HttpResponse<String> answer = ask("/v1/lineage?table=" + query, null);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return Json.parse(answer.body())
          .path("items")
          .valueStream()
          .map(edge ->
              "%s.%s <- %s.%s %s by %s (%s)"
                  .formatted(
                      edge.path("to").asText(),
                      edge.path("to_column").asText(),
                      edge.path("from").asText(),
                      edge.path("from_column").asText(),
                      edge.path("flow").asText(),
                      edge.path("by").asText(),
                      edge.path("told_by").asText()))
          .toList();
    }
  }

  private interface Play {
    void in(Lake lake, Door spark, Door root) throws IOException;
  }

  private void play(TestDatabase kind, Play play) throws IOException {
    try (Lake lake = new Lake(directory, kind)) {
      lake.apply(
          Lake.stage(
              "shop.p.load",
              new Trigger.Objects(List.of("raw/shop/people/*.csv")),
              "SELECT id, mail FROM input",
              Lake.into("shop.stage.people", Mode.APPEND, List.of(), List.of())),
          Lake.stage(
              "shop.p.letters",
              new Trigger.ByHand(),
              "SELECT id, mail FROM stage.people",
              Lake.into("shop.analytics.letters", Mode.OVERWRITE, List.of(), List.of())));
      lake.put("raw/shop/people/1.csv", "id,mail\n1,a@b\n");
      lake.finish();
      lake.pipelines.run(StageName.parse("shop.p.letters"));
      lake.finish();
      var policy = lake.governance.policy();
      LineageStates states =
          new LineageStates(
              lake.database, lake.pipelines.stages(), lake.tables, new Guard(Lake.parser()));
      Router router =
          Router.builder()
              .add(
                  new AuthenticatedRoutes(
                      lake.governance.authentication(),
                      List.of(
                          new LineageApi(states, lake.tables, policy, InstantSource.system()),
                          new OutsideRunsApi(
                              lake.database, lake.tables, policy, InstantSource.system()))))
              .build();
      Principal root = Principal.user("root").asAdministrator();
      lake.grant(root, Permission.DESCRIBE, "lake");
      try (Listener listener = new Listener(ListenerConfig.local(0), router)) {
        play.in(
            lake,
            new Door(listener.address(), token(lake, SPARK)),
            new Door(listener.address(), token(lake, root)));
      }
    }
  }

  private static String token(Lake lake, Principal principal) {
    return lake.database.write(tx -> {
      lake.governance.principals().create(tx, principal, Grant.CLI);
      return lake.governance
          .tokens()
          .create(tx, principal.name(), Duration.ofHours(1))
          .text()
          .reveal();
    });
  }

  private static String event(String type, String run, String inputs, String outputs) {
    return """
    {"eventType": "%s", "eventTime": "2026-01-01T00:00:0%dZ", "producer": "https://spark",
     "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
     "run": {"runId": "%s"}, "job": {"namespace": "spark", "name": "nightly"},
     "inputs": [%s], "outputs": [%s]}
    """
        .formatted(type, run.equals(RUN) ? 1 : 2, run, inputs, outputs);
  }

  private static String withColumns(String dataset) {
    return dataset.replaceFirst(
        "}$",
        ",\"facets\":{\"columnLineage\":{\"_producer\":\"https://spark\",\"_schemaURL\":\"https://x\","
            + "\"fields\":{\"mail\":{\"inputFields\":[{\"namespace\":\"postgres://crm:5432\",\"name\":"
            + "\"crm.public.people\",\"field\":\"email\",\"transformations\":[{\"type\":\"DIRECT\","
            + "\"subtype\":\"TRANSFORMATION\"}]}]}}}}}");
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void whatAJobElsewhereMadeIsAnEdgeThatSaysWhoToldIt(TestDatabase kind) throws IOException {
    play(
        kind,
        (lake, spark, root) -> {
          lake.grant(SPARK, Permission.INSERT, "shop.stage.people");
          List<String> own = root.edges("shop.stage.people&way=up");

          assertThat(spark.tell(event("START", RUN, CRM, "")).path("kept").asBoolean())
              .as("it names nothing of the lake")
              .isFalse();
          spark.tell(event("START", RUN, CRM, PEOPLE));
          assertThat(root.edges("shop.stage.people&way=up")).isEqualTo(own);
          assertThat(spark.tell(event("COMPLETE", RUN, "", PEOPLE)).path("edges").asInt())
              .as("what the beginning named counts for the end")
              .isEqualTo(1);
          spark.tell(event("COMPLETE", RUN, "", PEOPLE));

          assertThat(root.edges("shop.stage.people&way=up"))
              .containsAll(own)
              .contains(
                  "shop.stage.people.* <- postgres://crm:5432/crm.public.people.* unknown by"
                      + " spark/nightly (user:spark)")
              .hasSize(own.size() + 1);
          spark.tell(event("COMPLETE", LATER_RUN, CRM, withColumns(PEOPLE)));
          spark.tell(event("COMPLETE", RUN, CRM, PEOPLE));
          assertThat(root.edges("shop.analytics.letters&column=mail&way=up"))
              .as("over a stage of the lake, by the latest run alone")
              .contains(
                  "shop.stage.people.mail <- postgres://crm:5432/crm.public.people.email derived by"
                      + " spark/nightly (user:spark)")
              .noneMatch(edge -> edge.contains("crm.public.people.*"));
        });
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void tablesAndObjectsAreKnownByWhereTheyLie(TestDatabase kind) throws IOException {
    play(
        kind,
        (lake, spark, root) -> {
          lake.grant(SPARK, Permission.INSERT, "shop.stage.people");
          lake.grant(SPARK, Permission.WRITE_OBJECTS, "raw/shop/people/");
          lake.grant(Principal.user("root"), Permission.READ_OBJECTS, "raw/shop/");
          lake.grant(SPARK, Permission.SELECT, "shop.analytics.letters");
          String location =
              lake.tables.require(TableName.parse("shop.stage.people")).metadata().location();
          String people =
              "{\"namespace\":\"s3a://stage\",\"name\":\"%s\"}"
                  .formatted(location.substring("s3://stage/".length()));
          String object = "{\"namespace\":\"s3://raw\",\"name\":\"shop/people/7.csv\"}";
          spark.tell(event("COMPLETE", RUN, CRM, people + "," + object));

          assertThat(root.edges("shop.analytics.letters&way=up"))
              .contains(
                  "shop.stage.people.* <- postgres://crm:5432/crm.public.people.* unknown by"
                      + " spark/nightly (user:spark)",
                  "raw/shop/people/7.csv.* <- postgres://crm:5432/crm.public.people.* unknown by"
                      + " spark/nightly (user:spark)");

          spark.tell(event("COMPLETE", LATER_RUN, LETTERS, CRM));
          assertThat(root.edges("shop.stage.people&way=down"))
              .contains(
                  "postgres://crm:5432/crm.public.people.* <- shop.analytics.letters.* unknown by"
                      + " spark/nightly (user:spark)");
        });
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void whatAJobElsewhereMadeIsKnownAsItWasAtATime(TestDatabase kind) throws IOException {
    play(
        kind,
        (lake, spark, root) -> {
          lake.grant(SPARK, Permission.INSERT, "shop.stage.people");
          spark.tell(event("COMPLETE", RUN, CRM, PEOPLE));
          String first =
              "shop.stage.people.* <- postgres://crm:5432/crm.public.people.* unknown by"
                  + " spark/nightly (user:spark)";
          String at = "shop.stage.people&way=up&at=2026-01-01T00:00:0";
          assertThat(root.edges(at + "1Z")).containsExactly(first);
          spark.tell(event("COMPLETE", LATER_RUN, CRM, withColumns(PEOPLE)));

          assertThat(root.edges(at + "0Z")).isEmpty();
          assertThat(root.edges(at + "1Z")).containsExactly(first);
          assertThat(root.edges(at + "2Z"))
              .containsExactly(
                  "shop.stage.people.mail <- postgres://crm:5432/crm.public.people.email derived by"
                      + " spark/nightly (user:spark)");
          long snapshot =
              lake.tables.require(TableName.parse("shop.stage.people")).snapshot().orElseThrow();
          assertThat(root.edges("shop.stage.people&way=up&at=" + snapshot))
              .as("with those of the lake's stage")
              .hasSizeGreaterThan(1);
        });
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void objectsThatAJobElsewhereMadeAreFollowedIntoTheStagesThatTakeThem(TestDatabase kind)
      throws IOException {
    play(
        kind,
        (lake, spark, root) -> {
          lake.grant(SPARK, Permission.WRITE_OBJECTS, "raw/shop/people/");
          lake.grant(SPARK, Permission.WRITE_OBJECTS, "raw/shop/people");
          lake.grant(Principal.user("root"), Permission.READ_OBJECTS, "raw/shop/");
          lake.grant(SPARK, Permission.SELECT, "shop.analytics.letters");
          for (String name : List.of("shop/people/7.csv", "shop/people")) {
            String object = "{\"namespace\":\"s3://raw\",\"name\":\"%s\"}".formatted(name);
            spark.tell(event("COMPLETE", LATER_RUN, LETTERS, object));

            assertThat(root.edges("shop.analytics.letters&way=down"))
                .as(name)
                .contains(
                    "raw/%s.* <- shop.analytics.letters.* unknown by spark/nightly (user:spark)"
                        .formatted(name),
                    "shop.stage.people.mail <- raw/shop/people/*.csv.mail direct by shop.p.load"
                        + " (null)");
            assertThat(root.edges("shop.stage.people&way=up"))
                .as(name)
                .contains(
                    "raw/%s.* <- shop.analytics.letters.* unknown by spark/nightly (user:spark)"
                        .formatted(name));
          }
        });
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void whoMayNotWriteATableSaysNothingOfItAndHiddenNamesStayHidden(TestDatabase kind)
      throws IOException {
    play(
        kind,
        (lake, spark, root) -> {
          HttpResponse<String> hidden =
              spark.ask("/v1/openlineage", event("COMPLETE", RUN, CRM, PEOPLE));
          HttpResponse<String> nothing =
              spark.ask(
                  "/v1/openlineage",
                  event("COMPLETE", RUN, CRM, PEOPLE.replace("people", "nobody")));
          assertThat(hidden.statusCode()).isEqualTo(404);
          assertThat(hidden.body().replace("people", "nobody")).isEqualTo(nothing.body());
          lake.grant(SPARK, Permission.SELECT, "shop.stage.people");
          assertThat(spark.ask("/v1/openlineage", event("COMPLETE", RUN, CRM, PEOPLE)).statusCode())
              .isEqualTo(403);
          assertThat(
                  spark.ask("/v1/openlineage", event("COMPLETE", RUN, LETTERS, CRM)).statusCode())
              .isEqualTo(404);

          lake.grant(SPARK, Permission.INSERT, "shop.stage.people");
          lake.grant(SPARK, Permission.DESCRIBE, "shop.stage.people");
          spark.tell(event("COMPLETE", RUN, LETTERS + "," + CRM, PEOPLE));
          assertThat(spark.edges("shop.stage.people&way=up"))
              .as("not the table that it may not know of, though it told it")
              .containsExactly(
                  "shop.stage.people.* <- postgres://crm:5432/crm.public.people.* unknown by"
                      + " spark/nightly (user:spark)");
          assertThat(root.edges("shop.stage.people&way=up"))
              .anyMatch(edge -> edge.contains("<- shop.analytics.letters.*"));

          Principal reader = Principal.user("reader");
          Door partly = new Door(root.url(), token(lake, reader));
          lake.grant(reader, Permission.DESCRIBE, "shop.stage.people");
          Grant part =
              new Grant(
                      "",
                      Grantee.of(reader),
                      Set.of(Permission.SELECT),
                      Resource.parse("shop.stage.people"),
                      Grant.CLI)
                  .with(Terms.none().with(Columns.allBut(List.of("mail"))));
          lake.database.perform(tx -> lake.governance.grants().put(tx, part));
          assertThat(partly.edges("shop.stage.people&way=up")).isEmpty();
        });
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void whatIsNoRunEventIsRefusedByTheNameOfItsField(TestDatabase kind) throws IOException {
    play(
        kind,
        (lake, spark, root) -> {
          String good = event("COMPLETE", RUN, CRM, PEOPLE);
          refused(spark, good.replace(RUN, "7"), "run.runId is no UUID");
          refused(spark, good.replace("COMPLETE", "DONE"), "eventType is none of");
          refused(spark, good.replace("2026-01-01T00", "yesterday"), "eventTime is no time");
          refused(spark, good.replace("\"producer\"", "\"by\""), "producer is missing");
          refused(
              spark, good.replace("\"name\": \"nightly\"", "\"name\": 7"), "job.name is no text");
          refused(
              spark,
              good.replace("\"name\":\"shop.stage.people\"", "\"title\":\"x\""),
              "outputs[0].name is missing");
          refused(
              spark,
              event("COMPLETE", RUN, CRM, withColumns(PEOPLE).replace("_producer", "producer")),
              "outputs[0].facets.columnLineage._producer is missing");
          refused(
              spark,
              event("COMPLETE", RUN, CRM, withColumns(PEOPLE).replace("\"field\"", "\"column\"")),
              "outputs[0].facets.columnLineage.fields.mail.inputFields[0].field is missing");
          refused(spark, "[]", "the event is no JSON object");
          refused(spark, "{\"job\":{}}", "run is missing");
        });
  }

  private static void refused(Door door, String event, String why) {
    HttpResponse<String> answer = door.ask("/v1/openlineage", event);
    assertThat(answer.statusCode()).as(why).isEqualTo(400);
    assertThat(answer.body()).contains(why).contains("OPENLINEAGE_INVALID");
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void theLakesOwnJobsAreNotTakenFromOthersAndAllIsForgottenInTime(TestDatabase kind)
      throws IOException {
    play(
        kind,
        (lake, spark, root) -> {
          lake.grant(SPARK, Permission.INSERT, "shop.stage.people");
          List<String> own = root.edges("shop.stage.people");
          String mine =
              event("COMPLETE", RUN, CRM, PEOPLE)
                  .replace("\"namespace\": \"spark\"", "\"namespace\": \"hosu\"");
          assertThat(spark.tell(mine).path("kept").asBoolean()).isFalse();
          spark.tell(event("COMPLETE", RUN, CRM, PEOPLE));
          OutsideRuns runs = new OutsideRuns(lake.database);
          Instant now = Instant.now();
          assertThat(runs.removeBefore(now.minusSeconds(60), now.minusSeconds(60))).isZero();
          assertThat(root.edges("shop.stage.people")).hasSize(own.size() + 1);
          assertThat(runs.removeBefore(now.plusSeconds(60), now.plusSeconds(60))).isEqualTo(2);
          assertThat(root.edges("shop.stage.people")).isEqualTo(own);
        });
  }
}
