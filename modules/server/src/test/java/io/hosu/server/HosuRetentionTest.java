package io.hosu.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.testing.ManualClock;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a server keeps its history for as long as its settings say. */
class HosuRetentionTest {
  private final ManualClock clock = new ManualClock();
  @TempDir Path folder;

  /** Starts a server on a changed project, so that its log has more than the newest event. */
  private Hosu start(Map<String, String> settings) throws IOException {
    project("raw, stage");
    open(settings).close();
    project("raw, stage, analytics");
    return open(settings);
  }

  private void project(String layers) throws IOException {
    Files.createDirectories(folder.resolve("project"));
    Files.writeString(
        folder.resolve("project/lake.yaml"), "name: kept\nlayers: [%s]\n".formatted(layers));
  }

  private Hosu open(Map<String, String> settings) throws IOException {
    return Hosu.start(
        new HosuConfig(
            folder.resolve("project"), folder.resolve("data"), "127.0.0.1", 0, 0, settings),
        clock);
  }

  /** Those of the first project go once they are routed: nothing goes that work still needs. */
  private static void awaitEventsRemoved(Hosu hosu) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (hosu.sweepHistory().events() == 0) {
      assertThat(System.nanoTime()).as("waited for events to be removed").isLessThan(end);
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
  }

  @Test
  void eventsAreKeptForThirtyDaysUnlessToldOtherwise() throws Exception {
    try (Hosu hosu = start(Map.of())) {
      clock.advance(Duration.ofDays(29));
      assertThat(hosu.sweepHistory().events()).isZero();
      clock.advance(Duration.ofDays(2));
      awaitEventsRemoved(hosu);
    }
  }

  @Test
  void aSettingKeepsThemForAnotherTime() throws Exception {
    try (Hosu hosu = start(Map.of("events.retention", "1h"))) {
      clock.advance(Duration.ofHours(2));
      awaitEventsRemoved(hosu);
    }
  }

  @Test
  void zeroKeepsAllOfThem() throws Exception {
    try (Hosu hosu = start(Map.of("events.retention", "0s"))) {
      clock.advance(Duration.ofDays(4000));
      assertThat(hosu.sweepHistory().events()).isZero();
    }
  }

  private void stage() throws IOException {
    Path pipelines = folder.resolve("project/domains/shop/pipelines");
    Files.createDirectories(pipelines);
    Files.createDirectories(folder.resolve("project/domains/shop/transforms"));
    project("raw, stage");
    Files.writeString(folder.resolve("project/domains/shop/domain.yaml"), "description: A shop.\n");
    Files.writeString(
        pipelines.resolve("orders.yaml"),
        """
        stages:
          clean:
            on: { objects: raw/shop/*.csv }
            sql: clean.sql
            into: { table: stage.orders, mode: append }
        """);
    Files.writeString(
        folder.resolve("project/domains/shop/transforms/clean.sql"), "SELECT * FROM input\n");
  }

  private String send(Hosu hosu, String method, String path, String body) throws Exception {
    String token =
        Files.readAllLines(folder.resolve("data/admin.env")).stream()
            .filter(line -> line.startsWith("HOSU_TOKEN="))
            .map(line -> line.substring("HOSU_TOKEN=".length()))
            .findFirst()
            .orElseThrow();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(hosu.http().resolve(path))
                  .header("Authorization", "Bearer " + token)
                  .method(method, HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
      return answer.body();
    }
  }

  private long count(Hosu hosu, String table) throws Exception {
    String body = "{\"sql\": \"SELECT count(*) AS n FROM %s\"}".formatted(table);
    return Long.parseLong(send(hosu, "POST", "/v1/queries", body).lines().toList().getLast());
  }

  /** A server on which one execution has ended, and some requests were recorded. */
  private Hosu afterOneExecution(Map<String, String> settings) throws Exception {
    stage();
    Hosu hosu = open(settings);
    send(hosu, "PUT", "/v1/objects/raw/shop/1.csv", "id,amount\n1,2\n");
    long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
    while (!send(hosu, "GET", "/v1/pending?wait=20s", "").contains("\"total\":0")) {
      assertThat(System.nanoTime()).as("waited for the execution to end").isLessThan(end);
    }
    assertThat(send(hosu, "GET", "/v1/executions", "")).contains("SUCCEEDED");
    return hosu;
  }

  @Test
  void executionsMoveToTheirArchiveAfterNinetyDaysUnlessToldOtherwise() throws Exception {
    try (Hosu hosu = afterOneExecution(Map.of())) {
      clock.advance(Duration.ofDays(90));
      assertThat(hosu.sweepHistory().executions()).isZero();
      assertThat(send(hosu, "GET", "/v1/executions", "")).contains("SUCCEEDED");
      clock.advance(Duration.ofDays(2));

      assertThat(hosu.sweepHistory().executions()).isEqualTo(1);

      assertThat(send(hosu, "GET", "/v1/executions", "")).doesNotContain("SUCCEEDED");
      assertThat(count(hosu, "system.executions")).isEqualTo(1);
      assertThat(hosu.sweepHistory().executions()).isZero();
    }
  }

  @Test
  void aSettingKeepsExecutionsForAnotherTimeAndZeroForEver() throws Exception {
    try (Hosu hosu = afterOneExecution(Map.of("executions.retention", "0s"))) {
      clock.advance(Duration.ofDays(4000));
      assertThat(hosu.sweepHistory().executions()).isZero();
    }
    try (Hosu hosu = open(Map.of("executions.retention", "1h"))) {
      assertThat(hosu.sweepHistory().executions()).isEqualTo(1);
    }
  }

  @Test
  void auditRecordsMoveToTheirArchiveAfterADayAndGoWhenTheirTimeIsOver() throws Exception {
    stage();
    try (Hosu hosu = open(Map.of("audit.retention", "20d"))) {
      send(hosu, "GET", "/v1/objects/raw", "");
      clock.advance(Duration.ofSeconds(1));
      String earlier = "system.lake.audit WHERE epoch_ms(time) < " + clock.instant().toEpochMilli();
      long recorded = count(hosu, earlier);
      assertThat(recorded).isPositive();
      assertThat(hosu.sweepHistory().auditRecords()).isZero();
      clock.advance(Duration.ofDays(2).plusMinutes(1));

      assertThat(hosu.sweepHistory().auditRecords()).isPositive();
      assertThat(count(hosu, earlier)).isEqualTo(recorded);

      clock.advance(Duration.ofDays(20));
      hosu.sweepHistory();
      assertThat(count(hosu, earlier)).isZero();
    }
  }
}
