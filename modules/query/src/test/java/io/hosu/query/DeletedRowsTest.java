package io.hosu.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.governance.Condition;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Terms;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.TableName;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.QueryError;
import io.hosu.query.engine.SessionRequest;
import io.hosu.query.engine.TestEngines;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rows that an engine outside deleted are not there for SQL. */
@Timeout(120)
class DeletedRowsTest {
  private static final TableName FLIGHTS = TableName.parse("aviation.stage.flights");

  @TempDir Path directory;
  private QueryLake lake;
  private final Principal ann = Principal.user("ann"); // sees all of it
  private final Principal bob = Principal.user("bob"); // sees some rows

  @BeforeEach
  void open() throws IOException {
    lake = new QueryLake(directory);
    lake.append(
        FLIGHTS,
        "SELECT range AS id, CASE range WHEN 1 THEN 'bad' ELSE range::VARCHAR END AS code"
            + " FROM range(5000)");
    grant(ann, Terms.none());
    grant(bob, Terms.none().with(Condition.parse("id < 4")));
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

  private void delete(long... places) {
    new OutsideDeletes(lake, FLIGHTS).byVector(places);
  }

  @Test
  void deletedRowsAreNotCountedAndNotThere() {
    delete(1, 2, 4999);

    assertThat(lake.csv(ann, "SELECT count(*) AS n, max(id) AS most FROM aviation.stage.flights"))
        .isEqualTo("n,most\n4997,4998\n");
    assertThat(lake.csv(ann, "SELECT id FROM aviation.stage.flights WHERE id < 5 ORDER BY id"))
        .isEqualTo("id\n0\n3\n4\n");
    assertThat(lake.csv(ann, "SELECT count(*) AS n FROM aviation.stage.flights WHERE id = 2"))
        .isEqualTo("n\n0\n");
  }

  @Test
  void whoSeesSomeRowsSeesThoseThatAreLeftOfThem() {
    delete(1, 2);

    assertThat(lake.csv(bob, "SELECT id FROM aviation.stage.flights ORDER BY id"))
        .isEqualTo("id\n0\n3\n");
  }

  @Test
  void theStateBeforeHasTheRows() {
    long before = lake.tables.require(FLIGHTS).snapshot().orElseThrow();
    delete(1);

    assertThat(
            lake.csv(
                ann,
                "SELECT count(*) AS n FROM aviation.stage.flights FOR VERSION AS OF " + before))
        .isEqualTo("n\n5000\n");
  }

  @Test
  void aDeletedValueFailsNoQuery() {
    delete(1);

    assertThat(
            lake.csv(
                ann, "SELECT count(*) AS n FROM aviation.stage.flights WHERE code::INTEGER > 4000"))
        .isEqualTo("n\n999\n");
  }

  @Test
  void theFilesThatDeleteAreRowsOfTheirOwn() {
    delete(1, 2);

    assertThat(
            lake.csv(
                ann,
                "SELECT content, file_format AS f, record_count AS n FROM"
                    + " aviation.stage.\"flights$delete_files\""))
        .isEqualTo("content,f,n\n1,PUFFIN,2\n");
    assertThat(lake.csv(ann, "SELECT count(*) AS n FROM aviation.stage.\"flights$data_files\""))
        .isEqualTo("n\n1\n");
  }

  @Test
  void whoAsksCannotReadVectorsThemselves() {
    assertThatThrownBy(() -> lake.csv(ann, "SELECT * FROM hosu_deleted_rows('[]')"))
        .isInstanceOfSatisfying(
            Invalid.class, e -> assertThat(e.code()).isEqualTo(QueryError.SQL_REFUSED));
  }

  @Test
  void anEngineOpensNoVectorOfAFileThatIsNotOfTheSession() {
    Path other = directory.resolve("other.puffin");
    String call = "SELECT * FROM hosu_deleted_rows('[[0, \"%s\", 4, 40, 1, 10]]')".formatted(other);
    EngineView view = new EngineView(List.of("v"), call, List.of());
    var request = new SessionRequest("", List.of(view), null, null, Duration.ofSeconds(60));

    assertThatThrownBy(
            () -> {
              try (EngineSession session = TestEngines.shared().open(request)) {
                TestEngines.csv(session, "SELECT * FROM v");
              }
            })
        .hasMessageContaining("may not open");
  }
}
