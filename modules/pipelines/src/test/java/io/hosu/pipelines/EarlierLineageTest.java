package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hosu.governance.Columns;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.governance.Terms;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.ColumnLineage.Way;
import io.hosu.pipelines.Target.Mode;
import io.hosu.query.Guard;
import io.hosu.tables.CommitContext;
import io.hosu.tables.Compatibility;
import io.hosu.tables.PreparedCommit;
import io.hosu.tables.TableChange;
import io.hosu.tables.TableDefinition;
import io.hosu.tables.TableDefinitions;
import io.hosu.tables.TableLayout;
import io.hosu.tables.UpkeepRules;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where columns came from when a snapshot was made, or at a time. */
class EarlierLineageTest {
  private static final TableName PEOPLE = TableName.parse("shop.stage.people");
  private static final Principal ROOT = Principal.user("root").asAdministrator();
  private static final Principal READER = Principal.user("reader");

  @TempDir Path directory;

  private static StageSpec load(String sql) {
    return Lake.stage(
        "shop.p.load",
        new Trigger.Objects(List.of("raw/shop/people/*.csv")),
        sql,
        Lake.into(PEOPLE.toString(), Mode.APPEND, List.of(), List.of()));
  }

  private static LineageStates states(Lake lake) {
    return new LineageStates(
        lake.database, lake.pipelines.stages(), lake.tables, new Guard(Lake.parser()));
  }

  private static List<String> up(Lake lake, ColumnLineage lineage, Principal principal) {
    Rights rights = lake.governance.policy().rights();
    return lineage
        .edges(PEOPLE, ColumnEdge.ALL, Way.UP, 10, LineageSight.of(rights, principal))
        .stream()
        .map(edge -> "%s <- %s".formatted(edge.to().column(), edge.from().column()))
        .toList();
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void aSnapshotIsToldByTheSqlThatMadeItAndATimeByWhatWasDeclaredThen(TestDatabase kind)
      throws IOException {
    try (Lake lake = new Lake(directory, kind)) {
      Instant before = Instant.now();
      lake.apply(load("SELECT id, nick AS name FROM input"));
      lake.put("raw/shop/people/1.csv", "id,nick,full\n1,a,anna\n");
      lake.finish();
      long first = snapshot(lake);
      lake.apply(load("SELECT id, \"full\" AS name, upper(nick) AS short FROM input"));
      lake.put("raw/shop/people/2.csv", "id,nick,full\n2,b,bert\n");
      lake.finish();

      LineageStates states = states(lake);
      assertThat(up(lake, states.at(PEOPLE, first), ROOT))
          .as("the columns that the table had then, by the SQL of then")
          .containsExactly("id <- id", "name <- nick");
      assertThat(up(lake, states.at(PEOPLE, snapshot(lake)), ROOT))
          .isEqualTo(up(lake, states.now(), ROOT))
          .containsExactly("id <- id", "name <- full", "short <- nick");
      assertThat(up(lake, states.at(Instant.now()), ROOT)).isEqualTo(up(lake, states.now(), ROOT));
      assertThat(up(lake, states.at(before.minusSeconds(1)), ROOT)).isEmpty();
      assertThatExceptionOfType(NotFound.class)
          .isThrownBy(() -> states.at(PEOPLE, 42))
          .withMessageContaining("has no snapshot 42");
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void aStageThatWasRemovedIsKnownOfAsLongAsItWas(TestDatabase kind) throws IOException {
    try (Lake lake = new Lake(directory, kind)) {
      StageSpec stage = load("SELECT id FROM input");
      lake.apply(stage);
      lake.put("raw/shop/people/1.csv", "id\n1\n");
      lake.finish();
      lake.database.perform(tx -> lake.pipelines.stages().remove(tx, stage.name()));

      LineageStates states = states(lake);
      assertThat(up(lake, states.now(), ROOT)).isEmpty();
      assertThat(up(lake, states.at(Instant.now().plusSeconds(1)), ROOT)).isEmpty();
      assertThat(up(lake, states.at(PEOPLE, snapshot(lake)), ROOT)).containsExactly("id <- id");

      lake.pipelines.stages().drop(stage.name());
      assertThat(up(lake, states.at(PEOPLE, snapshot(lake)), ROOT)).containsExactly("id <- id");
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void aColumnThatIsHiddenTodayWasNotSeenUnderItsEarlierNameEither(TestDatabase kind)
      throws IOException {
    try (Lake lake = new Lake(directory, kind)) {
      lake.apply(load("SELECT id, secret FROM input"));
      lake.put("raw/shop/people/1.csv", "id,secret\n1,x\n");
      lake.finish();
      long first = snapshot(lake);
      rename(lake);
      lake.grant(READER, Permission.DESCRIBE, "pipeline:shop.p");
      lake.grant(READER, Permission.READ_OBJECTS, "raw/shop/");
      Grant allBut =
          new Grant(
                  "", Grantee.of(READER), Set.of(Permission.SELECT), Resource.of(PEOPLE), Grant.CLI)
              .with(Terms.none().with(Columns.allBut(List.of("hidden"))));
      lake.database.perform(tx -> lake.governance.grants().put(tx, allBut));

      assertThat(up(lake, states(lake).at(PEOPLE, first), ROOT))
          .containsExactly("id <- id", "secret <- secret");
      assertThat(up(lake, states(lake).at(PEOPLE, first), READER)).containsExactly("id <- id");
    }
  }

  private static void rename(Lake lake) {
    var renamed =
        new TableDefinition.Column("hidden", "VARCHAR", Optional.empty(), "", "secret", Map.of());
    var id = new TableDefinition.Column("id", "BIGINT", Optional.empty(), "", "", Map.of());
    TableDefinition definition =
        new TableDefinition(
            List.of(id, renamed),
            TableLayout.standard(),
            Optional.of(Compatibility.NONE),
            "",
            UpkeepRules.NONE);
    TableChange change =
        new TableChange.Define(
            new TableDefinitions(lake.database, lake.ids, lake.tables).target(PEOPLE, definition));
    try (PreparedCommit commit = lake.tables.prepare(CommitContext.of("tester"), List.of(change))) {
      lake.database.perform(commit::publish);
    }
  }

  private static long snapshot(Lake lake) {
    return lake.tables.require(PEOPLE).snapshot().orElseThrow();
  }
}
