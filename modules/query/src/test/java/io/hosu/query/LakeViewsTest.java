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
import io.hosu.kernel.TableName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.view.ImmutableSQLViewRepresentation;
import org.apache.iceberg.view.ImmutableViewVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Views that engines made, in queries. */
class LakeViewsTest {
  private static final TableName FLIGHTS = TableName.parse("aviation.stage.flights");
  private static final String CITIES = "aviation.stage.cities";

  @TempDir Path directory;
  private QueryLake lake;
  private Principal ana;

  @BeforeEach
  void open() throws IOException {
    lake = new QueryLake(directory);
    lake.append(FLIGHTS, "SELECT 1 AS id, 'Oslo' AS city UNION ALL SELECT 2, 'Bern'");
    ana = Principal.user("ana");
    lake.database.write(tx -> {
      lake.governance.principals().create(tx, ana, Grant.CLI);
      return true;
    });
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private void allow(String on, Terms terms, Permission... permissions) {
    Grant grant =
        Grant.declared(
                Grantee.user("ana"), EnumSet.copyOf(Arrays.asList(permissions)), Resource.parse(on))
            .with(terms);
    lake.database.<Grant>write(tx -> lake.governance.grants().put(tx, grant));
  }

  private void select(String... on) {
    for (String one : on) {
      allow(one, Terms.none(), Permission.SELECT);
    }
  }

  private void view(String name, String dialect, String sql, String... columns) {
    Schema schema =
        new Schema(
            Arrays.stream(columns)
                .map(column ->
                    Types.NestedField.optional(
                        Arrays.asList(columns).indexOf(column) + 1, column, Types.StringType.get()))
                .toList());
    ImmutableViewVersion version =
        ImmutableViewVersion.builder()
            .versionId(1)
            .schemaId(0)
            .timestampMillis(1)
            .defaultNamespace(Namespace.of("stage"))
            .addRepresentations(
                ImmutableSQLViewRepresentation.builder().sql(sql).dialect(dialect).build())
            .build();
    try (var prepared =
        lake.tables
            .open()
            .views()
            .prepareNew(
                TableName.parse(name),
                draft -> draft.setCurrentVersion(version, schema),
                Optional.empty())) {
      lake.database.write(tx -> {
        prepared.publish(tx);
        return true;
      });
    }
  }

  private String csv(String sql) {
    return lake.csv(ana, sql);
  }

  @Test
  void aViewIsReadByTheNamesThatItGivesItsColumns() {
    view(CITIES, "spark", "SELECT city, id FROM flights", "town", "n");
    select(CITIES, "aviation.stage.flights");
    assertThat(csv("SELECT * FROM " + CITIES + " ORDER BY n"))
        .isEqualTo("town,n\nOslo,1\nBern,2\n");
    assertThat(
            csv(
                "SELECT c.town FROM "
                    + CITIES
                    + " c JOIN aviation.stage.flights f ON f.id = c.n WHERE f.id = 2"))
        .isEqualTo("town\nBern\n");
  }

  @Test
  void aViewInAnotherLayerIsTheFirstThatAnEngineReads() {
    String last = "aviation.stage.flights";
    for (String layer : List.of("analytics", "marts", "gold")) {
      String next = "aviation." + layer + ".cities";
      view(next, "duckdb", "SELECT city FROM " + last, "city");
      select(next, last);
      last = next;
    }
    assertThat(csv("SELECT * FROM " + last + " ORDER BY city")).isEqualTo("city\nBern\nOslo\n");
  }

  @Test
  void viewsOverViewsAreRead() {
    view(CITIES, "duckdb", "SELECT city FROM aviation.stage.flights", "city");
    view("aviation.stage.few", "duckdb", "SELECT city FROM stage.cities WHERE city > 'C'", "city");
    select("aviation.stage.few", CITIES, "aviation.stage.flights");
    assertThat(csv("SELECT * FROM aviation.stage.few")).isEqualTo("city\nOslo\n");
  }

  @Test
  void beneathAViewEachSeesWhatHeMaySeeOfTheTable() {
    view(CITIES, "duckdb", "SELECT city FROM flights", "city");
    select(CITIES);
    assertThatThrownBy(() -> csv("SELECT * FROM " + CITIES))
        .hasMessageContaining("There is no table aviation.stage.flights");
    allow(
        "aviation.stage.flights", Terms.none().with(Condition.parse("id = 1")), Permission.SELECT);
    assertThat(csv("SELECT * FROM " + CITIES)).isEqualTo("city\nOslo\n");
  }

  @Test
  void aViewTakesSelectOnItself() {
    view(CITIES, "duckdb", "SELECT city FROM flights", "city");
    select("aviation.stage.flights");
    assertThatThrownBy(() -> csv("SELECT * FROM " + CITIES))
        .hasMessageContaining("There is no table " + CITIES);
    allow(CITIES, Terms.none(), Permission.DESCRIBE);
    assertThatThrownBy(() -> csv("SELECT * FROM " + CITIES)).hasMessageContaining("may not SELECT");
  }

  @Test
  void aTextThatTheGuardRefusesIsNotRead() {
    view(CITIES, "duckdb", "SELECT * FROM read_csv('/etc/passwd')", "city");
    view("aviation.stage.odd", "trino", "SELECT city FROM flights", "city");
    view("aviation.stage.own", "duckdb", "SELECT city FROM own", "city");
    view("aviation.stage.audit", "duckdb", "SELECT * FROM system.lake.audit", "city");
    select("aviation");
    assertThatThrownBy(() -> csv("SELECT * FROM " + CITIES))
        .hasMessageContaining("its text does not pass")
        .hasMessageContaining("read_csv");
    assertThatThrownBy(() -> csv("SELECT * FROM aviation.stage.odd"))
        .hasMessageContaining("no text for duckdb or spark, but for trino");
    assertThatThrownBy(() -> csv("SELECT * FROM aviation.stage.own"))
        .hasMessageContaining("it reads itself");
    assertThatThrownBy(() -> csv("SELECT * FROM aviation.stage.audit"))
        .hasMessageContaining("a view cannot read what the lake keeps of itself");
  }
}
