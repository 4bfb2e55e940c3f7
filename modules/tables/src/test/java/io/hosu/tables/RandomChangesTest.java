package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.testing.Seeds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever happens to a table, in whatever order, it holds what a plain list of rows would. */
class RandomChangesTest {
  private static final int STEPS = 18;
  private static final List<String> PARTITIONS = List.of("", "part", "bucket(2, id)", "month(day)");
  private static Engine engine;

  @TempDir Path directory;

  @BeforeAll
  static void openEngine() {
    engine = new Engine();
  }

  @AfterAll
  static void closeEngine() {
    engine.close();
  }

  static LongStream seeds() {
    return Seeds.upTo(8);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aTableHoldsWhatAListOfRowsWould(long seed) throws Exception {
    Path data = Files.createDirectories(directory.resolve("lake"));
    Random random = new Random(seed);
    Model model = new Model(random);
    TestLake lake = open(data);
    Reader reader = new Reader();
    try {
      for (int step = 0; step < STEPS; step++) {
        if (random.nextInt(6) == 0) {
          lake.close();
          lake = open(data);
        }
        change(lake, model, random);
        assertThat(lake.tables.find(FLIGHTS).isPresent()).isEqualTo(model.exists);
        if (model.exists) {
          String columns = String.join(", ", model.columns);
          List<String> rows =
              engine
                  .query("SELECT %s FROM (%s)".formatted(columns, lake.tables.plan(FLIGHTS).sql()))
                  .stream()
                  .map(Object::toString)
                  .sorted()
                  .toList();
          assertThat(rows).as("step %d", step).isEqualTo(model.rows());
          assertThat(lake.records(FLIGHTS)).hasSize(rows.size());
        }
        if (random.nextBoolean()) {
          reader.read(lake, model);
        }
      }
    } finally {
      lake.close();
    }
  }

  private static TestLake open(Path data) {
    return new TestLake(data, engine, database -> database, blobs -> blobs);
  }

  private static void change(TestLake lake, Model model, Random random) {
    List<Row> rows = model.newRows();
    String partition = PARTITIONS.get(random.nextInt(PARTITIONS.size()));
    String[] partitionBy = partition.isEmpty() ? new String[0] : new String[] {partition};
    switch (random.nextInt(9)) {
      case 0, 1, 2 -> {
        boolean noted = random.nextBoolean();
        lake.append(FLIGHTS, model.select(rows, noted), partitionBy);
        model.append(rows, noted);
      }
      case 3 -> {
        lake.replaceAll(FLIGHTS, model.select(rows, true), partitionBy);
        model.replace(rows);
      }
      case 4, 5, 6, 7 -> {
        if (model.exists) {
          merge(lake, model, rows);
        }
      }
      default -> {
        boolean dropped = lake.database.<Boolean>write(tx -> lake.tables.drop(tx, FLIGHTS));
        assertThat(dropped).isEqualTo(model.exists);
        model.drop();
      }
    }
  }

  /** Copy on write: the files that hold a key are written anew, without it and with the new row. */
  private static void merge(TestLake lake, Model model, List<Row> rows) {
    ScanPlan plan = lake.tables.plan(FLIGHTS);
    String keys =
        rows.stream().map(row -> Integer.toString(row.id)).collect(Collectors.joining(","));
    List<String> holding =
        engine
            .query(
                "SELECT DISTINCT _file FROM (%s) WHERE id IN (%s)"
                    .formatted(plan.sqlWithFile(), keys))
            .stream()
            .map(row -> String.valueOf(row.getFirst()))
            .toList();
    String kept = "SELECT * FROM (%s) WHERE id NOT IN (%s)".formatted(plan.sqlOf(holding), keys);
    String merged = kept + " UNION ALL BY NAME " + model.select(rows, true);
    WriteTarget target = lake.target(FLIGHTS, merged);
    lake.commit(new TableChange.ReplaceFiles(target, plan, holding, lake.write(target, merged)));
    model.merge(rows);
  }

  /** Reads what changed since it did before: each time what came, and how many rows went. */
  private static final class Reader {
    private OptionalLong since = OptionalLong.empty();
    private List<Row> before = List.of();

    void read(TestLake lake, Model model) {
      Optional<LakeTable> table = lake.tables.find(FLIGHTS);
      if (table.isPresent() && since.isPresent() && knows(table.get())) {
        requireDifference(lake, lake.tables.changesSince(FLIGHTS, since.getAsLong()), model);
      }
      since = table.map(LakeTable::snapshot).orElseGet(OptionalLong::empty);
      before = List.copyOf(model.rows);
    }

    private boolean knows(LakeTable table) {
      return table.table().snapshot(since.getAsLong()) != null;
    }

    private void requireDifference(TestLake lake, TableChanges changes, Model model) {
      List<String> come = new ArrayList<>(model.rows());
      List<String> gone = new ArrayList<>();
      for (String row : model.rows(before)) {
        if (!come.remove(row)) {
          gone.add(row);
        }
      }
      String columns = String.join(", ", model.columns);
      List<String> rows =
          TestLake.sorted(
              engine.query("SELECT %s FROM (%s)".formatted(columns, changes.sql())).stream()
                  .map(Object::toString)
                  .toList());
      assertThat(rows).isEqualTo(come);
      assertThat(lake.rowsGone(changes)).isEqualTo(gone.size());
    }
  }

  private record Row(int id, String part, int day, @Nullable String note) {
    String sql(boolean noted) {
      String text = note == null ? "NULL::VARCHAR" : Sql.text(note);
      return "SELECT %d AS id, %s AS part, DATE '2020-01-01' + %d AS day%s"
          .formatted(id, Sql.text(part), day, noted ? ", " + text + " AS note" : "");
    }
  }

  /** What the table should hold. */
  private static final class Model {
    private final Random random;
    private final List<Row> rows = new ArrayList<>();
    private List<String> columns = List.of();
    private boolean exists;

    Model(Random random) {
      this.random = random;
    }

    List<Row> newRows() {
      TreeMap<Integer, Row> made = new TreeMap<>();
      int count = 1 + random.nextInt(4);
      for (int i = 0; i < count; i++) {
        int id = random.nextInt(12);
        made.put(id, new Row(id, "p" + random.nextInt(2), random.nextInt(90), note()));
      }
      return List.copyOf(made.values());
    }

    private @Nullable String note() {
      return random.nextInt(3) == 0 ? null : "note " + random.nextInt(100);
    }

    String select(List<Row> some, boolean noted) {
      return some.stream().map(row -> row.sql(noted)).collect(Collectors.joining(" UNION ALL "));
    }

    void append(List<Row> some, boolean noted) {
      some.forEach(row -> rows.add(noted ? row : new Row(row.id, row.part, row.day, null)));
      boolean hasNote = noted || columns.contains("note");
      columns = hasNote ? List.of("id", "part", "day", "note") : List.of("id", "part", "day");
      exists = true;
    }

    void replace(List<Row> some) {
      rows.clear();
      append(some, true);
    }

    void merge(List<Row> some) {
      Set<Integer> keys = new HashSet<>();
      some.forEach(row -> keys.add(row.id));
      rows.removeIf(row -> keys.contains(row.id));
      append(some, true);
    }

    void drop() {
      rows.clear();
      columns = List.of();
      exists = false;
    }

    List<String> rows() {
      return rows(rows);
    }

    List<String> rows(List<Row> some) {
      List<String> texts = new ArrayList<>();
      for (Row row : some) {
        List<@Nullable Object> values = new ArrayList<>();
        values.add(row.id);
        values.add(row.part);
        values.add(java.time.LocalDate.of(2020, 1, 1).plusDays(row.day));
        if (columns.contains("note")) {
          values.add(row.note);
        }
        texts.add(values.toString());
      }
      Collections.sort(texts);
      return texts;
    }
  }
}
