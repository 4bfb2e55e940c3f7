package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.StageName;
import io.hosu.testing.Seeds;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whose turn it is, where teams share the places of a server. */
class SharesTest {
  private final Map<String, Teams.Owning> teams = new HashMap<>();

  private Shares shares(int places) {
    Shares shares = new Shares(places);
    shares.learn(teams);
    return shares;
  }

  private void team(String name, int weight, int concurrency, String... domains) {
    Team team =
        new Team(
            name, weight, concurrency == 0 ? OptionalInt.empty() : OptionalInt.of(concurrency));
    Teams.Owning owning = new Teams.Owning(team, Set.of(domains));
    Set.of(domains).forEach(domain -> teams.put(domain, owning));
  }

  private static StageName stage(String domain) {
    return stage(domain, "s");
  }

  private static StageName stage(String domain, String name) {
    return new StageName(domain, "p", name);
  }

  /** The domains of the next {@code count} starts, when those of {@code domains} never end. */
  private static List<String> starts(Shares shares, int count, String... domains) {
    List<String> starts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      for (String domain : domains) {
        shares.offer(stage(domain), 0);
      }
      StageName next = shares.next().orElseThrow();
      starts.add(next.domain());
      shares.ended(next);
    }
    return starts;
  }

  private static Map<String, Integer> counted(List<String> starts) {
    Map<String, Integer> counts = new TreeMap<>();
    starts.forEach(start -> counts.merge(start, 1, Integer::sum));
    return counts;
  }

  @Test
  void teamsThatAlwaysHaveWorkStartByTheirWeights() {
    team("sales", 3, 0, "a");
    team("flights", 1, 0, "b");

    assertThat(counted(starts(shares(1), 400, "a", "b"))).isEqualTo(Map.of("a", 300, "b", 100));
    assertThat(counted(starts(shares(8), 400, "a", "b"))).isEqualTo(Map.of("a", 300, "b", 100));
  }

  @Test
  void theDomainsOfOneOwnerShareWhatOneTeamHas() {
    team("sales", 1, 0, "a", "c");
    team("flights", 1, 0, "b");

    assertThat(counted(starts(shares(1), 400, "a", "b", "c")))
        .isEqualTo(Map.of("a", 100, "b", 200, "c", 100));
  }

  @Test
  void aDomainWithoutAnOwnerIsATeamOfItsOwn() {
    assertThat(counted(starts(shares(2), 300, "x", "y", "z")))
        .isEqualTo(Map.of("x", 100, "y", 100, "z", 100));
  }

  @Test
  void aTeamThatHadNoWorkGetsTheNextPlaceAndNoMoreForTheTimeItWasAway() {
    Shares shares = shares(1);
    starts(shares, 10_000, "a");

    assertThat(starts(shares, 1, "a", "b")).containsExactly("b");
    assertThat(counted(starts(shares, 100, "a", "b")).get("b")).isBetween(49, 51);
  }

  @Test
  void whatIsFreeGoesToWhoeverHasWork() {
    team("sales", 1000, 0, "a");
    team("flights", 1, 0, "b");

    assertThat(starts(shares(4), 50, "b")).containsOnly("b");
  }

  @Test
  void longExecutionsOfOneTeamDoNotFillTheServerWhenAnotherHasShortOnes() {
    Shares shares = shares(4);
    Deque<StageName> places = new ArrayDeque<>();
    List<Integer> held = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      shares.offer(stage("long"), 0);
      shares.offer(stage("short"), 0);
      StageName next = shares.next().orElseThrow();
      places.add(next);
      if (places.size() == 4) {
        StageName first =
            places.stream().filter(one -> one.domain().equals("short")).findFirst().orElseThrow();
        places.remove(first);
        shares.ended(first);
      }
      held.add((int) places.stream().filter(one -> one.domain().equals("long")).count());
    }

    assertThat(held).allMatch(count -> count <= 2);
  }

  @Test
  void aTeamNeverRunsMoreThanItsLimitAndOthersGoOn() {
    team("sales", 1000, 2, "a", "c");
    Shares shares = shares(8);
    List<String> started = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      List.of("a", "b", "c").forEach(domain -> shares.offer(stage(domain), 0));
      started.add(shares.next().orElseThrow().domain());
    }

    assertThat(started.stream().filter(domain -> !domain.equals("b"))).hasSize(2);
    shares.withdraw(stage("b"));
    assertThat(shares.any()).isFalse();
    assertThat(shares.next()).isEmpty();
    shares.ended(stage(started.contains("a") ? "a" : "c"));
    assertThat(shares.any()).isTrue();
  }

  @Test
  void aTurnOfWhichNothingCameIsNotCounted() {
    Shares shares = shares(1);
    for (int i = 0; i < 100; i++) {
      shares.offer(stage("a"), 0);
      shares.undo(shares.next().orElseThrow());
    }

    assertThat(counted(starts(shares, 10, "a", "b"))).isEqualTo(Map.of("a", 5, "b", 5));
  }

  @Test
  void whatRunsIsStillCountedWhenTheTeamsChange() {
    Shares shares = shares(4);
    shares.offer(stage("a"), 0);
    StageName runs = shares.next().orElseThrow();
    team("sales", 1, 1, "a");
    shares.learn(teams);
    shares.offer(stage("a"), 0);

    assertThat(shares.any()).isFalse();
    shares.ended(runs);
    assertThat(shares.any()).isTrue();
  }

  @Test
  void ofTheStagesOfATeamThoseOfTheHighestPriorityStartFirstInTurns() {
    Shares shares = shares(1);
    shares.offer(stage("a", "low"), -1);
    shares.offer(stage("a", "one"), 5);
    shares.offer(stage("a", "two"), 5);

    assertThat(shares.next()).contains(stage("a", "one"));
    assertThat(shares.next()).contains(stage("a", "two"));
    assertThat(shares.next()).contains(stage("a", "low"));
  }

  @Test
  void aPriorityMeansNothingToOtherTeams() {
    Shares shares = shares(1);
    List<String> starts = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      shares.offer(stage("a"), 1000);
      shares.offer(stage("b"), -1000);
      StageName next = shares.next().orElseThrow();
      starts.add(next.domain());
      shares.ended(next);
    }

    assertThat(counted(starts)).isEqualTo(Map.of("a", 5, "b", 5));
  }

  @Test
  void noStageStarvesWithNStagesEachHasItsTurnWithinEightTimesN() {
    TeamTurns turns = new TeamTurns();
    List<StageName> low = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      low.add(stage("a", "low" + i));
    }
    List<StageName> begun = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      turns.offer(stage("a", "high"), 1000);
      low.forEach(one -> turns.offer(one, -1000));
      begun.add(turns.next());
    }

    assertThat(begun).containsAll(low);
    assertThat(begun.stream().filter(stage("a", "high")::equals)).hasSizeGreaterThan(65);
  }

  static LongStream seeds() {
    return Seeds.upTo(200);
  }

  /**
   * Teams with any weights, of which all but one always have work: a file of the other one waits
   * for no more than a start for each team that holds nothing either.
   */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void oneFileOfATeamWithNothingRunningGetsTheNextPlace(long seed) {
    Random random = new Random(seed);
    int places = 1 + random.nextInt(6);
    List<String> busy = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(5); i++) {
      busy.add("d" + i);
      team("t" + i, 1 + random.nextInt(9), 0, "d" + i);
    }
    Shares shares = shares(places);
    List<StageName> running = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      busy.forEach(domain -> shares.offer(stage(domain), random.nextInt(3)));
      if (running.size() == places) {
        shares.ended(running.remove(random.nextInt(places)));
      }
      running.add(shares.next().orElseThrow());
    }
    shares.ended(running.remove(random.nextInt(places)));
    shares.offer(stage("quiet"), 0);

    StageName next = shares.next().orElseThrow();
    while (!next.domain().equals("quiet")) {
      assertThat(running).extracting(StageName::domain).doesNotContain(next.domain());
      running.add(next);
      busy.remove(next.domain());
      shares.ended(running.getFirst());
      running.removeFirst();
      next = shares.next().orElseThrow();
    }
  }
}
