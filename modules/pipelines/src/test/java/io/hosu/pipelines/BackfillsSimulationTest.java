package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.HosuException;
import io.hosu.testing.Seeds;
import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Servers that die at any durable write while backfills run over objects that come and are
 * overwritten: each object is processed once for each backfill that is over it, or not at all when
 * a later version was processed; and the rows that are appended are those of the last versions.
 */
class BackfillsSimulationTest {
  private static final Trigger ALL = new Trigger.Objects(List.of("raw/a/**"));
  private static final StageSpec MERGE = stage("a.p.merge", Target.Mode.MERGE);
  private static final StageSpec APPEND = stage("a.p.append", Target.Mode.APPEND);

  @TempDir Path directory;

  static LongStream seeds() {
    return Seeds.upTo(150);
  }

  static LongStream fewSeeds() {
    return Seeds.upTo(5);
  }

  private static StageSpec stage(String name, Target.Mode mode) {
    return World.stage(
        name, ALL, mode, new Batch(3, Duration.ZERO), World.TWO_RETRIES, Versions.REPLACE);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void eachObjectIsProcessedOnceForEachBackfill(long seed) {
    simulate(TestDatabase.SQLITE, seed, 1 + (int) (seed % 2));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("fewSeeds")
  void alsoWhereSeveralServersShareOnePostgres(long seed) {
    simulate(TestDatabase.POSTGRES, seed, 2);
  }

  private void simulate(TestDatabase kind, long seed, int servers) {
    try (World world = new World(kind, directory, seed)) {
      MortalServers mortal = new MortalServers(world, servers, MERGE, APPEND);
      for (int i = 0; i < 150; i++) {
        switch (world.random.nextInt(12)) {
          case 0, 1 -> put(world, i);
          case 2 -> mortal.have(server -> begin(world, server));
          default -> mortal.act();
        }
      }
      World.Server last = mortal.finish();
      mortal.redriveAll(last);
      assertThat(world.deadLetters()).isEmpty();
      assertThat(last.pipelines.backfills().list(Seen.ALL))
          .allMatch(detail -> detail.backfill().status() == Backfill.Status.DONE);
      checkAppended(world);
      checkMerged(world);
    }
  }

  private static void put(World world, int number) {
    int one = 1 + world.random.nextInt(8);
    String ending = one % 4 == 0 ? "flaky" : "ok";
    world.put("a/%d.%s".formatted(one, ending), "c" + number);
  }

  private static void begin(World world, World.Server server) {
    Instant now = world.clock.instant();
    Instant from = now.minusSeconds(world.random.nextInt(120));
    try {
      server
          .pipelines
          .backfills()
          .begin(
              new Backfill.Wanted("a", "p", "", from, now.plusMillis(1), Optional.of(2)),
              "user:ann",
              Seen.ALL);
    } catch (HosuException e) {
      throw new AssertionError(e);
    }
  }

  private static void checkAppended(World world) {
    assertThat(world.rows("append"))
        .containsExactlyElementsOf(
            world.objects().stream()
                .map(object -> object.name().key() + "=" + object.sha256())
                .toList());
  }

  /** An object of a backfill, in its version. */
  private record Item(String backfill, String object, String version) {}

  private static void checkMerged(World world) {
    Map<String, String> current = new HashMap<>();
    world.objects().forEach(object -> current.put(object.text(), object.version()));
    Map<Item, Integer> processed = processed(world);
    List<Item> items = items(world);
    for (Item item : items) {
      int times = processed.getOrDefault(item, 0);
      if (item.version().equals(current.get(item.object()))) {
        assertThat(times).as("%s, which is current", item).isEqualTo(1);
      } else {
        assertThat(times).as("%s", item).isLessThanOrEqualTo(1);
      }
    }
    assertThat(items).containsAll(processed.keySet());
  }

  private static List<Item> items(World world) {
    return world.database.read(tx ->
        tx.list(
            """
            SELECT i.backfill AS backfill, i.object AS object, i.version AS version
            FROM backfill_items i JOIN backfill_parts p
              ON p.backfill = i.backfill AND p.part = i.part
            WHERE p.stage = 'a.p.merge'\
            """,
            row -> new Item(row.text("backfill"), row.text("object"), row.text("version"))));
  }

  /** How often executions that came of backfills published each version. */
  private static Map<Item, Integer> processed(World world) {
    Map<Item, Integer> processed = new HashMap<>();
    world.database.perform(tx -> {
      Map<String, Execution.Origin> origins = new HashMap<>();
      tx.list("SELECT * FROM executions", ExecutionView::view)
          .forEach(execution -> origins.put(execution.id(), execution.origin()));
      Map<String, String> lots = new HashMap<>();
      for (Map.Entry<String, String> lot :
          tx.list(
              "SELECT * FROM backfill_parts WHERE seq IS NOT NULL",
              row ->
                  Map.entry(
                      row.text("first_message") + "-" + row.text("last_message"),
                      row.text("backfill")))) {
        lots.put(lot.getKey(), lot.getValue());
      }
      for (Item row :
          tx.list(
              "SELECT * FROM lake_rows WHERE tab = 'a.stage.merge'",
              row -> new Item(row.text("execution"), row.text("object"), row.text("version")))) {
        backfill(row.backfill(), origins, lots)
            .ifPresent(backfill ->
                processed.merge(new Item(backfill, row.object(), row.version()), 1, Integer::sum));
      }
    });
    return processed;
  }

  private static Optional<String> backfill(
      String execution, Map<String, Execution.Origin> origins, Map<String, String> lots) {
    Execution.Origin origin = origins.get(execution);
    String parent = origin == null ? null : origin.parent();
    if (origin == null || parent == null) {
      return Optional.empty();
    }
    return switch (origin.by()) {
      case BACKFILL -> Optional.of(parent);
      case SPLIT, RETRY -> backfill(parent, origins, lots);
      case EVENTS -> ofMessage(parent, lots);
      case HAND, REDRIVE, ROLLBACK, UPKEEP, IMPORT, CRAWL -> Optional.empty();
    };
  }

  private static Optional<String> ofMessage(String message, Map<String, String> lots) {
    return lots.entrySet().stream()
        .filter(lot -> {
          String[] ends = lot.getKey().split("-", -1);
          return ends[0].compareTo(message) <= 0 && message.compareTo(ends[1]) <= 0;
        })
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
