package io.hosu.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a real process at random moments: {@code -Dkills=100} for more of it. */
class KilledProcessTest {
  private final Map<Long, Long> acknowledged = new HashMap<>();

  @Test
  void whatWasAcknowledgedBeforeAKillIsThere(@TempDir Path directory) throws Exception {
    Random random = new Random(Long.getLong("seed", 1));
    for (int kill = 0; kill < Integer.getInteger("kills", 4); kill++) {
      writeAndKill(directory, 1 + random.nextInt(2000));
      check(directory);
    }
  }

  private void writeAndKill(Path directory, int afterLines) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KilledWriter.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      int seen = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        acknowledge(line);
        if (++seen == afterLines) {
          process.toHandle().destroyForcibly(); // leaves what it has printed to be read
        }
      }
      assertThat(seen).isGreaterThanOrEqualTo(afterLines);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** A line that the kill cut off has no stop at its end and was perhaps never acknowledged. */
  private void acknowledge(String line) {
    if (line.endsWith(".")) {
      List<String> words = List.of(line.substring(0, line.length() - 1).split(" ", -1));
      acknowledged.merge(Long.valueOf(words.get(0)), Long.valueOf(words.get(1)), Math::max);
    }
  }

  private void check(Path directory) throws IOException {
    try (Database database = Databases.open(DatabaseConfig.in(directory), KilledWriter.COUNTS)) {
      List<Count> counts =
          database.read(tx ->
              tx.list(
                  "SELECT thread, COUNT(*) AS many, MAX(n) AS last FROM counts GROUP BY thread",
                  row -> new Count(row.number("thread"), row.number("many"), row.number("last"))));
      assertThat(counts)
          .allSatisfy(count -> assertThat(count.many()).isEqualTo(count.last()))
          .allSatisfy(count ->
              assertThat(count.last())
                  .isGreaterThanOrEqualTo(acknowledged.getOrDefault(count.thread(), 0L)));
      assertThat(counts).extracting(Count::thread).containsAll(acknowledged.keySet());
    }
  }

  private record Count(long thread, long many, long last) {}
}
