package io.hosu.pipelines.crawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.governance.Caller;
import io.hosu.governance.Door;
import io.hosu.governance.Governance;
import io.hosu.governance.GovernanceMigrations;
import io.hosu.governance.Principal;
import io.hosu.kernel.Ids;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.testing.ManualClock;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of looks while they take their time. */
class RunningLooksTest {
  @TempDir Path directory;
  private final ManualClock clock = new ManualClock();

  @Test
  void whoAskedSeesHowFarItIsAndNobodyElse() {
    try (Database database = Databases.temporary(directory, GovernanceMigrations.all());
        Governance governance =
            new Governance(database, directory, clock, new Ids(clock, new Random(1)))) {
      Caller ann = governance.policy().caller(Principal.user("ann"), Door.API, "1");
      Caller bob = governance.policy().caller(Principal.user("bob"), Door.API, "2");
      RunningLooks looks = new RunningLooks(clock);

      String done =
          looks.during(
              ann,
              "raw/shop/",
              seen -> {
                seen.accept(1200);
                assertThat(looks.of(bob)).isEmpty();
                assertThat(looks.of(ann)).hasSize(1);
                assertThat(looks.of(ann).getFirst().path("objects_seen").asLong()).isEqualTo(1200);
                return "done";
              });

      assertThat(done).isEqualTo("done");
      assertThat(looks.of(ann)).isEmpty();
      assertThatThrownBy(() ->
              looks.during(
                  ann,
                  "raw/shop/",
                  _ -> {
                    throw new IllegalStateException("broken");
                  }))
          .isInstanceOf(IllegalStateException.class);
      assertThat(looks.of(ann)).isEmpty();
    }
  }
}
