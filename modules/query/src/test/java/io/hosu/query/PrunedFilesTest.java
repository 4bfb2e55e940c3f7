package io.hosu.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.governance.Condition;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Mask;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Terms;
import io.hosu.kernel.TableName;
import io.hosu.tables.CommitContext;
import io.hosu.tables.FileFilter;
import io.hosu.tables.PartitionDeclaration;
import io.hosu.tables.PlannedFile;
import io.hosu.tables.PreparedUpdates;
import io.hosu.tables.ScanPlan;
import io.hosu.tables.TableUpdate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A query opens the files alone that may hold rows which its conditions leave. */
@Timeout(120)
class PrunedFilesTest {
  private static final TableName PARTS = TableName.parse("shop.stage.parts");
  private static final TableName TIMES = TableName.parse("shop.stage.times");
  private static final Principal ANN = Principal.user("ann");
  private static final Principal BOB = Principal.user("bob");

  private QueryLake lake;

  /** Both have four files, of p = 0 to 3: the one by partitions, the other as its rows came. */
  @BeforeEach
  void open(@TempDir Path directory) throws IOException {
    lake = new QueryLake(directory);
    lake.append(
        PARTS,
        "SELECT range % 4 AS p, range AS id, 'n' || range % 4 AS name FROM range(40)",
        List.of(PartitionDeclaration.parse("p")));
    for (int i = 0; i < 4; i++) {
      lake.append(
          TIMES,
          """
          SELECT %1$d AS k, %1$d * 100 + range AS n, {'f': %1$d} AS s,
            TIMESTAMP '2026-01-01' + to_days(%1$d) + to_hours(range::INTEGER) AS t
          FROM range(20)\
          """
              .formatted(i));
    }
    see(ANN, PARTS, Terms.none());
    see(ANN, TIMES, Terms.none());
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private void see(Principal who, TableName table, Terms terms) {
    Grant grant =
        new Grant("", Grantee.of(who), Set.of(Permission.SELECT), Resource.of(table), Grant.CLI)
            .with(terms);
    lake.database.perform(tx -> lake.governance.grants().put(tx, grant));
  }

  /** Takes every file of a table from the disk that the filter does not leave. */
  private void takeAway(TableName table, ScanPlan all, Set<Integer> staying) throws IOException {
    List<PlannedFile> files = all.files();
    assertThat(files).as(table.toString()).hasSize(4);
    for (int i = 0; i < files.size(); i++) {
      if (!staying.contains(i)) {
        Files.delete(files.get(i).path());
      }
    }
  }

  private Set<Integer> left(ScanPlan all, ScanPlan some) {
    List<String> files = all.files().stream().map(PlannedFile::location).toList();
    return Set.copyOf(some.files().stream().map(file -> files.indexOf(file.location())).toList());
  }

  private ScanPlan planned(TableName table, String sql) {
    FileFilter filter = lake.guard.check(sql, Scope.query()).filter(new TableRef(table, null));
    return lake.tables.plan(table).where(filter);
  }

  @Test
  void theFilesOfOtherPartitionsNeedNotBeThere() throws IOException {
    ScanPlan all = lake.tables.plan(PARTS);
    String sql = "SELECT count(*) AS c, min(p) AS p FROM shop.stage.parts WHERE p = 2";
    takeAway(PARTS, all, left(all, planned(PARTS, sql)));

    assertThat(lake.csv(ANN, sql)).isEqualTo("c,p\n10,2\n");
    assertThatThrownBy(() -> lake.csv(ANN, "SELECT count(*) FROM shop.stage.parts"))
        .hasMessageContaining("is gone");
  }

  @Test
  void theFilesOfOtherValuesNeedNotBeThere() throws IOException {
    ScanPlan all = lake.tables.plan(TIMES);
    String sql = "SELECT sum(n) AS n FROM shop.stage.times WHERE n BETWEEN 105 AND 106";
    takeAway(TIMES, all, left(all, planned(TIMES, sql)));

    assertThat(lake.csv(ANN, sql)).isEqualTo("n\n211\n");
    assertThat(
            lake.csv(
                ANN,
                "SELECT count(*) AS c FROM shop.stage.times WHERE t >= DATE '2026-01-01' + INTERVAL 1"
                    + " DAY AND t < TIMESTAMP '2026-01-02 10:00:00'"))
        .isEqualTo("c\n10\n");
    assertThatThrownBy(() -> lake.csv(ANN, "SELECT * FROM shop.stage.times WHERE n > 5"))
        .hasMessageContaining("is gone");
  }

  @Test
  void aFileThatIsDamagedIsToldWithoutWhereItLies() throws IOException {
    Path damaged = lake.tables.plan(PARTS).files().getFirst().path();
    Files.writeString(damaged, "no Parquet at all, but long enough to be looked at");

    assertThatThrownBy(() -> lake.csv(ANN, "SELECT * FROM shop.stage.parts"))
        .hasMessageContaining(String.valueOf(damaged.getFileName()))
        .message()
        .doesNotContain(String.valueOf(damaged.getParent()));
  }

  @Test
  void aColumnMayBeNamedWithTheWholeNameOfItsTable() {
    String sql = "SELECT * FROM shop.stage.parts WHERE shop.stage.parts.p = 1";

    assertThat(planned(PARTS, sql).files()).hasSize(1);
    assertThat(lake.csv(ANN, sql).lines()).hasSize(11);
  }

  @Test
  void aFieldOfAStructIsNoColumn() {
    String sql = "SELECT * FROM shop.stage.times AS s WHERE s.f = 1";

    assertThat(planned(TIMES, sql).files()).hasSize(4);
    assertThat(planned(TIMES, "SELECT * FROM shop.stage.times s WHERE s.s.f = 1").files())
        .hasSize(4);
    assertThat(lake.csv(ANN, sql).lines()).hasSize(21);
  }

  @Test
  void anEarlierStateIsFilteredByTheNamesThatItsColumnsHadThen() throws IOException {
    long then = lake.tables.require(TIMES).snapshot().orElseThrow();
    change(TIMES, update -> update.renameColumn("k", "q").renameColumn("n", "k"));
    String sql =
        "SELECT count(*) AS c FROM shop.stage.times FOR VERSION AS OF %d WHERE k = 1"
            .formatted(then);
    ScanPlan all = lake.tables.planAt(TIMES, then);
    Guarded guarded = lake.guard.check(sql, Scope.query());
    ScanPlan some = all.where(guarded.filter(guarded.tables().iterator().next()));
    assertThat(some.files()).hasSize(1);
    takeAway(TIMES, all, left(all, some));

    assertThat(lake.csv(ANN, sql)).isEqualTo("c\n20\n");
    assertThat(lake.csv(ANN, "SELECT max(k) AS m FROM shop.stage.times WHERE q = 1"))
        .isEqualTo("m\n119\n");
  }

  @Test
  void aColumnThatWasMadeAnewHasNotTheValuesOfTheOldOne() throws IOException {
    change(TIMES, update -> update.deleteColumn("k"));
    change(TIMES, update -> update.addColumn("k", Types.LongType.get()));
    lake.append(TIMES, "SELECT 7::BIGINT AS k, 7::BIGINT AS n");

    assertThat(lake.csv(ANN, "SELECT n FROM shop.stage.times WHERE k = 7")).isEqualTo("n\n7\n");
    assertThat(lake.csv(ANN, "SELECT count(*) AS c FROM shop.stage.times WHERE k IS NULL"))
        .isEqualTo("c\n80\n");
    assertThat(lake.csv(ANN, "SELECT count(*) AS c FROM shop.stage.times WHERE k = 1"))
        .isEqualTo("c\n0\n");
  }

  @Test
  void aColumnThatBecameWiderIsComparedAsItIsNow() throws IOException {
    TableName wide = TableName.parse("shop.stage.wide");
    see(ANN, wide, Terms.none());
    lake.append(wide, "SELECT 1::INTEGER AS i", List.of(PartitionDeclaration.parse("i")));
    lake.append(wide, "SELECT 5000000000::BIGINT AS i");

    assertThat(planned(wide, "SELECT * FROM shop.stage.wide WHERE i = 5000000000").files())
        .hasSize(1);
    assertThat(lake.csv(ANN, "SELECT * FROM shop.stage.wide WHERE i = 1")).isEqualTo("i\n1\n");
    assertThat(lake.csv(ANN, "SELECT * FROM shop.stage.wide WHERE i > 1"))
        .isEqualTo("i\n5000000000\n");
  }

  @Test
  void rowsThatWereDeletedStayDeletedWhereFilesAreLeftOut() {
    new OutsideDeletes(lake, TIMES).byVector(3);

    assertThat(lake.csv(ANN, "SELECT sum(n) AS n FROM shop.stage.times WHERE n IN (103, 104)"))
        .isEqualTo("n\n104\n");
    assertThat(planned(TIMES, "SELECT * FROM shop.stage.times WHERE n = 103").paths()).hasSize(2);
  }

  @Test
  void rowsKeepTheirNumbersWhereFilesAreLeftOut() {
    change(TIMES, Map.of("format-version", "3"));
    String all = "SELECT _row_id FROM (SELECT n, _row_id FROM shop.stage.times) WHERE n = 205";

    assertThat(lake.csv(ANN, "SELECT _row_id FROM shop.stage.times WHERE n = 205"))
        .isEqualTo(lake.csv(ANN, all));
    assertThat(lake.csv(ANN, "SELECT _row_id FROM shop.stage.times WHERE n = 9999"))
        .isEqualTo("_row_id\n");
  }

  @Test
  void whoSeesAPartOfATableReadsAllOfItsFiles() throws IOException {
    see(BOB, PARTS, Terms.none().with(Condition.parse("p < 2")));
    ScanPlan all = lake.tables.plan(PARTS);
    assertThat(lake.csv(BOB, "SELECT count(*) AS c FROM shop.stage.parts WHERE p = 1"))
        .isEqualTo("c\n10\n");
    takeAway(PARTS, all, left(all, planned(PARTS, "FROM shop.stage.parts WHERE p = 1")));

    assertThat(lake.csv(ANN, "SELECT count(*) AS c FROM shop.stage.parts WHERE p = 1"))
        .isEqualTo("c\n10\n");
    assertThatThrownBy(() -> lake.csv(BOB, "SELECT count(*) FROM shop.stage.parts WHERE p = 1"))
        .hasMessageContaining("is gone");
  }

  @Test
  void aConditionOnAMaskedColumnIsOneOnWhatIsShownInItsPlace() {
    see(
        BOB,
        PARTS,
        Terms.none().with("p", new Terms.Masking(Mask.parse("null"), Optional.empty())));
    String masked = lake.csv(BOB, "SELECT count(*) AS c FROM shop.stage.parts WHERE p IS NULL");

    assertThat(masked).isEqualTo("c\n40\n");
    assertThat(lake.csv(BOB, "SELECT count(*) AS c FROM shop.stage.parts WHERE p = 1"))
        .isEqualTo("c\n0\n");
  }

  private void change(TableName table, UnaryOperator<UpdateSchema> change) {
    var schema = change.apply(lake.tables.require(table).table().updateSchema()).apply();
    commit(table, new MetadataUpdate.AddSchema(schema), new MetadataUpdate.SetCurrentSchema(-1));
  }

  private void change(TableName table, Map<String, String> properties) {
    new OutsideDeletes(lake, table)
        .table()
        .updateProperties()
        .set("format-version", properties.get("format-version"))
        .commit();
  }

  private void commit(TableName table, MetadataUpdate... updates) {
    try (PreparedUpdates prepared =
        lake.tables
            .open()
            .prepare(
                CommitContext.of("engine"),
                List.of(new TableUpdate(table, List.of(), List.of(updates))))) {
      lake.database.perform(prepared::publish);
    }
  }
}
