package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/** An engine that is stopped by a signal while it works on an object. */
class StoppedEngineTest {
  private static final String PIPELINE =
      """
      stages:
        counted:
          on: { objects: raw/shop/orders/*.csv }
          sql: counted.sql
          into: { table: stage.counted, mode: append }
          retry: { attempts: 3, interval: 1s }
      """;

  /** Takes seconds of one processor for each object. */
  private static final String SLOW =
      "SELECT id, (SELECT sum(n.range % 7) FROM range(2000000000) n)::BIGINT AS counted FROM input\n";

  private static final Duration MIDST = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofMinutes(2);

  @TempDir Path folder;

  private SmallLake start() throws Exception {
    try (SmallLake lake = SmallLake.start(folder)) {
      SmallLake.write(lake.project, "domains/shop/pipelines/orders.yaml", PIPELINE);
      SmallLake.write(lake.project, "domains/shop/transforms/counted.sql", SLOW);
    }
    return SmallLake.again(
        folder.resolve("project"),
        folder.resolve("data"),
        "--set",
        "query.silence=3s",
        "--set",
        "query.workers=1",
        "--set",
        "query.threads=1");
  }

  /** The process that works for stages. */
  private static ProcessHandle engine(SmallLake lake) {
    return ProcessHandle.of(lake.hosu.pid())
        .orElseThrow()
        .descendants()
        .filter(child -> child.info().commandLine().orElse("").contains("/temp/stages/"))
        .findFirst()
        .orElseThrow();
  }

  private static Duration used(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Waits until the engine has worked for a while on what was put. */
  private static void awaitMidst(ProcessHandle engine, Duration before) {
    Instant last = Instant.now().plus(LONGEST);
    while (used(engine).minus(before).compareTo(MIDST) < 0) {
      assertThat(Instant.now()).as("when the engine does nothing").isBefore(last);
      Thread.onSpinWait();
    }
  }

  @Test
  void theAttemptIsMadeAgainByAnotherEngineAndItsRowsAreThereOnce() throws Exception {
    try (SmallLake lake = start()) {
      ProcessHandle engine = engine(lake);
      Duration before = used(engine);
      lake.s3.putObject(
          r -> r.bucket("raw").key("shop/orders/1.csv"), RequestBody.fromString("id\n1\n2\n"));
      awaitMidst(engine, before);

      Process stop = new ProcessBuilder("kill", "-STOP", "" + engine.pid()).start();
      assertThat(stop.waitFor()).isZero();
      assertThat(lake.hosu.hosu("wait", "--timeout", "180s").exit()).isZero();

      assertThat(engine.isAlive()).isFalse();
      assertThat(engine(lake).pid()).isNotEqualTo(engine.pid());
      JsonNode only = lake.array("executions", "-o", "json").getFirst();
      assertThat(only.path("status").asText()).isEqualTo("SUCCEEDED");
      assertThat(only.path("attempt").asInt()).isEqualTo(2);
      String id = only.path("id").asText();
      JsonNode shown = Json.parse(lake.hosu.hosu("executions", "show", id, "-o", "json").out());
      assertThat(shown.at("/attempts/0/outcome").asText()).isEqualTo("failed");
      assertThat(shown.at("/attempts/0/cause_code").asText()).isEqualTo("ENGINE_UNAVAILABLE");
      assertThat(shown.at("/attempts/0/cause").asText()).contains("no sign of life");
      assertThat(lake.array("executions", "-o", "json")).hasSize(1);
      assertThat(lake.array("dlq", "-o", "json")).isEmpty();
      assertThat(lake.hosu.sql("SELECT id FROM shop.stage.counted ORDER BY id"))
          .containsExactly("1", "2");
    }
  }
}
