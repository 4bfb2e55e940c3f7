package io.hosu.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.governance.Columns;
import io.hosu.governance.Condition;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Terms;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.TableName;
import io.hosu.tables.MetadataTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Iceberg keeps of tables, in SQL. */
@Timeout(120)
class MetadataTablesTest {
  private static final TableName FLIGHTS = TableName.parse("aviation.stage.flights");

  @TempDir Path directory;
  private QueryLake lake;
  private final Principal ann = Principal.user("ann"); // sees all of it
  private final Principal bob = Principal.user("bob"); // sees a part
  private final Principal eve = Principal.user("eve"); // sees nothing

  @BeforeEach
  void open() throws IOException {
    lake = new QueryLake(directory);
    lake.append(
        FLIGHTS,
        """
        SELECT range AS id, 'f' || range AS name, DATE '2026-01-01' + range::INTEGER AS day,
          1.5::DECIMAL(9,2) AS fare, [1, 2] AS legs, {a: 1, b: NULL::VARCHAR} AS more
        FROM range(3)
        """);
    lake.append(FLIGHTS, "SELECT 7 AS id, 'f7' AS name");
    grant(ann, Terms.none());
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private void grant(Principal who, Terms terms) {
    Grant grant =
        new Grant("", Grantee.of(who), Set.of(Permission.SELECT), Resource.of(FLIGHTS), Grant.CLI)
            .with(terms);
    lake.database.perform(tx -> lake.governance.grants().put(tx, grant));
  }

  private String ask(Principal who, String sql) {
    return lake.csv(who, sql.replace("t$", "aviation.stage.\"flights$").replace("#", "\""));
  }

  @Test
  void snapshotsAndTheirHistoryAreRows() {
    assertThat(
            ask(
                ann,
                """
                SELECT s.operation AS what, s.summary['added-records'] AS n,
                  h.is_current_ancestor AS current, s.parent_id IS NULL AS first
                FROM t$snapshots# s JOIN t$history# h USING (snapshot_id) ORDER BY s.committed_at
                """))
        .isEqualTo("what,n,current,first\nappend,3,true,true\nappend,1,true,false\n");
  }

  @Test
  void filesHaveTheirFiguresAndBounds() {
    assertThat(
            ask(
                ann,
                """
                SELECT record_count AS n, file_format AS f, readable_metrics.id.lower_bound AS low,
                  readable_metrics.day.upper_bound AS day, file_size_in_bytes > 0 AS sized,
                  lower_bounds[1] AS bytes
                FROM t$files# ORDER BY n DESC
                """))
        .isEqualTo(
            """
            n,f,low,day,sized,bytes
            3,PARQUET,0,2026-01-03,true,0000000000000000
            1,PARQUET,7,,true,0700000000000000
            """);
  }

  @Test
  void whoAsksForTheNumbersOfRowsAndOfTheirCommitsGetsThem() throws IOException {
    new OutsideDeletes(lake, FLIGHTS).byVector(0);
    lake.append(FLIGHTS, "SELECT 8 AS id, 'f8' AS name");
    String flights = "aviation.stage.flights";

    assertThat(
            lake.csv(
                ann,
                """
                SELECT f.id, _last_updated_sequence_number AS c, f._row_id IS NULL AS none
                FROM aviation.stage.flights f ORDER BY id
                """))
        .isEqualTo("id,c,none\n1,1,false\n2,1,false\n8,4,false\n");
    assertThat(lake.csv(ann, "SELECT count(DISTINCT _row_id) AS n FROM " + flights))
        .isEqualTo("n\n3\n");
    assertThat(lake.csv(ann, "SELECT * FROM " + flights)).doesNotContain("_row_id");
    assertThat(lake.csv(ann, "SELECT id FROM %s WHERE name = '_row_id'".formatted(flights)))
        .isEqualTo("id\n");
  }

  @Test
  void whoSeesAPartOfATableDoesNotLearnTheNumbersOfItsRows() {
    grant(bob, Terms.none().with(Condition.parse("id < 2")));

    assertThatThrownBy(() -> ask(bob, "SELECT _row_id FROM aviation.stage.flights"))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("_row_id");
  }

  @Test
  void everyKindCanBeReadWholly() {
    new OutsideDeletes(lake, FLIGHTS).byVector(0);
    for (String kind : MetadataTable.kinds()) {
      assertThat(ask(ann, "SELECT * FROM t$" + kind + "#").lines().count())
          .as(kind)
          .isGreaterThan(1);
    }
  }

  @Test
  void aSnapshotThatTheyNameIsReadAsAthenaWritesIt() {
    String first = ask(ann, "SELECT min_by(snapshot_id, committed_at) FROM t$snapshots#");
    String id = first.lines().toList().getLast();

    assertThat(ask(ann, "SELECT count(*) AS n FROM aviation.stage.flights FOR VERSION AS OF " + id))
        .isEqualTo("n\n3\n");
    assertThatThrownBy(() ->
            ask(
                ann,
                "SELECT count(*) AS n FROM aviation.stage.flights FOR TIMESTAMP AS OF"
                    + " TIMESTAMP '2001-01-01 00:00:00 UTC'"))
        .hasMessageContaining("did not have a snapshot yet at 2001-01-01T00:00:00Z");
  }

  @Test
  void whoSeesAPartOfTheTableSeesNoneOfItsMetadata() {
    grant(bob, Terms.none().with(Condition.parse("id < 2")));

    assertThat(ask(bob, "SELECT count(*) AS n FROM aviation.stage.flights")).isEqualTo("n\n2\n");
    for (String kind : MetadataTable.kinds()) {
      assertThatThrownBy(() -> ask(bob, "SELECT count(*) FROM t$" + kind + "#"))
          .as(kind)
          .isInstanceOf(Denied.class);
    }
  }

  @Test
  void whoSeesSomeColumnsSeesNoneOfItsMetadata() {
    grant(bob, Terms.none().with(Columns.only(List.of("id"))));

    assertThatThrownBy(() -> ask(bob, "SELECT record_count FROM t$files#"))
        .isInstanceOf(Denied.class);
  }

  @Test
  void whoMustNotKnowTheTableIsToldThatThereIsNone() {
    assertThatThrownBy(() -> ask(eve, "SELECT * FROM t$snapshots#"))
        .isInstanceOf(NotFound.class)
        .hasMessageContaining("aviation.stage.flights");
  }

  @Test
  void whatATableDoesNotHaveIsRefusedWithASuggestion() {
    assertThatThrownBy(() -> ask(ann, "SELECT * FROM t$snapshot#"))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("snapshots");
    for (String wrong :
        List.of(
            "SELECT * FROM t$# ",
            "SELECT * FROM t$files#.x",
            "SELECT * FROM aviation.stage.\"$files\"",
            "SELECT * FROM t$files$x#",
            "SELECT * FROM t$files# AT (VERSION => 1)",
            "SELECT * FROM aviation.stage.flights AT (METADATA => 'files')",
            "SELECT * FROM aviation.stage.flights AT (CHANGES => '')",
            "SELECT * FROM aviation.stage.\"flights@METADATA=files\"")) {
      assertThatThrownBy(() -> ask(ann, wrong)).as(wrong).isInstanceOf(HosuException.class);
    }
  }
}
