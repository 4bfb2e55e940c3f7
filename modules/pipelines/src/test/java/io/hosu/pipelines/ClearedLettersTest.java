package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.events.DeadLetter;
import io.hosu.events.EventFilter;
import io.hosu.events.Replay;
import io.hosu.kernel.Event;
import io.hosu.kernel.StageName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Dead letters whose object came again, and was processed. */
class ClearedLettersTest extends InWorld {
  private static StageSpec stage(String name, Target.Mode mode) {
    return World.stage(
        name, new Trigger.Objects(List.of("raw/a/**")), mode, Batch.STANDARD, World.TWO_RETRIES);
  }

  private void put(String key, String content) {
    world.put(key, content);
    server.finish();
  }

  private List<Event> cleared() {
    return world.events(EventFilter.ALL).stream()
        .filter(event -> event.detailType().equals("Dead Letter Cleared"))
        .toList();
  }

  @Test
  void oneIsClearedByTheExecutionThatProcessesALaterVersion() {
    server.apply(stage("a.p.add", Target.Mode.APPEND));
    put("a/1.odd", "x");
    DeadLetter letter = world.deadLetters().getFirst();
    put("a/1.odd", "good");

    assertThat(world.deadLetters()).isEmpty();
    assertThat(world.rows("add")).containsExactly("a/1.odd=good");
    Execution by = executions().getFirst();
    assertThat(by.result().note())
        .isEqualTo("Cleared dead letter %s, whose object was processed.".formatted(letter.id()));
    assertThat(cleared())
        .singleElement()
        .satisfies(event -> {
          assertThat(event.resources()).containsExactly(letter.id());
          assertThat(event.detail().path("cleared_by").asText()).isEqualTo(by.id());
          assertThat(event.detail().path("execution").asText())
              .as("the one that failed")
              .isEqualTo(letter.cause().execution().orElseThrow());
        });
  }

  private void replay() {
    var wanted =
        new Replay.Wanted(
            "", "a.p.add", Instant.EPOCH, world.clock.instant().plusSeconds(1), Optional.empty());
    server.replays.begin(wanted, "user:ann");
    while (server.replays.step()) {
      server.settle();
    }
    server.finish();
  }

  @Test
  void replaysOverTheSameBadObjectLeaveOneDeadLetterOfIt() {
    server.apply(stage("a.p.add", Target.Mode.APPEND));
    put("a/1.odd", "x");
    put("a/2.odd", "x");
    List<DeadLetter> before = world.deadLetters();

    replay();
    replay();

    assertThat(world.deadLetters())
        .hasSize(2)
        .doesNotContainAnyElementsOf(before)
        .extracting(letter -> letter.event().id())
        .containsExactlyInAnyOrderElementsOf(
            before.stream().map(letter -> letter.event().id()).toList());
    assertThat(cleared()).hasSize(4);
  }

  @Test
  void oneEventThatABatchHasTwiceLeavesOneDeadLetter() {
    server.apply(stage("a.p.add", Target.Mode.APPEND));
    server.tell(StageHolds.Verb.PAUSE, StageName.parse("a.p.add"));
    world.put("a/1.odd", "x");
    server.settle();
    replay();
    replay();
    assertThat(world.count("messages")).isEqualTo(3);

    server.tell(StageHolds.Verb.RESUME, StageName.parse("a.p.add"));
    server.finish();

    assertThat(world.deadLetters()).hasSize(1);
  }

  @Test
  void allEarlierVersionsAreCleared() {
    server.apply(stage("a.p.add", Target.Mode.APPEND));
    put("a/1.odd", "x");
    put("a/1.odd", "y");
    assertThat(world.deadLetters()).as("a later version that fails clears none").hasSize(2);

    put("a/1.odd", "good");

    assertThat(world.deadLetters()).isEmpty();
    assertThat(cleared()).hasSize(2);
  }

  @Test
  void thoseOfOtherObjectsAndOtherStagesStay() {
    server.apply(stage("a.p.add", Target.Mode.APPEND));
    put("a/1.odd", "x");
    put("a/1.odd.odd", "x");
    server.apply(stage("a.p.other", Target.Mode.APPEND));
    world.tellAgain("a/1.odd");
    server.finish();
    assertThat(world.deadLetters()).extracting(DeadLetter::queue).contains("a.p.other");
    server.tell(StageHolds.Verb.PAUSE, StageName.parse("a.p.other"));

    world.put("a/1.odd", "good");
    server.settle();

    assertThat(world.deadLetters())
        .extracting(letter -> letter.queue() + " " + letter.event().resources().getFirst())
        .contains("a.p.add raw/a/1.odd.odd", "a.p.other raw/a/1.odd")
        .doesNotContain("a.p.add raw/a/1.odd");
  }

  @Test
  void whateverIsInItsKey() {
    server.apply(stage("a.p.add", Target.Mode.APPEND));
    put("a/100%_of! \"these\\.odd", "x");
    put("a/100xyof! \"these\\.odd", "x");
    assertThat(world.deadLetters()).hasSize(2);

    put("a/100%_of! \"these\\.odd", "good");

    assertThat(world.deadLetters())
        .singleElement()
        .satisfies(
            letter -> assertThat(letter.event().resources().getFirst()).contains("a/100xyof!"));
  }

  @Test
  void aTableThatIsOverwrittenClearsThemToo() {
    server.apply(stage("a.p.all", Target.Mode.OVERWRITE));
    put("a/1.odd", "x");
    put("a/2.ok", "y");
    assertThat(world.deadLetters()).hasSize(1);

    put("a/1.odd", "good");

    assertThat(world.deadLetters()).isEmpty();
    assertThat(world.rows("all")).containsExactlyInAnyOrder("a/1.odd=good", "a/2.ok=y");
  }
}
