package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.events.DeadLetter;
import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the ledger knows of objects whose rows are replaced together. */
class ReplacedVersionsTest {
  private static final StageSpec STAGE =
      World.stage(
          "a.p.rows",
          new Trigger.Objects(List.of("raw/a/**")),
          Target.Mode.APPEND,
          new Batch(2, Duration.ofSeconds(5)),
          World.TWO_RETRIES,
          Versions.REPLACE);

  @Test
  void whatIsReadAgainIsReplacedOnceMoreAlsoWhereItsFailedVersionIsLetInBesides(
      @TempDir Path directory) {
    try (World world = new World(TestDatabase.SQLITE, directory, 1)) {
      World.Server server = world.server();
      server.apply(STAGE);
      world.put("a/1.ok", "old");
      world.put("a/2.odd", "good");
      server.finish();
      world.put("a/2.odd", "bad");
      server.finish();
      assertThat(world.deadLetters()).hasSize(1);

      world.delete("a/2.odd");
      world.redrive(world.deadLetters().stream().map(DeadLetter::id).toList());
      world.put("a/1.ok", "new");
      server.finish();
      assertThat(world.rows("rows")).containsExactly("a/1.ok=new", "a/2.odd=good");

      world.put("a/2.odd", "good again");
      server.finish();

      assertThat(world.rows("rows")).containsExactly("a/1.ok=new", "a/2.odd=good again");
    }
  }
}
