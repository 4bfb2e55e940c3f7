package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of failures, by the command line of a real server. */
class FailuresTest {
  private static final String PIPELINE =
      """
      stages:
        sifted:
          on: { objects: raw/shop/sifted/** }
          sql: orders.sql
          into: { table: stage.sifted, mode: append }
          bad_records: quarantine
          tolerate: 50%
        endless:
          on: by_hand
          sql: endless.sql
          into: { table: stage.endless, mode: overwrite }
          memory: 128MB
      """;

  @TempDir Path folder;

  private SmallLake start() throws Exception {
    try (SmallLake lake = SmallLake.start(folder)) {
      SmallLake.write(lake.project, "domains/shop/pipelines/orders.yaml", PIPELINE);
      SmallLake.write(
          lake.project,
          "domains/shop/transforms/endless.sql",
          "SELECT sum(a.range * b.range) AS s FROM range(100000000) a, range(100000000) b\n");
    }
    return SmallLake.again(folder.resolve("project"), folder.resolve("data"));
  }

  private static String done(SmallLake lake, String... command) throws Exception {
    var ran = lake.hosu.hosu(command);
    assertThat(ran.exit()).as(ran.err()).isZero();
    return ran.out();
  }

  private static JsonNode json(SmallLake lake, String... command) throws Exception {
    return Json.parse(done(lake, command));
  }

  @Test
  void theFirstFailureIsToldAndTheNextSuccessClearsItAndACorrectedDeadLetterGoesThrough()
      throws Exception {
    try (SmallLake lake = start()) {
      lake.put("shop/sifted/1.csv", "id,name,amount\n1,a,1\n2,b,1,1\n3,c,1,1\n");
      String id = lake.array("dlq", "-o", "json").getFirst().path("id").asText();

      JsonNode failed = json(lake, "status", "-o", "json").path("failing_stages");
      assertThat(failed.at("/0/stage").asText()).isEqualTo("shop.orders.sifted");
      assertThat(failed.at("/0/failing_code").asText()).isEqualTo("TOO_MANY_BAD_RECORDS");

      lake.put("shop/sifted/2.csv", "id,name,amount\n4,d,1\n5,e,1,1\n");
      assertThat(json(lake, "status", "-o", "json").path("failing_stages")).isEmpty();
      assertThat(lake.array("events", "--type", "Stage Recovered", "-o", "json")).hasSize(1);

      JsonNode event = json(lake, "dlq", "show", id, "-o", "json").path("event");
      ObjectNode edited = event.deepCopy();
      edited.withObject("/detail/object").put("key", "shop/sifted/2.csv").put("version-id", "");
      String corrected = Json.print(edited);
      done(lake, "dlq", "edit", id, "--event", corrected);
      JsonNode shown = json(lake, "dlq", "show", id, "-o", "json");
      assertThat(shown.at("/event/detail/object/key").asText()).isEqualTo("shop/sifted/2.csv");
      assertThat(shown.path("original_event")).isEqualTo(event);
      done(lake, "dlq", "redrive", "--where", "text=sifted/2.csv");
      done(lake, "wait");
      assertThat(lake.array("dlq", "-o", "json")).isEmpty();
    }
  }

  @Test
  void aRunningExecutionIsCancelledByWhoMayAndByNobodyElse() throws Exception {
    try (SmallLake lake = start()) {
      done(lake, "principals", "create", "mallory");
      String token = done(lake, "token", "create", "mallory").strip();
      Map<String, String> mallory = Map.of("HOSU_TOKEN", token);
      String id = json(lake, "run", "shop.orders.endless", "-o", "json").path("id").asText();

      var hidden = lake.hosu.hosu(mallory, "executions", "cancel", id);
      assertThat(hidden.exit()).isEqualTo(1);
      assertThat(hidden.err()).contains("EXECUTION_NOT_FOUND");
      done(lake, "grant", "mallory", "DESCRIBE", "pipeline:shop.orders");
      var denied = lake.hosu.hosu(mallory, "executions", "cancel", id);
      assertThat(denied.err()).contains("PERMISSION_DENIED", "RUN");
      done(lake, "grant", "mallory", "RUN", "pipeline:shop.orders");
      var cancelled = lake.hosu.hosu(mallory, "executions", "cancel", id);
      assertThat(cancelled.out()).contains("CANCELLED", "Cancelled by user:mallory.");

      List<JsonNode> again = lake.array("executions", "--status", "CANCELLED", "-o", "json");
      assertThat(again).extracting(one -> one.path("id").asText()).containsExactly(id);
      done(lake, "wait", "--timeout", "30s");
    }
  }
}
