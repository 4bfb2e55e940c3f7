package io.hosu.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.testing.ManualClock;
import java.io.IOException;
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
}
