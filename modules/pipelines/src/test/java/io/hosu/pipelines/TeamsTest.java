package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.governance.Domains;
import io.hosu.testing.CrashPoints;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Teams at work: their limits and weights, on one server and on several. */
class TeamsTest extends InWorld {
  private static final int PLACES = 4;

  @BeforeEach
  void open() {
    server.apply(stage("sales.p.one", 8, 0), stage("shop.p.one", 8, 0), stage("fly.p.one", 8, 0));
    own("sales", "sellers");
    own("shop", "sellers");
    own("fly", "pilots");
  }

  private static StageSpec stage(String name, int concurrency, int priority) {
    String domain = name.substring(0, name.indexOf('.'));
    StageSpec one =
        World.stage(
            name,
            new Trigger.Objects(List.of("raw/" + domain + "/**")),
            Target.Mode.APPEND,
            new Batch(1, Duration.ZERO),
            World.TWO_RETRIES);
    return World.with(
        one,
        new Running(
            World.TWO_RETRIES, Duration.ofHours(1), concurrency, true, null, null, priority));
  }

  private void own(String domain, String owner) {
    Domains domains = new Domains(world.database);
    world.database.perform(tx -> {
      domains.put(tx, new Domains.Domain(domain, owner, ""));
      server.pipelines.teams().changed(tx);
    });
  }

  private void declare(String name, int weight, OptionalInt concurrency) {
    world.database.perform(
        tx -> server.pipelines.teams().put(tx, new Team(name, weight, concurrency)));
  }

  private void put(String folder, int count) {
    for (int i = 0; i < count; i++) {
      world.put(folder + "/" + i + ".ok", "x");
    }
  }

  private void route() {
    while (server.router.routeOnce() > 0) {}
  }

  private List<String> running() {
    return world.database.read(tx ->
        tx.list(
            "SELECT domain FROM executions WHERE status = 'RUNNING' ORDER BY id",
            row -> row.text("domain")));
  }

  @Test
  void oneFileOfATeamStartsAtTheNextFreePlaceThoughAnotherHasAThousand() {
    put("sales", 1000);
    route();
    server.pipelines.step();
    assertThat(running()).hasSize(PLACES).containsOnly("sales");
    put("fly", 1);
    route();
    server.pipelines.step();

    server.attempts.remove().run();
    server.pipelines.step();

    assertThat(running()).hasSize(PLACES).contains("fly");
  }

  @Test
  void anotherDomainOfTheSameOwnerHasNoPlaceOfItsOwn() {
    declare("sellers", 1, OptionalInt.of(2));
    put("sales", 10);
    put("shop", 10);
    put("fly", 10);
    route();

    server.pipelines.step();

    assertThat(running()).hasSize(PLACES);
    assertThat(running().stream().filter("fly"::equals)).hasSize(2);
  }

  @Test
  void aTeamNeverRunsMoreThanItsLimitOnAllServersTogether() {
    declare("sellers", 1, OptionalInt.of(3));
    World.Server other = world.server(CrashPoints.never(), false);
    other.pipelines.begin();
    put("sales", 20);
    put("shop", 20);
    route();

    server.pipelines.step();
    other.pipelines.beat();
    other.pipelines.step();

    assertThat(running()).hasSize(3);
    server.attempts.remove().run();
    world.clock.advance(Duration.ofSeconds(1));
    other.pipelines.step();
    assertThat(running()).hasSize(3);
    assertThat(other.attempts).hasSize(1);
  }

  @Test
  void aStageNeverRunsMoreThanItsConcurrencyOnAllServersTogether() {
    server.apply(stage("fly.p.one", 2, 0));
    World.Server other = world.server(CrashPoints.never(), false);
    other.pipelines.begin();
    put("fly", 20);
    route();

    server.pipelines.step();
    other.pipelines.beat();
    other.pipelines.step();

    assertThat(running()).hasSize(2);
  }

  @Test
  void aLimitThatIsTakenAwayIsNoneAtTheNextStep() {
    declare("sellers", 1, OptionalInt.of(1));
    put("sales", 10);
    route();
    server.pipelines.step();
    assertThat(running()).hasSize(1);

    world.database.perform(tx -> server.pipelines.teams().remove(tx, "sellers"));
    server.pipelines.step();

    assertThat(running()).hasSize(PLACES);
  }

  @Test
  void allWorkIsDoneWhateverTheWeights() {
    declare("sellers", 7, OptionalInt.of(2));
    declare("pilots", 1, OptionalInt.of(1));
    put("sales", 30);
    put("shop", 30);
    put("fly", 30);

    server.finish();

    assertThat(world.count("lake_rows")).isEqualTo(90);
    assertThat(server.pipelines.pending().isNone()).isTrue();
  }

  @Test
  void theStageOfTheHigherPriorityStartsFirst() {
    server.apply(stage("fly.p.low", 8, -5), stage("fly.p.high", 8, 5), stage("fly.p.one", 1, 0));
    put("fly", 3);
    route();

    server.pipelines.step();

    List<String> stages =
        world.database.read(
            tx -> tx.list("SELECT stage FROM executions ORDER BY id", row -> row.text("stage")));
    assertThat(stages.subList(0, 3)).containsOnly("high");
  }
}
