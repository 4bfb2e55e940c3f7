package io.hosu.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException.Invalid;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaChangeTest {
  @Test
  void aNewTableHasTheColumnsInTheirOrderAllOptional() {
    SchemaChange made = create("id BIGINT", "place STRUCT(lat DOUBLE, names VARCHAR[])");

    assertThat(made.schema().columns()).allMatch(Types.NestedField::isOptional);
    assertThat(made.schema().columns())
        .extracting(Types.NestedField::name)
        .containsExactly("id", "place");
    assertThat(made.lastColumnId()).isEqualTo(5).isEqualTo(made.schema().highestFieldId());
  }

  @Test
  void aNewColumnIsAddedAtTheEndUnderANewId() {
    SchemaChange before = create("id BIGINT", "gone VARCHAR");
    SchemaChange after =
        SchemaChange.evolve(before.schema(), 7, columns("extra DATE", "ID BIGINT"));

    assertThat(ids(after.schema())).containsExactly("id 1", "gone 2", "extra 8");
    assertThat(after.lastColumnId()).isEqualTo(8);
  }

  @ParameterizedTest(name = "{0} and {1} make {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "INTEGER|BIGINT|BIGINT",
        "BIGINT|INTEGER|BIGINT",
        "INTEGER|TINYINT|INTEGER",
        "FLOAT|DOUBLE|DOUBLE",
        "DOUBLE|INTEGER|DOUBLE",
        "DECIMAL(9,2)|DECIMAL(12,2)|DECIMAL(12,2)",
        "DECIMAL(9,2)|DECIMAL(9,1)|DECIMAL(10,2)",
        "DECIMAL(18,3)|INTEGER|DECIMAL(18,3)",
        "DECIMAL(9,2)|BIGINT|DECIMAL(21,2)",
        "TIMESTAMP|DATE|TIMESTAMP",
        "VARCHAR|\"NULL\"|VARCHAR",
        "INTEGER[]|BIGINT[]|BIGINT[]",
        "INTEGER[]|\"NULL\"[]|INTEGER[]",
        "STRUCT(\"a\" INTEGER)|STRUCT(\"a\" BIGINT, \"b\" DATE)|STRUCT(\"a\" BIGINT, \"b\" DATE)",
        "STRUCT(\"a\" INTEGER, \"b\" DATE)|STRUCT(\"b\" DATE)|STRUCT(\"a\" INTEGER, \"b\" DATE)",
        "MAP(VARCHAR, INTEGER)|MAP(VARCHAR, BIGINT)|MAP(VARCHAR, BIGINT)",
      })
  void typesWidenSoThatEveryValueFits(String there, String arriving, String both) {
    SchemaChange before = create("c " + there);
    SchemaChange after = SchemaChange.evolve(before.schema(), 9, columns("c " + arriving));

    assertThat(SqlTypes.print(after.schema().findType("c"))).isEqualTo(both);
    assertThat(after.schema().findField("c").fieldId()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{1} does not go into {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "INTEGER|VARCHAR",
        "BIGINT|DOUBLE",
        "DOUBLE|BIGINT",
        "FLOAT|INTEGER",
        "VARCHAR|INTEGER",
        "DATE|TIMESTAMP",
        "TIMESTAMP|TIMESTAMP WITH TIME ZONE",
        "DECIMAL(9,2)|DECIMAL(9,3)",
        "DECIMAL(38,2)|DECIMAL(38,0)",
        "INTEGER|INTEGER[]",
        "STRUCT(a INTEGER)|STRUCT(a VARCHAR)",
        "MAP(INTEGER, INTEGER)|MAP(BIGINT, INTEGER)",
      })
  void whatWouldLoseValuesIsRefusedNamingColumnAndRemedy(String there, String arriving) {
    SchemaChange before = create("c " + there);

    assertThatThrownBy(() -> SchemaChange.evolve(before.schema(), 9, columns("c " + arriving)))
        .isInstanceOfSatisfying(Invalid.class, e -> assertThat(e.remedy()).contains("CAST(... AS "))
        .hasMessageContaining("Column 'c");
  }

  @ParameterizedTest(name = "{1} does not go into {0}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "VARCHAR|BIGINT|every value could be written as a text",
        "BIGINT|VARCHAR|not every text is a value",
        "BIGINT|DOUBLE|fractions and very large numbers would be lost",
        "DOUBLE|BIGINT|numbers of many digits would be rounded",
        "DECIMAL(9,2)|DECIMAL(9,3)|digits behind the point would be lost",
        "DECIMAL(38,2)|DECIMAL(38,0)|more than the 38 digits",
        "DATE|TIMESTAMP|the time of day would be lost",
        "TIMESTAMP|TIMESTAMP WITH TIME ZONE|a point in time",
        "BOOLEAN|DATE|no common form",
        "INTEGER|INTEGER[]|cannot become one another",
        "BIGINT[]|VARCHAR[]|not every text",
        "MAP(INTEGER, INTEGER)|MAP(BIGINT, INTEGER)|the keys of a map",
      })
  void theTrueReasonIsToldForEachPairOfTypes(String there, String arriving, String reason) {
    SchemaChange before = create("c " + there);

    assertThatThrownBy(() -> SchemaChange.evolve(before.schema(), 9, columns("c " + arriving)))
        .hasMessageContaining(reason);
  }

  @Test
  void overwritingTakesTheColumnsAsTheyAreAndKeepsIdsWhereTheTypeFits() {
    SchemaChange before = create("id INTEGER", "note VARCHAR", "gone DATE", "size INTEGER");
    SchemaChange after =
        SchemaChange.replace(
            before.schema(), 4, columns("size BIGINT", "note INTEGER", "id INTEGER", "fresh DATE"));

    assertThat(ids(after.schema())).containsExactly("size 4", "note 5", "id 1", "fresh 6");
    assertThat(after.lastColumnId()).isEqualTo(6);
  }

  @Test
  void equalNamesAreRefused() {
    assertThatThrownBy(() -> create("a INTEGER", "A INTEGER"))
        .hasMessage("Two columns are named 'a' and 'A'.");
  }

  @Test
  void aNewColumnOfOnlyNullIsRefused() {
    assertThatThrownBy(() -> create("a \"NULL\"")).hasMessageContaining("its type is unknown");
    assertThatThrownBy(() -> create("a STRUCT(b \"NULL\"[])"))
        .isInstanceOfSatisfying(
            Invalid.class, e -> assertThat(e.remedy()).contains("CAST(NULL AS VARCHAR)"));
  }

  @Test
  void aColumnThatTheTableRequiresMustBeThere() {
    Schema schema = new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));

    assertThatThrownBy(() -> SchemaChange.evolve(schema, 1, columns("other DATE")))
        .hasMessageContaining("requires column 'id'");
  }

  private static SchemaChange create(String... columns) {
    return SchemaChange.create(columns(columns));
  }

  static List<SqlColumn> columns(String... columns) {
    List<SqlColumn> parsed = new ArrayList<>();
    for (String column : columns) {
      int space = column.indexOf(' ');
      parsed.add(new SqlColumn(column.substring(0, space), column.substring(space + 1)));
    }
    return parsed;
  }

  private static List<String> ids(Schema schema) {
    return schema.columns().stream().map(f -> f.name() + " " + f.fieldId()).toList();
  }
}
