package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import io.hosu.testing.HosuProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SQL that somebody ends: by a signal to its client, by closing its output, by SIGTERM. */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SqlEndsTest {
  private static final String ENDLESS = "SELECT count(*) FROM range(100000000000000)";

  @TempDir static Path folder;
  private static SmallLake lake;

  @BeforeAll
  static void start() throws IOException {
    lake = SmallLake.start(folder);
  }

  @AfterAll
  static void stop() {
    lake.close();
  }

  /** Starts a command through a shell, which sees {@code hosu} as {@code "$@"}. */
  private static Process shell(String line, Path err) throws IOException {
    List<String> command = new ArrayList<>(List.of("bash", "-c", line, "hosu"));
    command.addAll(HosuProcess.java());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(lake.hosu.env());
    return builder.redirectError(err.toFile()).start();
  }

  private static JsonNode awaitQuery(String status) throws IOException {
    while (true) {
      for (JsonNode query : Json.parse(lake.hosu.get("/v1/queries").body()).path("items")) {
        if (query.path("status").asText().equals(status)) {
          return query;
        }
      }
      Thread.onSpinWait();
    }
  }

  @Test
  @Order(1)
  void sigintCancelsTheStatementOnTheServerToo() throws Exception {
    Path err = folder.resolve("sigint.err");
    Process sql = shell("exec \"$@\" sql -c '" + ENDLESS + "'", err);
    String id = awaitQuery("RUNNING").path("id").asText();
    new ProcessBuilder("kill", "-INT", Long.toString(sql.pid())).start().waitFor();

    assertThat(sql.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(sql.exitValue()).isEqualTo(130);
    assertThat(Files.readString(err)).isEqualTo("cancelled\n");
    JsonNode query = awaitQuery("CANCELLED");
    assertThat(query.path("id").asText()).isEqualTo(id);
    assertThat(query.path("code").asText()).isEqualTo("QUERY_CANCELLED");
  }

  @Test
  @Order(2)
  void aReaderThatWentAwayEndsTheQueryQuietly() throws Exception {
    Path err = folder.resolve("head.err");
    String line =
        "\"$@\" sql -o csv -c 'SELECT * FROM range(100000000)' | head -1; echo ${PIPESTATUS[0]}";
    Process piped = shell(line, err);

    assertThat(piped.inputReader().lines()).containsExactly("range", "141");
    assertThat(Files.readString(err)).isEmpty();
  }

  @Test
  @Order(3)
  void anAnswerThatGoesNowhereIsAFailure() throws Exception {
    for (String where : List.of(">/dev/full", ">&-")) {
      Path err = folder.resolve("nowhere.err");
      Process ran = shell("\"$@\" tables list " + where, err);
      assertThat(ran.waitFor(20, TimeUnit.SECONDS)).isTrue();

      assertThat(ran.exitValue()).as(where).isEqualTo(1);
      assertThat(Files.readString(err)).as(where).contains("[OUTPUT_FAILED]");
    }
  }

  @Test
  @Order(4)
  void sigtermStopsTheServerInTimeWhileQueriesRunAndWait() throws Exception {
    List<Process> running = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      running.add(shell("exec \"$@\" sql -c '" + ENDLESS + "'", folder.resolve("term.err" + i)));
    }
    awaitQuery("RUNNING");
    awaitQuery("QUEUED");
    long replaced = replacedEngines();
    long millis = lake.hosu.stopMillis();

    assertThat(millis).isBetween(0L, 5000L);
    assertThat(lake.hosu.exit()).isZero();
    for (Process process : running) {
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(1);
    }
    assertThat(replacedEngines()).isEqualTo(replaced);
  }

  private static long replacedEngines() throws IOException {
    return Files.readString(folder.resolve("data.log"))
        .lines()
        .filter(line -> line.contains("engine replaced"))
        .count();
  }
}
