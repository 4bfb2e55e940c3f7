package io.hosu.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.deletes.PositionDeleteIndex;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.OutputFileFactory;

/**
 * TPC-H's lineitem of which another engine deleted one row in a hundred, by each of the ways there
 * are, beside the same table without deletes: a count, and those queries that read it alone. Each
 * runs once to warm up and then a few times, in turns; the least time counts.
 */
final class Deleted implements Benchmark {
  private static final int RUNS = Integer.getInteger("runs", 3);
  private static final double GOAL = 1.5;
  private static final String WHOLE = "lineitem";
  private static final List<String> LESS = List.of("by_position", "by_vector", "by_value");

  @Override
  public List<Measure> run(Path folder) throws Exception {
    try (Server server = Server.start(project(folder), folder.resolve("data"));
        Duck duck = new Duck()) {
      Query.load(server, duck, WHOLE, folder);
      String rows = server.sql("SELECT count(*) FROM shop.stage." + WHOLE).getFirst();
      for (String table : LESS) {
        server.await("SELECT count(*) FROM shop.stage." + table, rows, 100, 300);
        delete(server, duck, table, folder);
      }
      return compare(server);
    }
  }

  private static Path project(Path folder) throws IOException {
    StringBuilder stages = new StringBuilder("stages:\n");
    List<String> tables = new ArrayList<>(List.of(WHOLE));
    tables.addAll(LESS);
    for (String table : tables) {
      stages.append(
          """
            load_%1$s:
              on: { objects: raw/shop/lineitem/*.parquet }
              sql: all.sql
              into: { table: stage.%1$s, mode: append }
          """
              .formatted(table));
    }
    return Project.write(folder, stages.toString(), Map.of("all.sql", "SELECT * FROM input"));
  }

  private static void delete(Server server, Duck duck, String name, Path folder) throws Exception {
    OutsideTable outside = new OutsideTable(server, name, folder);
    Table table = outside.table();
    if (name.equals("by_vector")) {
      table.updateProperties().set("format-version", "3").commit();
    }
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      tasks.forEach(task -> files.add(task.file()));
    }
    RowDelta delta = table.newRowDelta();
    List<DeleteFile> deletes =
        switch (name) {
          case "by_position" -> positions(outside, duck, files, folder);
          case "by_vector" -> vectors(table, files);
          default -> values(outside, duck, files, folder);
        };
    deletes.forEach(delta::addDeletes);
    delta.commit();
  }

  private static List<DeleteFile> positions(
      OutsideTable outside, Duck duck, List<DataFile> files, Path folder) throws Exception {
    List<String> rows = new ArrayList<>();
    for (DataFile file : files) {
      rows.add(
          "SELECT '%s' AS file_path, range AS pos FROM range(0, %d, 100)"
              .formatted(file.location(), file.recordCount()));
    }
    Path deletes = folder.resolve("positions.parquet");
    duck.run(
        "COPY (%s) TO '%s' (FORMAT parquet, FIELD_IDS {file_path: 2147483546, pos: 2147483545})"
            .formatted(String.join(" UNION ALL ", rows), deletes));
    String location = outside.place("positions.parquet");
    outside.put(location, deletes);
    return List.of(described(outside, location, deletes, duck).ofPositionDeletes().build());
  }

  private static List<DeleteFile> values(
      OutsideTable outside, Duck duck, List<DataFile> files, Path folder) throws Exception {
    List<String> copies = new ArrayList<>();
    for (DataFile file : files) {
      copies.add("'" + outside.copy(file.location()) + "'");
    }
    int key = outside.current().schema().findField("l_orderkey").fieldId();
    Path deletes = folder.resolve("values.parquet");
    duck.run(
        "COPY (SELECT DISTINCT l_orderkey FROM read_parquet([%s]) WHERE l_orderkey %% 100 = 0) TO '%s' (FORMAT parquet, FIELD_IDS {l_orderkey: %d})"
            .formatted(String.join(", ", copies), deletes, key));
    String location = outside.place("values.parquet");
    outside.put(location, deletes);
    return List.of(described(outside, location, deletes, duck).ofEqualityDeletes(key).build());
  }

  private static FileMetadata.Builder described(
      OutsideTable outside, String location, Path file, Duck duck) throws Exception {
    String rows = duck.rows("SELECT count(*) FROM '%s'".formatted(file)).getFirst();
    return FileMetadata.deleteFileBuilder(outside.current().spec())
        .withPath(location)
        .withFormat(FileFormat.PARQUET)
        .withFileSizeInBytes(Files.size(file))
        .withRecordCount(Long.parseLong(rows));
  }

  private static List<DeleteFile> vectors(Table table, List<DataFile> files) throws IOException {
    BaseDVFileWriter writer =
        new BaseDVFileWriter(
            OutputFileFactory.builderFor(table, 1, 1).format(FileFormat.PUFFIN).build(),
            _ -> PositionDeleteIndex.empty());
    try (writer) {
      for (DataFile file : files) {
        for (long row = 0; row < file.recordCount(); row += 100) {
          writer.delete(file.location(), row, table.spec(), file.partition());
        }
      }
    }
    return writer.result().deleteFiles();
  }

  private static Map<String, String> queries() throws IOException {
    Map<String, String> queries = new LinkedHashMap<>();
    List<String> tpch = Query.queries();
    queries.put("count(*)", "SELECT count(*) FROM lineitem");
    queries.put("TPC-H query 1", tpch.get(0));
    queries.put("TPC-H query 6", tpch.get(5));
    return queries;
  }

  private static List<Measure> compare(Server server) throws IOException {
    List<Measure> measures = new ArrayList<>();
    for (String table : LESS) {
      double less = 0;
      double whole = 0;
      String how = table.replace('_', ' ');
      List<Measure> single = new ArrayList<>();
      for (Map.Entry<String, String> query : queries().entrySet()) {
        Measure one = compare(server, table, query.getKey(), query.getValue(), how);
        less += one.hosu();
        whole += one.floor();
        single.add(one);
      }
      String name =
          String.format(
              Locale.ROOT, "lineitem, scale %s, 1 %% deleted %s, all of these", Sizes.SCALE, how);
      measures.add(Measure.ratio(name, less, whole, "ms", GOAL));
      measures.addAll(single);
    }
    return measures;
  }

  private static Measure compare(Server server, String table, String name, String sql, String how)
      throws IOException {
    String named = Query.inStage(sql);
    String other = named.replace("shop.stage." + WHOLE, "shop.stage." + table);
    double less = Double.MAX_VALUE;
    double whole = Double.MAX_VALUE;
    for (int run = 0; run <= RUNS; run++) {
      long start = System.nanoTime();
      List<String> left = server.sql(other);
      long middle = System.nanoTime();
      List<String> all = server.sql(named);
      long end = System.nanoTime();
      if (left.size() != all.size() || Objects.equals(left, all)) {
        throw new IllegalStateException("%s %s: %s, %s".formatted(name, how, left, all));
      }
      if (run > 0) {
        less = Math.min(less, (middle - start) / 1e6);
        whole = Math.min(whole, (end - middle) / 1e6);
      }
    }
    return new Measure(name + ", deleted " + how, less, whole, "ms", "", true);
  }
}
