package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Who has no rights sees and changes nothing, is told how to get them, and has them at once. */
class AccessTest {
  private static final String KEY = "shop/orders/1.csv";
  private static final String[] ASK = {
    "sql", "-o", "csv", "-c", "SELECT name FROM shop.stage.orders"
  };

  @TempDir Path folder;

  @Test
  void aPrincipalMayDoWhatItIsGrantedAndNothingElse() throws Exception {
    try (SmallLake lake = SmallLake.start(folder)) {
      lake.put(KEY, "id,name,amount\n1,a,1\n");
      done(lake, "principals", "create", "mallory");
      String token = done(lake, "token", "create", "mallory").strip();
      JsonNode key = Json.parse(done(lake, "key", "create", "mallory", "-o", "json"));
      Map<String, String> mallory = Map.of("HOSU_TOKEN", token);
      try (S3Client s3 = client(lake, key)) {
        nothingIsSeen(lake, mallory, s3);
        done(lake, "grant", "mallory", "SELECT", "shop.stage");
        var asked = lake.hosu.hosu(mallory, ASK);
        assertThat(asked.exit()).as(asked.err()).isZero();
        assertThat(asked.out()).isEqualTo("name\na\n");
        refused(() -> s3.getObjectAsBytes(r -> r.bucket("raw").key(KEY)));
        done(lake, "grant", "mallory", "READ_OBJECTS", "shop.raw");
        assertThat(s3.getObjectAsBytes(r -> r.bucket("raw").key(KEY)).asUtf8String())
            .isEqualTo("id,name,amount\n1,a,1\n");
        putIsRefused(s3);
      }
    }
  }

  @Test
  void whatScriptsReadOfAccessAndTheAuditIsAsItIsSaid() throws Exception {
    String[] can = {"can", "mallory", "SELECT", "shop.stage.orders", "-o", "json"};
    try (SmallLake lake = SmallLake.start(folder)) {
      lake.put(KEY, "id,name,amount\n1,a,1\n2,b,2\n");
      done(lake, "principals", "create", "mallory");
      Map<String, String> mallory =
          Map.of("HOSU_TOKEN", done(lake, "token", "create", "mallory").strip());
      JsonNode key = Json.parse(done(lake, "key", "create", "mallory", "-o", "json"));

      var denied = lake.hosu.hosu(can);
      assertThat(denied.exit()).as(denied.err()).isEqualTo(1);
      assertThat(Json.parse(denied.out()).path("decision").asText()).isEqualTo("denied");
      assertThat(Json.parse(denied.out()).path("reason").asText()).contains("no grant allows it");
      assertThat(Json.parse(denied.out()).path("remedy").asText()).contains("hosu grant");
      assertThat(Json.parse(denied.out()).has("grant")).isTrue();
      assertThat(lake.hosu.hosu(mallory, ASK).exit()).isEqualTo(1);
      done(lake, "grant", "mallory", "SELECT", "shop.stage", "--rows", "id = 1");
      JsonNode filtered = Json.parse(done(lake, can));
      assertThat(filtered.path("decision").asText()).isEqualTo("filtered");
      assertThat(filtered.path("grant").toString()).contains("shop.stage");
      assertThat(lake.hosu.hosu(mallory, ASK).out()).isEqualTo("name\na\n");
      try (S3Client s3 = client(lake, key)) {
        refused(() -> s3.getObjectAsBytes(r -> r.bucket("raw").key(KEY)));
      }

      List<JsonNode> records =
          lake.array("audit", "-o", "json", "--since", "1h", "--principal", "mallory");
      assertThat(records)
          .allSatisfy(record ->
              assertThat(record.fieldNames())
                  .toIterable()
                  .contains(
                      "time",
                      "principal",
                      "door",
                      "action",
                      "resource",
                      "decision",
                      "rows",
                      "bytes"));
      assertThat(records)
          .filteredOn(record -> record.path("action").asText().equals("SELECT"))
          .extracting(
              record -> record.path("decision").asText(), record -> record.path("rows").asInt())
          .containsExactly(tuple("allowed", 1), tuple("denied", 0));
      String log = Files.readString(folder.resolve("data.log"));
      assertThat(log).contains("admin.env");
      assertThat(log)
          .as("secrets in the log")
          .doesNotContain(key.path("secret_access_key").asText())
          .doesNotContain(mallory.get("HOSU_TOKEN"))
          .doesNotContain(lake.hosu.value("HOSU_TOKEN"));
    }
  }

  @Test
  void rightsOnOnePipelineAreRightsOnItsDeadLettersReplaysAndEventsAlone() throws Exception {
    SmallLake.start(folder).close();
    Path project = folder.resolve("project");
    SmallLake.write(
        project,
        "domains/shop/pipelines/returns.yaml",
        """
        stages:
          clean:
            on: { objects: raw/shop/returns/** }
            sql: orders.sql
            into: { table: stage.returns }
        """);
    try (SmallLake lake = SmallLake.again(project, folder.resolve("data"))) {
      String bad = "id,name,amount\n1,a,1,1\n";
      lake.put("shop/orders/1.csv", bad);
      lake.put("shop/returns/1.csv", bad);
      String other = lake.deadLetters("shop/returns/1.csv").getFirst().path("id").asText();
      done(lake, "principals", "create", "carla");
      done(lake, "grant", "carla", "REDRIVE", "pipeline:shop.orders");
      Map<String, String> carla =
          Map.of("HOSU_TOKEN", done(lake, "token", "create", "carla").strip());

      JsonNode letters = Json.parse(asked(lake, carla, "dlq", "-o", "json"));
      assertThat(letters)
          .extracting(letter -> letter.path("queue").asText())
          .containsExactly("shop.orders.clean");
      assertThat(refusal(lake, carla, "dlq", "show", other)).contains("DEAD_LETTER_NOT_FOUND");
      JsonNode events = Json.parse(asked(lake, carla, "events", "-o", "json"));
      assertThat(events).isNotEmpty();
      assertThat(Json.print(events)).contains("orders/1.csv").doesNotContain("returns");
      assertThat(asked(lake, carla, "replay", "shop.orders.clean", "--from", "1h", "--dry-run"))
          .isEqualTo("would send 1 events as 1 messages\n");
      assertThat(refusal(lake, carla, "replay", "shop.returns.clean", "--from", "1h"))
          .contains("PERMISSION_DENIED", "pipeline:shop.returns");
      String id = letters.path(0).path("id").asText();
      asked(lake, carla, "dlq", "edit", id, "--detail", detail(letters.path(0)));
      assertThat(asked(lake, carla, "dlq", "redrive", "--all"))
          .isEqualTo("redriven 1 dead letter\n");
      done(lake, "wait");
      assertThat(lake.deadLetters("shop/returns/1.csv")).hasSize(1);
    }
  }

  /** The detail of a dead letter's event, with another size of the object. */
  private static String detail(JsonNode letter) {
    return Json.print(letter.at("/event/detail")).replaceFirst("\"size\":\\d+", "\"size\":7");
  }

  private static String asked(SmallLake lake, Map<String, String> as, String... command)
      throws Exception {
    var ran = lake.hosu.hosu(as, command);
    assertThat(ran.exit()).as(ran.err()).isZero();
    return ran.out();
  }

  private static String refusal(SmallLake lake, Map<String, String> as, String... command)
      throws Exception {
    var ran = lake.hosu.hosu(as, command);
    assertThat(ran.exit()).as(ran.out()).isEqualTo(1);
    return ran.err();
  }

  private static void nothingIsSeen(SmallLake lake, Map<String, String> mallory, S3Client s3)
      throws Exception {
    var asked = lake.hosu.hosu(mallory, ASK);
    assertThat(asked.exit()).isEqualTo(1);
    assertThat(asked.out()).isEmpty();
    assertThat(asked.err()).containsAnyOf("TABLE_NOT_FOUND", "PERMISSION_DENIED").contains("hosu ");
    refused(() -> s3.getObjectAsBytes(r -> r.bucket("raw").key(KEY)));
    putIsRefused(s3);
    var events = lake.hosu.hosu(mallory, "events", "-o", "json");
    assertThat(events.exit()).isEqualTo(1);
    assertThat(events.err()).contains("PERMISSION_DENIED");
    everyRemedyIsACommand(lake, events.err());
  }

  /** The command that the refusal names is one that an administrator can run as it stands. */
  private static void everyRemedyIsACommand(SmallLake lake, String told) throws Exception {
    String command =
        told.lines()
            .filter(line -> line.contains("hosu grant "))
            .map(line -> line.substring(line.indexOf("hosu grant ") + "hosu ".length()).strip())
            .findFirst()
            .orElseThrow();
    done(lake, command.split(" "));
    var grants = lake.array("grants", "-o", "json");
    String id =
        grants.stream()
            .filter(grant -> grant.path("principal").asText().contains("mallory"))
            .map(grant -> grant.path("id").asText())
            .findFirst()
            .orElseThrow();
    done(lake, "grants", "revoke", id);
  }

  private static void refused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> {
              assertThat(e.statusCode()).isEqualTo(403);
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDenied");
            });
  }

  /** The SDK's HTTP client drops the body of an answer that comes instead of "continue". */
  private static void putIsRefused(S3Client s3) {
    assertThatThrownBy(() ->
            s3.putObject(r -> r.bucket("raw").key(KEY), RequestBody.fromString("overwritten")))
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
  }

  private static S3Client client(SmallLake lake, JsonNode key) {
    return S3Clients.of(
        lake.hosu, key.path("access_key_id").asText(), key.path("secret_access_key").asText());
  }

  private static String done(SmallLake lake, String... command) throws Exception {
    var ran = lake.hosu.hosu(command);
    assertThat(ran.exit()).as(ran.err()).isZero();
    return ran.out();
  }
}
