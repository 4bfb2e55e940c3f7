package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.events.EventFilter;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.LakeLives.LakeLife;
import io.hosu.pipelines.Transform.Crawl.Load;
import io.hosu.testing.CrashPoints;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Objects of random columns come to a crawler of a random policy, whose process dies at random
 * writes: whatever it dies at, the end is the same.
 */
class CrawlerSimulationTest {
  private static final TableName TABLE = TableName.parse("a.stage.t");
  private static final int DEATHS = 3;

  static LongStream seeds() {
    Long seed = Long.getLong("seed");
    return seed == null ? LongStream.range(0, 8) : LongStream.of(seed);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aCrawlerThatDiesGoesOnAndProposesEverythingOnce(long seed, @TempDir Path directory)
      throws IOException {
    Random random = new Random(seed);
    CrashPoints never = CrashPoints.never();
    Map<CrashInvariant, Object> whole = play(seed, directory.resolve("whole"), never);
    for (int death = 0; death < DEATHS; death++) {
      int at = random.nextInt(never.passed().size());
      Map<CrashInvariant, Object> end =
          play(seed, directory.resolve("death-" + death), CrashPoints.at(at));
      assertThat(end).as(never.passed().get(at)).isEqualTo(whole);
    }
  }

  private static Map<CrashInvariant, Object> play(long seed, Path directory, CrashPoints points)
      throws IOException {
    try (Crawl life =
        new Crawl(new Lake(Files.createDirectories(directory), TestDatabase.SQLITE), seed)) {
      life.play(points);
      life.requireOnce();
      return life.end();
    }
  }

  /** A crawler to which objects come, one or two at a time. */
  private static final class Crawl extends LakeLife {
    Crawl(Lake lake, long seed) {
      super(lake);
      Random random = new Random(seed);
      DriftPolicy drift = one(random, DriftPolicy.values());
      Load load = one(random, Load.values());
      put(random, load, 0);
      step(life -> declare(life, drift, load));
      int objects = 3 + random.nextInt(3);
      for (int n = 1; n <= objects; n++) {
        put(random, load, n);
        if (random.nextInt(3) > 0) {
          step(Lake.Life::settle);
        }
      }
      step(Lake.Life::settle);
      endsWith(CrashInvariant.ROWS, () -> columns() + " " + found());
      endsWith(CrashInvariant.DEAD_LETTERS, this::letters);
      endsWith(CrashInvariant.PUBLISHED_ONCE, this::proposals);
    }

    private static <T> T one(Random random, T[] all) {
      return List.of(all).get(random.nextInt(all.length));
    }

    private void declare(Lake.Life life, DriftPolicy drift, Load load) {
      StageSpec crawler =
          DeclaredCrawlers.stage(
              "a",
              "t",
              new Transform.Crawl("raw/a/t/", drift, load),
              new Target(TABLE, Target.Mode.APPEND, List.of(), List.of(), List.of(), drift),
              Optional.empty(),
              Duration.ZERO,
              Running.STANDARD);
      lake.database.perform(tx -> life.pipelines.stages().crawlers().put(tx, crawler));
      life.settle();
    }

    /** Of an id, and of some other columns in some type. */
    private void put(Random random, Load load, int n) {
      List<String> select = new ArrayList<>(List.of("%d::BIGINT AS id".formatted(n)));
      if (random.nextInt(3) > 0) {
        select.add(random.nextBoolean() ? "1.5::DOUBLE AS b" : "'x' AS b");
      }
      if (random.nextInt(3) == 0) {
        select.add("'y' AS c" + random.nextInt(2));
      }
      String query = "SELECT " + String.join(", ", select);
      outside(() -> put(load, n, query));
    }

    private void put(Load load, int n, String query) {
      try {
        if (load == Load.IN_PLACE) {
          lake.putParquet("raw/a/t/%d.parquet".formatted(n), query);
        } else {
          List<String> names = new ArrayList<>();
          List<String> values = new ArrayList<>();
          for (String column : query.substring("SELECT ".length()).split(", ", -1)) {
            names.add(column.replaceFirst(".* AS ", ""));
            values.add(column.replaceFirst("(::\\w+)? AS .*", "").replace("'", ""));
          }
          lake.put(
              "raw/a/t/%d.csv".formatted(n),
              String.join(",", names) + "\n" + String.join(",", values) + "\n");
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private Set<String> columns() {
      return lake.tables.require(TABLE).columns().stream()
          .map(column -> column.name() + " " + column.type())
          .collect(Collectors.toSet());
    }

    private List<String> found() {
      return lake.query(TABLE.toString(), "SELECT id FROM t ORDER BY id");
    }

    private List<String> letters() {
      return lake.deadLetters().stream()
          .map(letter -> letter.queue() + " " + letter.cause().code())
          .sorted()
          .toList();
    }

    private List<String> proposals() {
      return lake.database.read(tx ->
          tx.list(
              "SELECT status, changes FROM crawler_proposals ORDER BY id",
              row -> row.text("status") + " " + row.text("changes")));
    }

    /** Every proposal is told by one event, and none says what another says. */
    void requireOnce() {
      List<String> fingerprints =
          lake.database.read(tx ->
              tx.list("SELECT fingerprint FROM crawler_proposals", row -> row.text("fingerprint")));
      assertThat(fingerprints).doesNotHaveDuplicates();
      assertThat(lake.events.list(EventFilter.ALL, 1000).items())
          .filteredOn(one -> one.event().detailType().equals("Crawler Proposal Made"))
          .hasSameSizeAs(fingerprints);
      assertThat(lake.executions())
          .filteredOn(one -> one.stage().pipeline().equals(DeclaredCrawlers.PIPELINE))
          .isNotEmpty()
          .allSatisfy(one -> assertThat(one.status()).isEqualTo(ExecutionStatus.SUCCEEDED));
    }

    @Override
    String told() {
      return "";
    }
  }
}
