package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.testing.Seeds;
import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Servers that die at any durable write over sets of objects that come in any order, also again:
 * each complete set is published exactly once as it is, the last time as it is in the end, and
 * nothing is published of one that is not complete.
 */
class SetsSimulationTest {
  private static final StageSpec JOIN =
      World.stage(
          "a.p.join",
          new Trigger.All(List.of("raw/a/{day}/x.ok", "raw/a/{day}/y.flaky"), Patience.ENDLESS),
          Target.Mode.APPEND,
          Batch.STANDARD,
          World.TWO_RETRIES);
  private static final StageSpec LISTED =
      World.stage(
          "a.p.listed",
          new Trigger.Manifest("raw/a/*.manifest", Patience.ENDLESS),
          Target.Mode.APPEND,
          Batch.STANDARD,
          World.TWO_RETRIES);

  @TempDir Path directory;

  static LongStream seeds() {
    return Seeds.upTo(150);
  }

  static LongStream fewSeeds() {
    return Seeds.upTo(5);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void eachCompleteSetIsPublishedOnce(long seed) {
    simulate(TestDatabase.SQLITE, seed, 1 + (int) (seed % 2));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("fewSeeds")
  void alsoWhereSeveralServersShareOnePostgres(long seed) {
    simulate(TestDatabase.POSTGRES, seed, 2);
  }

  private void simulate(TestDatabase kind, long seed, int servers) {
    try (World world = new World(kind, directory, seed)) {
      MortalServers mortal = new MortalServers(world, servers, JOIN, LISTED);
      for (int i = 0; i < 120; i++) {
        if (world.random.nextInt(4) == 0) {
          put(world, i);
        }
        mortal.act();
      }
      World.Server last = mortal.finish();
      mortal.redriveAll(last);
      checkSets(world);
      checkManifests(world);
      assertThat(world.deadLetters()).isEmpty();
    }
  }

  private static void put(World world, int number) {
    int one = 1 + world.random.nextInt(4);
    switch (world.random.nextInt(4)) {
      case 0 -> world.put("a/%d/x.ok".formatted(one), "x" + number);
      case 1 -> world.put("a/%d/y.flaky".formatted(one), "y" + number);
      case 2 -> {
        String key = "a/%d.manifest".formatted(one);
        if (current(world).get(key) == null) {
          world.put(
              key,
              "{\"entries\": [{\"url\": \"l/%1$d.ok\"}, {\"url\": \"m/%1$d.flaky\"}]}"
                  .formatted(one));
        }
      }
      default ->
          world.put(
              world.random.nextBoolean()
                  ? "a/l/%d.ok".formatted(one)
                  : "a/m/%d.flaky".formatted(one),
              "l" + number);
    }
  }

  private static Map<String, String> current(World world) {
    Map<String, String> current = new HashMap<>();
    world.objects().forEach(object -> current.put(object.name().key(), object.sha256()));
    return current;
  }

  /** The rows of each execution, in the order in which they were published. */
  private static List<List<String>> executions(World world, String table) {
    Map<String, List<String>> rows = new LinkedHashMap<>();
    world
        .published(table)
        .forEach(
            row -> rows.computeIfAbsent(row.execution(), _ -> new ArrayList<>()).add(row.row()));
    return List.copyOf(rows.values());
  }

  private static void checkSets(World world) {
    Map<String, String> current = current(world);
    List<List<String>> published = executions(world, "join");
    assertThat(published).as("sets").doesNotHaveDuplicates().allMatch(rows -> rows.size() == 2);
    for (int day = 1; day <= 4; day++) {
      String x = "a/%d/x.ok".formatted(day);
      String y = "a/%d/y.flaky".formatted(day);
      List<List<String>> own =
          published.stream().filter(rows -> rows.getFirst().startsWith(x + "=")).toList();
      if (current.containsKey(x) && current.containsKey(y)) {
        assertThat(own.getLast())
            .as("day %s in the end", day)
            .containsExactly(x + "=" + current.get(x), y + "=" + current.get(y));
      } else {
        assertThat(own).as("day %s, which is not complete", day).isEmpty();
      }
    }
  }

  private static void checkManifests(World world) {
    Map<String, String> current = current(world);
    List<String> expected = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      List<String> keys = List.of("a/l/%d.ok".formatted(i), "a/m/%d.flaky".formatted(i));
      if (current.containsKey("a/%d.manifest".formatted(i))
          && keys.stream().allMatch(current::containsKey)) {
        expected.addAll(keys);
      }
    }
    assertThat(world.history("listed").stream().map(row -> row.substring(0, row.indexOf('='))))
        .as("objects of manifests")
        .containsExactlyInAnyOrderElementsOf(expected);
  }
}
