package io.hosu.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.Unavailable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScanSqlTest {
  @TempDir Path directory;
  private final Engine engine = new Engine();
  private final List<Path> files = new ArrayList<>();

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void filesOfTheSchemaAreReadAsTheyAre() {
    Schema schema = schema("a INTEGER", "b VARCHAR");
    write(schema, "SELECT 1 AS a, 'x' AS b");
    Map<String, Optional<PhysicalColumn>> asIs = new LinkedHashMap<>();
    files.forEach(file -> asIs.put(file.toString(), Optional.empty()));

    assertThat(ScanSql.select(schema, asIs))
        .isEqualTo(
            "SELECT \"a\", \"b\" FROM read_parquet(%s, hive_partitioning = false)"
                .formatted(Sql.texts(List.of(files.getFirst().toString()))));
    assertThat(engine.query(ScanSql.select(schema, asIs))).containsExactly(List.of("1", "x"));
  }

  @Test
  void noFilesAreNoRowsOfTheRightTypes() {
    Schema schema = schema("a INTEGER", "b STRUCT(x DATE[])");

    assertThat(engine.query(ScanSql.select(schema, Map.of()))).isEmpty();
    assertThat(engine.describe(ScanSql.select(schema, Map.of())).getLast().type())
        .isEqualTo("STRUCT(x DATE[])");
  }

  @Test
  void renamedDroppedReorderedAndWidenedColumnsReadAsTheTableHasThemNow() {
    Schema old = schema("a INTEGER", "b VARCHAR", "c FLOAT", "d DECIMAL(9,2)");
    write(old, "SELECT 1 AS a, 'gone' AS b, 1.5::FLOAT AS c, 12.34::DECIMAL(9,2) AS d");
    Schema now =
        new Schema(
            NestedField.optional(5, "b", Types.DateType.get()),
            NestedField.optional(4, "d", Types.DecimalType.of(20, 2)),
            NestedField.optional(3, "measure", Types.DoubleType.get()),
            NestedField.optional(1, "a", Types.LongType.get()));
    write(now, "SELECT DATE '2020-01-01' AS b, 5::DECIMAL(20,2) AS d, 2.5 AS measure, 7 AS a");

    assertThat(read(now))
        .containsExactlyInAnyOrder(
            Arrays.asList(null, "12.34", "1.5", "1"), List.of("2020-01-01", "5.00", "2.5", "7"));
    assertThat(engine.describe(select(now)))
        .extracting(SqlColumn::type)
        .containsExactly("DATE", "DECIMAL(20,2)", "DOUBLE", "BIGINT");
  }

  @Test
  void fieldsInsideStructsListsAndMapsEvolveToo() {
    Schema old =
        schema(
            "s STRUCT(x INTEGER, y INTEGER, z STRUCT(q INTEGER))",
            "l STRUCT(x INTEGER, deep INTEGER[])[]",
            "m MAP(VARCHAR, STRUCT(x INTEGER))",
            "n INTEGER[][]");
    write(
        old,
        "SELECT {'x': 1, 'y': 2, 'z': {'q': 3}} AS s, [{'x': 4, 'deep': [5]}, NULL] AS l,"
            + " MAP {'k': {'x': 6}} AS m, [[7], NULL, []] AS n"
            + " UNION ALL SELECT NULL, NULL, NULL, NULL");
    Schema now =
        new Schema(
            NestedField.optional(
                id(old, "s"),
                "s",
                struct(
                    field(
                        old, "s.z", "zz", struct(field(old, "s.z.q", "q r", Types.LongType.get()))),
                    field(old, "s.x", "x2", Types.IntegerType.get()),
                    NestedField.optional(90, "y", Types.StringType.get()))),
            NestedField.optional(
                id(old, "l"),
                "l",
                Types.ListType.ofOptional(
                    id(old, "l.element"),
                    struct(
                        field(old, "l.element.x", "renamed", Types.IntegerType.get()),
                        field(
                            old,
                            "l.element.deep",
                            "deep",
                            Types.ListType.ofOptional(
                                id(old, "l.element.deep.element"), Types.LongType.get()))))),
            NestedField.optional(
                id(old, "m"),
                "m",
                Types.MapType.ofOptional(
                    id(old, "m.key"),
                    id(old, "m.value"),
                    Types.StringType.get(),
                    struct(field(old, "m.value.x", "x", Types.LongType.get())))),
            NestedField.optional(
                id(old, "n"),
                "n",
                Types.ListType.ofOptional(
                    id(old, "n.element"),
                    Types.ListType.ofOptional(
                        id(old, "n.element.element"), Types.LongType.get()))));

    assertThat(
            engine.query(
                "SELECT to_json(s), to_json(l), to_json(m), to_json(n) FROM (" + select(now) + ")"))
        .containsExactlyInAnyOrder(
            List.of(
                "{\"zz\":{\"q r\":3},\"x2\":1,\"y\":null}",
                "[{\"renamed\":4,\"deep\":[5]},null]",
                "{\"k\":{\"x\":6}}",
                "[[7],null,[]]"),
            Arrays.asList(null, null, null, null));
  }

  @Test
  void aRowTellsWhichFileItIsIn() {
    Schema schema = schema("a INTEGER");
    write(schema, "SELECT 1 AS a");
    write(schema, "SELECT 2 AS a");

    assertThat(
            engine.query(
                "SELECT _file FROM (%s) WHERE a = 2"
                    .formatted(
                        ScanSql.selectWithFile(
                            schema, physical(), Set.of(), (_, _) -> Optional.empty()))))
        .containsExactly(List.of(files.getLast().toString()));
  }

  @Test
  void namesAndPathsOfAnyTextAreQuoted() {
    Schema schema = schema("it's INTEGER", "\"q\" INTEGER");
    write(schema, "SELECT 1 AS \"it's\", 2 AS \"\"\"q\"\"\"");

    assertThat(read(schema)).containsExactly(List.of("1", "2"));
  }

  @Test
  void aFileWithoutFieldIdsIsRefused() {
    Path file = directory.resolve("foreign.parquet");
    engine.run("COPY (SELECT 1 AS a) TO '%s' (FORMAT parquet)".formatted(file));

    assertThatThrownBy(() -> PhysicalColumn.read(file)).isInstanceOf(Invalid.class);
  }

  @Test
  void aFileThatIsNotParquetIsUnreadable() throws Exception {
    Path file = Files.writeString(directory.resolve("x"), "short");

    assertThatThrownBy(() -> PhysicalColumn.read(file)).isInstanceOf(Unavailable.class);
    Files.writeString(file, "not parquet at all, however long it may be, whatever it says");
    assertThatThrownBy(() -> PhysicalColumn.read(file)).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> PhysicalColumn.read(directory.resolve("none")))
        .isInstanceOf(Unavailable.class);
  }

  private List<List<@Nullable String>> read(Schema schema) {
    return engine.query(select(schema));
  }

  private String select(Schema schema) {
    return ScanSql.select(schema, physical());
  }

  private Map<String, Optional<PhysicalColumn>> physical() {
    Map<String, Optional<PhysicalColumn>> all = new LinkedHashMap<>();
    files.forEach(file -> all.put(file.toString(), Optional.of(PhysicalColumn.read(file))));
    return all;
  }

  private void write(Schema schema, String rows) {
    List<String> columns = schema.columns().stream().map(NestedField::name).toList();
    Path file = directory.resolve("it's %d.parquet".formatted(files.size()));
    engine.write(
        WriteShape.of(schema, PartitionSpec.unpartitioned(), SortOrder.unsorted(), columns),
        rows,
        file);
    files.add(file);
  }

  private static Schema schema(String... columns) {
    return SchemaChange.create(SchemaChangeTest.columns(columns)).schema();
  }

  private static int id(Schema schema, String name) {
    return schema.findField(name).fieldId();
  }

  private static Types.StructType struct(NestedField... fields) {
    return Types.StructType.of(fields);
  }

  private static NestedField field(Schema old, String oldName, String name, Type type) {
    return NestedField.optional(id(old, oldName), name, type);
  }
}
