package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.DeadLetter;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stages that get another trigger while messages wait for them. */
class ChangedTriggerTest extends InWorld {
  private static final StageName ADD = StageName.parse("a.p.add");
  private static final Trigger BY_HAND = new Trigger.ByHand();
  private static final Trigger OBJECTS = new Trigger.Objects(List.of("raw/a/**"));
  private static final Trigger PATTERN =
      Trigger.Pattern.onBusOf("a", (ObjectNode) Json.parse("{\"source\": [\"com.shop\"]}"));

  private static StageSpec on(Trigger trigger) {
    return World.stage(
        "a.p.add", trigger, Target.Mode.APPEND, new Batch(10, Duration.ZERO), World.TWO_RETRIES);
  }

  private static Trigger tables(String... names) {
    return new Trigger.Tables(
        List.of(names).stream().map(TableName::parse).toList(), Trigger.Tables.When.ANY);
  }

  private void order() {
    world.database.perform(
        tx -> world.log.append(tx, "com.shop", "Order", "a", List.of(), Json.object()));
  }

  /** The stage is declared so, and all that happened becomes messages that wait. */
  private void waitsFor(Trigger trigger, Runnable happens) {
    server.apply(on(trigger));
    happens.run();
    server.router.routeOnce();
  }

  private long waiting() {
    return world.database.read(tx -> server.pipelines.stages().messages(tx, ADD));
  }

  private long wouldBeSetAside(Trigger next) {
    return world.database.read(tx -> server.pipelines.stages().messagesSetAside(tx, on(next)));
  }

  private void areSetAside(String... types) {
    assertThat(world.deadLetters())
        .allSatisfy(letter -> {
          assertThat(letter.cause().code()).isEqualTo("TRIGGER_CHANGED");
          assertThat(letter.cause().remedy()).contains("where stage=a.p.add");
        })
        .extracting(letter -> letter.event().detailType())
        .containsExactlyInAnyOrder(types);
  }

  @Test
  void theMessagesOfAStageThatIsStartedByHandNowAreSetAside() {
    waitsFor(PATTERN, this::order);

    assertThat(wouldBeSetAside(BY_HAND)).isEqualTo(1);
    server.apply(on(BY_HAND));

    areSetAside("Order");
    assertThat(waiting()).isZero();
  }

  @Test
  void theMessagesOfATableThatAStageWaitsForNoMoreAreSetAsideAndTheOthersWait() {
    waitsFor(
        tables("a.stage.one", "a.stage.two"),
        () -> {
          world.commit("a.stage.one");
          world.commit("a.stage.two");
        });

    server.apply(on(tables("a.stage.one")));

    areSetAside("Table Committed");
    assertThat(world.deadLetters().getFirst().queue()).isEqualTo("a.p.add.a.stage.two");
    assertThat(waiting()).isEqualTo(1);
  }

  @Test
  void eventsThatWaitForAStageOverObjectsAreSetAsideAndGoOnWhenItTakesEventsAgain() {
    waitsFor(PATTERN, this::order);
    server.apply(on(OBJECTS));
    world.put("a/1.ok", "x");
    server.finish();

    areSetAside("Order");
    assertThat(world.rows("add")).containsExactly("a/1.ok=x");

    server.apply(on(PATTERN));
    List<String> ids = world.deadLetters().stream().map(DeadLetter::id).toList();
    server.redriving.redrive(ids, "user:ann");
    assertThat(waiting()).isEqualTo(1);
    server.finish();
    assertThat(world.deadLetters()).isEmpty();
  }

  @Test
  void whatIsSentAgainBeforeTheStageTakesItIsSetAsideAgain() {
    waitsFor(PATTERN, this::order);
    server.apply(on(OBJECTS));
    world.put("a/1.ok", "x");
    server.redriving.redrive(List.of(world.deadLetters().getFirst().id()), "user:ann");
    server.finish();

    areSetAside("Order");
    assertThat(world.rows("add")).containsExactly("a/1.ok=x");
  }

  @Test
  void anExecutionThatHoldsWhatIsSetAsideIsCancelled() {
    waitsFor(PATTERN, this::order);
    server.pipelines.beat();
    server.pipelines.step();
    assertThat(executions()).extracting(Execution::status).containsExactly(ExecutionStatus.RUNNING);

    server.apply(on(BY_HAND));
    server.finish();

    assertThat(executions())
        .singleElement()
        .satisfies(one -> {
          assertThat(one.status()).isEqualTo(ExecutionStatus.CANCELLED);
          assertThat(one.result().note()).contains("trigger of its stage was changed");
        });
    areSetAside("Order");
  }

  @Test
  void otherGlobsOfTheSameKindLeaveWhatWaitsWhereItIs() {
    waitsFor(OBJECTS, () -> world.put("a/1.ok", "x"));

    server.apply(on(new Trigger.Objects(List.of("raw/b/**"))));

    assertThat(world.deadLetters()).isEmpty();
    assertThat(waiting()).isEqualTo(1);
  }
}
