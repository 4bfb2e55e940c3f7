package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of tables, in decisions and in what is told of them. */
class TablePlacesTest {
  private static final ObjectName PLACE = ObjectName.parse("stage/air/people/");
  private static final TableName PEOPLE = TableName.parse("air.stage.people");
  private TestApi api;

  @BeforeEach
  void open(@TempDir Path data) throws Exception {
    api = new TestApi(TestDatabase.SQLITE, data);
    api.domain("air");
    api.user("ann");
    api.grant("user:ann", Permission.READ_OBJECTS, "air.stage");
    put(PEOPLE);
  }

  @AfterEach
  void close() {
    api.close();
  }

  private void put(TableName table) {
    api.database.perform(tx -> TablePlaces.put(tx, PLACE, table));
  }

  private boolean may(String object) {
    return api.governance
            .policy()
            .decide(
                Principal.user("ann"),
                Permission.READ_OBJECTS,
                Resource.of(ObjectName.parse(object)))
        instanceof Decision.Allowed;
  }

  private String can(String on) throws Exception {
    return api.get(api.admin, "/v1/decisions?principal=ann&permission=READ_OBJECTS&on=" + on)
        .text("warning");
  }

  @Test
  void whatLiesBesideTheFilesOfATableIsNoFileOfIt() {
    assertThat(may("stage/air/people/data/a/b.parquet")).isFalse();
    assertThat(may("stage/air/people/metadata/1.json")).isFalse();
    assertThat(may("stage/air/people/data/")).isFalse();
    assertThat(may("stage/air/people/data")).isTrue();
    assertThat(may("stage/air/people/notes/data/x")).isTrue();
    assertThat(may("stage/air/other/data/x")).isTrue();
    assertThat(may("stage/air/x")).isTrue();
  }

  @Test
  void aPlaceThatChangesCountsAtTheNextDecision() {
    api.grant("user:ann", Permission.SELECT, "air.stage.folk");
    assertThat(may("stage/air/people/data/x")).isFalse();
    put(TableName.parse("air.stage.folk"));
    assertThat(may("stage/air/people/data/x")).isTrue();
    put(PEOPLE);
    assertThat(may("stage/air/people/data/x")).isFalse();
    api.database.perform(tx -> TablePlaces.remove(tx, PLACE));
    assertThat(may("stage/air/people/data/x")).isTrue();
  }

  @Test
  void canTellsWhoseFilesAreLeftOut() throws Exception {
    assertThat(can("stage/air/"))
        .isEqualTo(
            "Files of air.stage.people are left out: reading them takes SELECT on all of the"
                + " table.");
    assertThat(can("air.stage")).contains("air.stage.people");
    assertThat(can("stage/air/people/")).contains("air.stage.people");
    assertThat(can("stage/air/other/")).isEmpty();
    api.grant("user:ann", Permission.SELECT, "air.stage.people");
    assertThat(can("air.stage")).isEmpty();
  }
}
