package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.hosu.testing.Crash;
import io.hosu.testing.CrashPoints;
import io.hosu.testing.TestDatabase;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * More than other systems take at once; {@code -Dfiles=100000} for as many files, of which a build
 * drops fewer.
 */
class FloodTest {
  private static final Trigger ALL = new Trigger.Objects(List.of("raw/a/**"));
  private static final int BATCH = 250;

  private World world;

  @BeforeEach
  void open(@TempDir Path directory) {
    world = new World(TestDatabase.SQLITE, directory, 1);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private static StageSpec taking(int most) {
    return World.stage(
        "a.p.add", ALL, Target.Mode.APPEND, new Batch(most, Duration.ZERO), World.TWO_RETRIES);
  }

  /** What is under way at any time is bounded, however much waits. */
  @Test
  void filesDroppedAtOnceAreWorkedOnWithBoundedMemory() {
    int files = Integer.getInteger("files", 5000);
    World.Server server = world.server();
    server.apply(taking(BATCH));
    server.pipelines.begin();
    world.putAll(IntStream.range(0, files).mapToObj("a/%06d.ok"::formatted).toList(), "x");
    long heap = heap();
    long open = openFiles();
    do {
      server.router.routeOnce();
      server.pipelines.step();
      assertThat(server.attempts).as("attempts under way").hasSizeLessThanOrEqualTo(4);
      assertThat(world.count("messages WHERE receipt IS NOT NULL"))
          .as("messages in the hands of executions")
          .isLessThanOrEqualTo(4 * BATCH);
      if (!server.attempts.isEmpty()) {
        server.attempts.remove().run();
      }
      assertThat(heap() - heap).as("bytes of heap more than before").isLessThan(32 << 20);
      assertThat(openFiles() - open).as("open files more than before").isLessThan(32);
    } while (!server.pipelines.pending().isNone());
    assertThat(world.count("lake_rows")).isEqualTo(files);
    assertThat(world.count("(SELECT DISTINCT object FROM lake_rows)")).isEqualTo(files);
    assertThat(world.deadLetters()).isEmpty();
  }

  /** What is held on to: what garbage there is says nothing. */
  private static long heap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static long openFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : 0;
  }

  @Test
  void anEventListOver256KBIsOneExecution() {
    World.Server server = world.server();
    server.apply(taking(1000));
    List<String> keys =
        IntStream.range(0, 400)
            .mapToObj(file -> "a/" + "long".repeat(200) + "/%03d.ok".formatted(file))
            .toList();
    world.putAll(keys, "x");
    server.finish();
    ExecutionFilter all = ExecutionFilter.ALL;
    assertThat(server.pipelines.executions().list(all, 10, null).items())
        .singleElement()
        .satisfies(execution -> {
          ExecutionDetail detail = server.pipelines.executions().require(execution.id());
          assertThat(execution.origin().messages()).isEqualTo(400);
          assertThat(detail.inputs()).hasSize(400);
          assertThat(detail.toJson().toString().length()).isGreaterThan(256 << 10);
        });
    assertThat(world.rows("add")).hasSize(400);
  }

  @Test
  void killBetweenReceiveAndStart() {
    CrashPoints points = CrashPoints.never();
    World.Server mortal = world.server(points, true);
    mortal.apply(taking(10));
    mortal.pipelines.begin();
    world.put("a/1.ok", "x");
    mortal.router.routeOnce();
    CrashPoints afterReceive = CrashPoints.at(3); // the lease has two, and the claim begins
    World.Server dies = world.server(afterReceive, true);
    dieIn(() -> {
      dies.pipelines.begin();
      dies.pipelines.step();
    });
    assertThat(world.count("messages WHERE receipt IS NOT NULL")).as("received").isEqualTo(1);
    assertThat(dies.attempts).as("started").isEmpty();
    World.Server next = world.server();
    next.pipelines.begin();
    next.finish();
    assertThat(world.rows("add")).containsExactly("a/1.ok=x");
    assertThat(world.deadLetters()).isEmpty();
  }

  private static void dieIn(Runnable life) {
    try {
      life.run();
    } catch (Crash _) {
      return;
    }
    throw new AssertionError("It did not die.");
  }
}
