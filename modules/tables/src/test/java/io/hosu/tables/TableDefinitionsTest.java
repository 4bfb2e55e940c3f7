package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables whose columns a lake project declares. */
class TableDefinitionsTest {
  private TestLake lake;

  @BeforeEach
  void open(@TempDir Path directory) {
    lake = new TestLake(directory);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private static TableDefinition.Column column(String name, String type) {
    return was(name, type, "");
  }

  private static TableDefinition.Column was(String name, String type, String was) {
    return new TableDefinition.Column(name, type, Optional.empty(), "", was, Map.of());
  }

  private List<String> define(Compatibility mode, TableDefinition.Column... columns) {
    return define(Optional.of(mode), TableLayout.standard(), columns);
  }

  private List<String> define(
      Optional<Compatibility> mode, TableLayout layout, TableDefinition.Column... columns) {
    WriteTarget target = target(mode, layout, columns);
    lake.commit(new TableChange.Define(target));
    return target.steps().stream().map(SchemaStep::toString).toList();
  }

  private WriteTarget target(
      Optional<Compatibility> mode, TableLayout layout, TableDefinition.Column... columns) {
    return new TableDefinitions(lake.database, lake.ids, lake.tables)
        .target(
            FLIGHTS,
            new TableDefinition(List.of(columns), layout, mode, "Flights.", UpkeepRules.NONE));
  }

  private void requireSameForIceberg(int rows) {
    assertThat(lake.records(FLIGHTS)).hasSize(rows);
  }

  @Test
  void aRenamedColumnKeepsItsValuesAndSayingSoAgainChangesNothing() {
    define(Compatibility.BACKWARD, column("id", "BIGINT"), column("amount", "INTEGER"));
    lake.append(FLIGHTS, "SELECT 1::BIGINT AS id, 7 AS amount");

    assertThat(
            define(
                Compatibility.BACKWARD, column("id", "BIGINT"), was("total", "BIGINT", "amount")))
        .containsExactly(
            "rename column amount to total", "widen column amount from INTEGER to BIGINT");
    assertThat(
            define(
                Compatibility.BACKWARD, column("id", "BIGINT"), was("total", "BIGINT", "amount")))
        .isEmpty();

    lake.append(FLIGHTS, "SELECT 2::BIGINT AS id, 8::BIGINT AS total");
    assertThat(lake.rows(FLIGHTS)).containsExactly("[1, 7]", "[2, 8]");
    requireSameForIceberg(2);
  }

  @Test
  void aDroppedColumnNeverComesBackWithItsValues() {
    define(Compatibility.BACKWARD, column("id", "INTEGER"), column("note", "VARCHAR"));
    lake.append(FLIGHTS, "SELECT 1 AS id, 'old' AS note");

    assertThat(define(Compatibility.BACKWARD, column("id", "INTEGER")))
        .containsExactly("drop column note VARCHAR");
    assertThat(define(Compatibility.BACKWARD, column("note", "VARCHAR"), column("id", "INTEGER")))
        .containsExactly("add column note VARCHAR");

    assertThat(lake.rows(FLIGHTS)).containsExactly("[null, 1]");
    lake.append(FLIGHTS, "SELECT 2 AS id, 'new' AS note");
    assertThat(lake.rows(FLIGHTS)).containsExactly("[new, 2]", "[null, 1]");
    requireSameForIceberg(2);
  }

  @Test
  void fieldsInsideStructsListsAndMapsAreRenamedAddedAndDropped() {
    define(
        Compatibility.BACKWARD,
        column("place", "STRUCT(zip VARCHAR, gone INTEGER)"),
        column("items", "STRUCT(n INTEGER)[]"),
        column("by_code", "MAP(VARCHAR, STRUCT(n INTEGER))"));
    lake.append(
        FLIGHTS,
        "SELECT {'zip': '1010', 'gone': 5} AS place, [{'n': 1}] AS items,"
            + " MAP {'a': {'n': 2}} AS by_code");

    List<String> steps =
        define(
            Compatibility.BACKWARD,
            new TableDefinition.Column(
                "place",
                "STRUCT(postcode VARCHAR, gone BIGINT, town VARCHAR)",
                Optional.empty(),
                "",
                "",
                Map.of("zip", "postcode")),
            new TableDefinition.Column(
                "items",
                "STRUCT(number BIGINT)[]",
                Optional.empty(),
                "",
                "",
                Map.of("element.n", "number")),
            new TableDefinition.Column(
                "by_code",
                "MAP(VARCHAR, STRUCT(number INTEGER))",
                Optional.empty(),
                "",
                "",
                Map.of("value.n", "number")));

    assertThat(steps)
        .containsExactlyInAnyOrder(
            "rename column place.zip to postcode",
            "widen column place.gone from INTEGER to BIGINT",
            "add column place.town VARCHAR",
            "rename column items.element.n to number",
            "widen column items.element.n from INTEGER to BIGINT",
            "rename column by_code.value.n to number");
    assertThat(lake.rows(FLIGHTS).getFirst()).contains("1010").contains("5");
    requireSameForIceberg(1);
  }

  @Test
  void anotherTypeBeginsANewColumnWithoutTheValuesOfTheOld() {
    define(Compatibility.NONE, column("id", "INTEGER"), column("day", "VARCHAR"));
    lake.append(FLIGHTS, "SELECT 1 AS id, '2026-01-01' AS day");

    assertThat(define(Compatibility.NONE, column("id", "INTEGER"), column("day", "DATE")))
        .containsExactly(
            "replace column day VARCHAR by a new one of type DATE, without its values");

    assertThat(lake.rows(FLIGHTS)).containsExactly("[1, null]");
    requireSameForIceberg(1);
  }

  @Test
  void rowsOfOtherColumnsThanTheContractSaysAreRefusedAndFewerAreNot() {
    define(Compatibility.FULL, column("id", "INTEGER"), column("note", "VARCHAR"));

    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> lake.append(FLIGHTS, "SELECT 1 AS id, 2 AS more"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(TablesError.CONTRACT_BROKEN))
        .withMessageContaining("add column more INTEGER");
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> lake.append(FLIGHTS, "SELECT 1::BIGINT AS id"))
        .withMessageContaining("widen column id from INTEGER to BIGINT");

    lake.append(FLIGHTS, "SELECT 1 AS id");
    lake.replaceAll(FLIGHTS, "SELECT 2 AS id");
    assertThat(lake.rows(FLIGHTS)).containsExactly("[2, null]");
  }

  @Test
  void withoutAContractColumnsAreRenamedAndMovedAndNoneIsLost() {
    lake.append(FLIGHTS, "SELECT 1 AS id, 'x' AS extra, 2 AS a");

    assertThat(
            define(
                Optional.empty(),
                TableLayout.standard(),
                was("b", "INTEGER", "a"),
                column("id", "INTEGER")))
        .containsExactly("rename column a to b", "order columns b, id, extra");
    assertThat(lake.rows(FLIGHTS)).containsExactly("[2, 1, x]");
  }

  @Test
  void aRequiredColumnTakesNoRowWithoutAValue() {
    TableDefinition.Column id =
        new TableDefinition.Column(
            "id", "INTEGER", Optional.of(false), "Given by the shop.", "", Map.of());
    define(Compatibility.FULL, id, column("note", "VARCHAR"));

    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> lake.append(FLIGHTS, "SELECT unnest([1, NULL]) AS id"))
        .withMessageContaining("requires column 'id', and 1 of the rows");
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> lake.append(FLIGHTS, "SELECT 'x' AS note"))
        .withMessageContaining("requires column 'id'");
    lake.append(FLIGHTS, "SELECT 1 AS id");
    assertThat(lake.tables.require(FLIGHTS).metadata().schema().findField("id").doc())
        .isEqualTo("Given by the shop.");
    TableDefinition.Column late =
        new TableDefinition.Column("note", "VARCHAR", Optional.of(false), "", "", Map.of());
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> define(Compatibility.NONE, id, late))
        .withMessageContaining("'note' cannot be nullable: false");
  }

  @Test
  void aColumnByWhichFilesAreDividedIsRenamedButNeverDropped() {
    TableLayout byDay = TestLake.layout("month(day)");
    define(Optional.of(Compatibility.NONE), byDay, column("id", "INTEGER"), column("day", "DATE"));
    lake.append(FLIGHTS, "SELECT 1 AS id, DATE '2026-01-02' AS day");

    define(
        Optional.of(Compatibility.NONE),
        TestLake.layout("month(date)"),
        column("id", "INTEGER"),
        was("date", "DATE", "day"));

    lake.append(FLIGHTS, "SELECT 2 AS id, DATE '2026-02-02' AS date");
    assertThat(lake.tables.require(FLIGHTS).partitionBy()).containsExactly("month(date)");
    assertThat(lake.rows(FLIGHTS)).containsExactly("[1, 2026-01-02]", "[2, 2026-02-02]");
    requireSameForIceberg(2);
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> define(Compatibility.NONE, column("id", "INTEGER")))
        .withMessageContaining("'date' cannot be dropped");
  }

  @Test
  void aTableUnderContractThatIsSetBackKeepsTheColumnsThatItsContractSays() {
    define(Compatibility.BACKWARD, column("id", "INTEGER"));
    lake.append(FLIGHTS, "SELECT 1 AS id");
    define(Compatibility.BACKWARD, column("id", "INTEGER"), column("note", "VARCHAR"));
    lake.append(FLIGHTS, "SELECT 2 AS id, 'x' AS note");

    lake.commit(
        lake.tables.rollback(
            FLIGHTS, Set.of(lake.tables.require(FLIGHTS).snapshot().orElseThrow())));

    assertThat(lake.rows(FLIGHTS)).containsExactly("[1, null]");
    lake.append(FLIGHTS, "SELECT 3 AS id, 'y' AS note");
    assertThat(lake.rows(FLIGHTS)).containsExactly("[1, null]", "[3, y]");
  }

  @Test
  void aContractThatComesBetweenIsAskedBeforeRowsArePublished() {
    lake.append(FLIGHTS, "SELECT 1 AS id");
    WriteTarget before = lake.target(FLIGHTS, "SELECT 2 AS id");
    NewFiles rows = lake.write(before, "SELECT 2 AS id");
    define(Compatibility.FULL, column("id", "INTEGER"));

    assertThatExceptionOfType(Conflict.class)
        .isThrownBy(() -> lake.commit(new TableChange.Append(before, rows)));
    assertThat(lake.rows(FLIGHTS)).containsExactly("[1]");
  }

  @Test
  void theContractIsSetOnATableThatWasCommittedToMeanwhile() {
    lake.append(FLIGHTS, "SELECT 1 AS id");
    WriteTarget contract =
        target(Optional.of(Compatibility.FULL), TableLayout.standard(), column("id", "INTEGER"));
    lake.append(FLIGHTS, "SELECT 2 AS id");
    lake.commit(new TableChange.Define(contract));

    assertThat(lake.tables.require(FLIGHTS).metadata().properties())
        .containsEntry("hosu.compatibility", "full")
        .containsEntry("comment", "Flights.");
    assertThat(lake.rows(FLIGHTS)).containsExactly("[1]", "[2]");
  }

  private void renamedByAnEngine(String column, String name) {
    TableMetadata table = lake.tables.require(FLIGHTS).metadata();
    Schema schema =
        new BaseTable(new StagedTableOperations(table), "flights")
            .updateSchema()
            .renameColumn(column, name)
            .apply();
    TableUpdate update =
        new TableUpdate(
            FLIGHTS,
            List.of(),
            List.of(new MetadataUpdate.AddSchema(schema), new MetadataUpdate.SetCurrentSchema(-1)));
    try (PreparedUpdates updates =
        lake.tables.open().prepare(CommitContext.of("engine"), List.of(update))) {
      lake.database.perform(updates::publish);
    }
  }

  @Test
  void anEngineChangesColumnsOnlyAsTheContractLetsIt() {
    define(Compatibility.FORWARD, column("id", "INTEGER"));

    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> renamedByAnEngine("id", "number"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(TablesError.CONTRACT_BROKEN))
        .withMessageContaining("rename column id to number");

    define(Compatibility.BACKWARD, column("id", "INTEGER"));
    renamedByAnEngine("id", "number");
    assertThat(lake.tables.require(FLIGHTS).columns())
        .extracting(SqlColumn::name)
        .containsExactly("number");
  }
}
