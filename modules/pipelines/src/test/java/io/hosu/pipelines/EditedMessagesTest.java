package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.DeadLetter;
import io.hosu.kernel.Event;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dead letters whose event a person edited, sent again. */
class EditedMessagesTest extends InWorld {
  @BeforeEach
  void open() {
    server.apply(
        World.stage(
            "a.p.add",
            new Trigger.Objects(List.of("raw/a/**")),
            Target.Mode.APPEND,
            Batch.STANDARD,
            World.TWO_RETRIES));
    world.put("a/1.odd", "x");
    server.finish();
  }

  /** Edits the one dead letter there is to be about another object, and sends it again. */
  private void redriveAs(String key, String version) {
    DeadLetter letter = world.deadLetters().getFirst();
    ObjectNode detail = letter.event().detail().deepCopy();
    detail.withObject("/object").put("key", key).put("version-id", version);
    redriveAs(detail);
  }

  private void redriveAs(ObjectNode detail) {
    DeadLetter letter = world.deadLetters().getFirst();
    Event event = letter.event().with(letter.event().resources(), detail);
    server.redriving.edit(letter.id(), event, "user:ann");
    server.redriving.redrive(List.of(letter.id()), "user:ann");
    server.finish();
  }

  private void isDeadAgainAs(String why) {
    assertThat(world.deadLetters())
        .singleElement()
        .satisfies(letter -> {
          assertThat(letter.cause().code()).isEqualTo("EDIT_NOT_TAKEN");
          assertThat(letter.cause().what()).contains(why);
          assertThat(letter.cause().remedy()).contains("hosu dlq edit " + letter.id());
          assertThat(letter.edit()).as("what happened").isPresent();
        });
    assertThat(world.rows("add")).isEmpty();
  }

  @Test
  void anObjectOutsideOfItsStageIsToldAndNotPassedOver() {
    redriveAs("b/1.ok", world.put("b/1.ok", "y"));

    isDeadAgainAs("raw/b/1.ok is none of the objects that the stage waits for");
  }

  @Test
  void anObjectThatIsNotThereIsTold() {
    redriveAs("a/none.ok", "");

    isDeadAgainAs("raw/a/none.ok is not there");
  }

  @Test
  void anotherVersionThanThereIsIsTold() {
    String version = world.put("b/1.ok", "y");
    world.database.perform(
        tx -> tx.update("UPDATE lake_objects SET name = 'raw/a/2.ok' WHERE name = 'raw/b/1.ok'"));
    redriveAs("a/2.ok", "0old");

    isDeadAgainAs(
        "raw/a/2.ok is there in version " + version + ", and the event names version 0old");
  }

  @Test
  void anEventThatNamesNoObjectAnyMoreIsTold() {
    ObjectNode detail = world.deadLetters().getFirst().event().detail().deepCopy();
    detail.remove("object");
    redriveAs(detail);

    isDeadAgainAs("it names no object");
  }

  @Test
  void anObjectOfItsStageIsWorkedOn() {
    String version = world.put("b/1.ok", "y");
    world.database.perform(
        tx -> tx.update("UPDATE lake_objects SET name = 'raw/a/2.ok' WHERE name = 'raw/b/1.ok'"));
    redriveAs("a/2.ok", version);

    assertThat(world.rows("add")).containsExactly("a/2.ok=y");
    assertThat(world.deadLetters()).isEmpty();
  }

  @Test
  void oneThatIsGuiltyOfNothingElseDoesNotHoldUpWhatCameWithIt() {
    world.put("b/1.ok", "y");
    DeadLetter letter = world.deadLetters().getFirst();
    ObjectNode detail = letter.event().detail().deepCopy();
    detail.withObject("/object").put("key", "b/1.ok");
    server.redriving.edit(
        letter.id(), letter.event().with(letter.event().resources(), detail), "user:ann");
    world.put("a/2.ok", "z");
    server.redriving.redrive(List.of(letter.id()), "user:ann");
    server.finish();

    assertThat(world.rows("add")).containsExactly("a/2.ok=z");
    assertThat(world.deadLetters())
        .singleElement()
        .satisfies(dead -> assertThat(dead.cause().code()).isEqualTo("EDIT_NOT_TAKEN"));
  }
}
