package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.testing.Seeds;
import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Servers that die at any durable write over objects of three groups, good, bad and odd: the order
 * of a group is never broken, nothing is lost and nothing is doubled.
 */
class MessageGroupsSimulationTest {
  private static final List<String> GROUPS = List.of("x", "y", "z");
  private static final List<String> ENDS =
      List.of("ok", "ok", "ok", "flaky", "bad", "odd", "ok", "flaky");

  @TempDir Path directory;

  static LongStream seeds() {
    return Seeds.upTo(150);
  }

  static LongStream fewSeeds() {
    return Seeds.upTo(5);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theOrderOfAGroupIsNeverBroken(long seed) {
    simulate(TestDatabase.SQLITE, seed, 1 + (int) (seed % 2));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("fewSeeds")
  void norWhereSeveralServersShareOnePostgres(long seed) {
    simulate(TestDatabase.POSTGRES, seed, 2);
  }

  private void simulate(TestDatabase kind, long seed, int servers) {
    try (World world = new World(kind, directory, seed)) {
      int max = 1 + world.random.nextInt(4);
      MortalServers mortal = new MortalServers(world, servers, MessageGroupsTest.grouped(max, 3));
      Map<String, List<String>> puts = new HashMap<>();
      for (int i = 0; i < 120; i++) {
        if (world.random.nextInt(4) == 0) {
          String group = GROUPS.get(world.random.nextInt(GROUPS.size()));
          String end = ENDS.get(world.random.nextInt(ENDS.size()));
          String key = "a/%s/%03d.%s".formatted(group, i, end);
          world.put(key, "x");
          puts.computeIfAbsent(group, _ -> new ArrayList<>()).add(key);
        }
        mortal.act();
        checkHeld(world);
      }
      World.Server last = mortal.finish();
      checkOrder(world);
      mortal.redriveAll(last);
      checkComplete(world, puts);
    }
  }

  private static void checkHeld(World world) {
    List<String> doubled =
        world.database.read(tx ->
            tx.list(
                """
                SELECT group_key FROM messages WHERE receipt IS NOT NULL
                GROUP BY queue, group_key HAVING COUNT(DISTINCT receipt) > 1\
                """,
                row -> row.text("group_key")));
    assertThat(doubled).as("groups of which two executions hold messages").isEmpty();
  }

  private static List<String> published(World world, String group) {
    return world.history("add").stream()
        .map(row -> row.substring(0, row.indexOf('=')))
        .filter(key -> key.startsWith("a/" + group + "/"))
        .toList();
  }

  private static void checkOrder(World world) {
    for (String group : GROUPS) {
      assertThat(published(world, group)).as("rows of %s", group).isSorted();
    }
  }

  private static void checkComplete(World world, Map<String, List<String>> puts) {
    puts.forEach((group, keys) ->
        assertThat(published(world, group))
            .as("rows of %s", group)
            .containsExactlyInAnyOrderElementsOf(
                keys.stream().filter(key -> !isGuilty(key)).toList()));
    assertThat(world.deadLetters())
        .hasSize(
            (int)
                puts.values().stream()
                    .flatMap(List::stream)
                    .filter(MessageGroupsSimulationTest::isGuilty)
                    .count());
  }

  private static boolean isGuilty(String key) {
    return key.endsWith(".bad") || key.endsWith(".odd");
  }
}
