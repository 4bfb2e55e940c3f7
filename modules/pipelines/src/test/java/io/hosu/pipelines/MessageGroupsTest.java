package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.DeadLetter;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.testing.CrashPoints;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MessageGroupsTest extends InWorld {
  static StageSpec grouped(int max, int concurrency) {
    StageSpec stage =
        World.stage(
            "a.p.add",
            new Trigger.Objects(List.of("raw/a/{group}/*")),
            Target.Mode.APPEND,
            new Batch(max, Duration.ZERO, 1, Optional.of(new GroupBy("group"))),
            World.TWO_RETRIES);
    return World.with(
        stage, new Running(World.TWO_RETRIES, Duration.ofHours(1), concurrency, true));
  }

  private void put(String... keys) {
    for (String key : keys) {
      world.put(key, "x");
    }
  }

  @Test
  void anExecutionHoldsMessagesOfOneGroupAlone() {
    server.apply(grouped(10, 1));
    put("a/x/1.ok", "a/y/1.ok", "a/x/2.ok", "a/y/2.ok");

    server.settle();

    assertThat(world.history("add"))
        .containsExactly("a/x/1.ok=x", "a/x/2.ok=x", "a/y/1.ok=x", "a/y/2.ok=x");
    assertThat(world.published("add").stream().map(World.Published::execution).distinct())
        .hasSize(2);
  }

  @Test
  void groupsAreWorkedOnBesideOneAnotherAndEachInItsOrder() {
    server.apply(grouped(1, 4));
    put("a/x/1.ok", "a/x/2.ok", "a/y/1.ok", "a/z/1.ok");

    server.router.routeOnce();
    server.pipelines.step();

    assertThat(server.attempts).as("one of each group").hasSize(3);
    server.finish();
    assertThat(world.rows("add")).hasSize(4);
  }

  @Test
  void whileOneWaitsForARetryNothingOfItsGroupStartsOnAnyServer() {
    server.apply(grouped(1, 4));
    put("a/x/1.flaky", "a/x/2.ok", "a/y/1.ok");
    server.settle();
    World.Server other = world.server(CrashPoints.never(), false);
    other.pipelines.begin();
    other.settle();

    assertThat(world.history("add")).containsExactly("a/y/1.ok=x");
    assertThat(server.pipelines.pending().executions()).isEqualTo(1);
    server.finish();
    assertThat(world.history("add")).containsExactly("a/y/1.ok=x", "a/x/1.flaky=x", "a/x/2.ok=x");
  }

  @Test
  void behindADeadLetterItsGroupGoesOn() {
    server.apply(grouped(1, 1));
    put("a/x/1.bad", "a/x/2.ok");
    server.settle();

    assertThat(world.history("add")).containsExactly("a/x/2.ok=x");
    assertThat(world.deadLetters()).hasSize(1);
  }

  @Test
  void aBatchThatIsSplitKeepsTheOrderOfItsGroup() {
    server.apply(grouped(8, 4));
    put("a/x/1.ok", "a/x/2.ok", "a/x/3.ok", "a/x/4.odd", "a/x/5.ok", "a/x/6.ok", "a/y/1.ok");
    server.finish();

    assertThat(world.history("add").stream().filter(row -> row.startsWith("a/x/")))
        .containsExactly("a/x/1.ok=x", "a/x/2.ok=x", "a/x/3.ok=x", "a/x/5.ok=x", "a/x/6.ok=x");
    assertThat(world.deadLetters())
        .singleElement()
        .extracting(letter -> letter.event().resources())
        .isEqualTo(List.of("raw/a/x/4.odd"));
  }

  @Test
  void aRedrivenMessageIsOfItsGroupAgainAndComesBeforeThoseThatStillWait() {
    server.apply(grouped(1, 4));
    world.faults.put(world.put("a/x/0.flaky", "x"), -1);
    server.finish();
    DeadLetter letter = world.deadLetters().getFirst();
    put("a/x/3.flaky", "a/x/4.ok");
    server.settle();
    world.redrive(List.of(letter.id()));
    server.finish();

    assertThat(world.history("add"))
        .containsExactly("a/x/3.flaky=x", "a/x/0.flaky=x", "a/x/4.ok=x");
  }

  @Test
  void aGroupBeginsAtItsWindowsEnd() {
    StageSpec stage = grouped(10, 4);
    server.apply(
        new StageSpec(
            stage.name(),
            stage.on(),
            new Batch(10, Duration.ofSeconds(30), 1, stage.batch().groupBy()),
            stage.input(),
            stage.transform(),
            stage.into(),
            stage.running()));
    put("a/x/1.ok");
    server.settle();
    assertThat(world.history("add")).isEmpty();
    world.clock.advance(Duration.ofSeconds(31));
    put("a/y/1.ok");
    server.settle();

    assertThat(world.history("add")).containsExactly("a/x/1.ok=x");
    world.clock.advance(Duration.ofSeconds(31));
    server.settle();
    assertThat(world.history("add")).containsExactly("a/x/1.ok=x", "a/y/1.ok=x");
  }

  @Test
  void theSpecReadsBackWithItsGroup() {
    StageSpec stage = grouped(8, 4);

    assertThat(StageSpec.fromJson(stage.toJson())).isEqualTo(stage);
  }

  @Test
  void whatCannotBeGroupedIsRefused() {
    refused(new Trigger.Objects(List.of("raw/a/{group}/*")), "groop", "did you mean 'group'?");
    refused(new Trigger.Objects(List.of("raw/a/{g}/*", "raw/b/*")), "g", "no capture {g}");
    refused(pattern(), "order_id", "did you mean 'detail.order_id'?");
    refused(pattern(), "sorce", "did you mean 'source'?");
    refused(new Trigger.ByHand(), "x", "wait in groups");
    assertThatThrownBy(() -> new GroupBy("detail.id").requireFor(pattern(), Target.Mode.OVERWRITE))
        .isInstanceOf(Invalid.class);
    new GroupBy("detail.id").requireFor(pattern(), Target.Mode.APPEND);
  }

  private static Trigger pattern() {
    return new Trigger.Pattern((ObjectNode) Json.parse("{\"source\":[\"x\"]}"));
  }

  private static void refused(Trigger on, String name, String why) {
    assertThatThrownBy(() -> new GroupBy(name).requireFor(on, Target.Mode.APPEND))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining(why);
  }
}
