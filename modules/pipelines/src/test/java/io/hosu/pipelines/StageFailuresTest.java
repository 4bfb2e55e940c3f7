package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.events.EventFilter;
import io.hosu.kernel.Event;
import io.hosu.kernel.StageName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StageFailuresTest extends InWorld {
  private static final StageName ADD = StageName.parse("a.p.add");

  @BeforeEach
  void open() {
    server.apply(
        World.stage(
            "a.p.add",
            new Trigger.Objects(List.of("raw/a/**")),
            Target.Mode.APPEND,
            Batch.STANDARD,
            World.TWO_RETRIES));
  }

  private Map<StageName, StageFailures.Failing> failing() {
    return world.database.read(StageFailures::all);
  }

  private List<Event> told(String type) {
    return world.events(EventFilter.ALL.detailType(type));
  }

  @Test
  void aStageFailsFromItsFirstFailedExecutionUntilTheNextThatSucceeds() {
    Instant first = world.clock.instant();
    world.put("a/1.bad", "x");
    server.settle();
    world.clock.advance(Duration.ofMinutes(1));
    world.put("a/2.odd", "x");
    server.settle();

    assertThat(failing()).containsOnlyKeys(ADD);
    assertThat(failing().values())
        .extracting(one -> one.since() + " " + one.code())
        .containsExactly(first + " RECORD_BAD");
    assertThat(told("Message Dead-Lettered")).hasSize(2);
    assertThat(told("Stage Recovered")).isEmpty();

    world.put("a/3.ok", "x");
    server.settle();
    world.put("a/4.ok", "x");
    server.settle();

    assertThat(failing()).isEmpty();
    assertThat(told("Stage Recovered")).hasSize(1);
    Event recovered = told("Stage Recovered").getFirst();
    assertThat(recovered.resources()).containsExactly("a.p.add");
    assertThat(recovered.detail().path("failing_code").asText()).isEqualTo("RECORD_BAD");
  }

  @Test
  void anExecutionThatHadNothingToDoDoesNotSayThatItsStageRecovered() {
    world.put("a/1.bad", "x");
    server.settle();
    world.put("a/2.ok", "x");
    world.delete("a/2.ok");
    server.settle();

    assertThat(failing()).containsKey(ADD);
    assertThat(told("Stage Recovered")).isEmpty();
  }

  @Test
  void aSoftFailureThatIsTriedAgainIsNone() {
    world.put("a/1.flaky", "x");
    server.settle();

    assertThat(failing()).isEmpty();
  }

  @Test
  void aStageThatIsDroppedFailsNoMore() {
    world.put("a/1.bad", "x");
    server.settle();

    world.database.perform(tx -> server.pipelines.stages().remove(tx, ADD));
    assertThat(failing()).containsKey(ADD);
    server.pipelines.stages().drop(ADD);
    assertThat(failing()).isEmpty();
  }
}
