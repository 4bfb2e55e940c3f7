package io.hosu.benchmarks;

import io.trino.tpch.TpchEntity;
import io.trino.tpch.TpchTable;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * TPC-H's 22 queries over HTTP, beside the bare engine on the very Parquet files of Hosu's tables.
 * Each query runs once to warm up and then a few times, in turns; the least time counts.
 */
final class Query implements Benchmark {
  private static final int RUNS = Integer.getInteger("runs", 2);
  private static final Map<String, String> TABLES = new LinkedHashMap<>();

  static {
    TABLES.put("region", "regionkey BIGINT, name VARCHAR, comment VARCHAR");
    TABLES.put("nation", "nationkey BIGINT, name VARCHAR, regionkey BIGINT, comment VARCHAR");
    TABLES.put(
        "supplier",
        "suppkey BIGINT, name VARCHAR, address VARCHAR, nationkey BIGINT, phone VARCHAR,"
            + " acctbal DECIMAL(15,2), comment VARCHAR");
    TABLES.put(
        "part",
        "partkey BIGINT, name VARCHAR, mfgr VARCHAR, brand VARCHAR, type VARCHAR, size INTEGER,"
            + " container VARCHAR, retailprice DECIMAL(15,2), comment VARCHAR");
    TABLES.put(
        "partsupp",
        "partkey BIGINT, suppkey BIGINT, availqty INTEGER, supplycost DECIMAL(15,2),"
            + " comment VARCHAR");
    TABLES.put(
        "customer",
        "custkey BIGINT, name VARCHAR, address VARCHAR, nationkey BIGINT, phone VARCHAR,"
            + " acctbal DECIMAL(15,2), mktsegment VARCHAR, comment VARCHAR");
    TABLES.put(
        "orders",
        "orderkey BIGINT, custkey BIGINT, orderstatus VARCHAR, totalprice DECIMAL(15,2),"
            + " orderdate DATE, orderpriority VARCHAR, clerk VARCHAR, shippriority INTEGER,"
            + " comment VARCHAR");
    TABLES.put(
        "lineitem",
        "orderkey BIGINT, partkey BIGINT, suppkey BIGINT, linenumber INTEGER,"
            + " quantity DECIMAL(15,2), extendedprice DECIMAL(15,2), discount DECIMAL(15,2),"
            + " tax DECIMAL(15,2), returnflag VARCHAR, linestatus VARCHAR, shipdate DATE,"
            + " commitdate DATE, receiptdate DATE, shipinstruct VARCHAR, shipmode VARCHAR,"
            + " comment VARCHAR");
  }

  @Override
  public List<Measure> run(Path folder) throws Exception {
    try (Server server = Server.start(project(folder), folder.resolve("data"));
        Duck duck = new Duck()) {
      load(server, duck, folder);
      return compare(server, duck);
    }
  }

  /** The names of TPC-H's tables. */
  static List<String> tables() {
    return List.copyOf(TABLES.keySet());
  }

  /** Writes the project of TPC-H's tables. */
  static Path project(Path folder) throws IOException {
    return Project.write(folder, stages(), transforms());
  }

  /** Has the server load all tables, and the floor see the files that became of them. */
  static void load(Server server, Duck duck, Path folder) throws Exception {
    for (String table : TABLES.keySet()) {
      load(server, duck, table, folder);
    }
  }

  private static String stages() {
    return TABLES.keySet().stream()
        .map(table ->
            """
              %1$s:
                on: { objects: raw/shop/%1$s/*.parquet }
                sql: %1$s.sql
                into: { table: stage.%1$s, mode: append }
            """
                .formatted(table))
        .collect(Collectors.joining("", "stages:\n", ""));
  }

  private static Map<String, String> transforms() {
    Map<String, String> sql = new HashMap<>();
    TABLES
        .keySet()
        .forEach(table ->
            sql.put(
                table + ".sql",
                "SELECT %s FROM input".formatted(String.join(", ", columns(table)))));
    return sql;
  }

  private static List<String> columns(String table) {
    return declared(table).map(column -> column.split(" ", -1)[0]).toList();
  }

  private static java.util.stream.Stream<String> declared(String table) {
    String prefix = table.equals("partsupp") ? "ps_" : table.charAt(0) + "_";
    return Arrays.stream(Objects.requireNonNull(TABLES.get(table)).split(", ", -1))
        .map(column -> prefix + column);
  }

  /** Generates a table, puts it as Parquet, and has the floor see the files that became of it. */
  static void load(Server server, Duck duck, String table, Path folder) throws Exception {
    Path text = folder.resolve(table + ".tbl");
    generate(TpchTable.getTable(table), text);
    Path parquet = folder.resolve(table + ".parquet");
    String types =
        declared(table)
            .map(column -> column.split(" ", -1))
            .map(column -> "'%s': '%s'".formatted(column[0], column[1]))
            .collect(Collectors.joining(", "));
    duck.run(
        "COPY (SELECT * EXCLUDE rest FROM read_csv('%s', delim='|', header=false, quote='', columns={%s, 'rest': 'VARCHAR'})) TO '%s' (FORMAT parquet)"
            .formatted(text, types, parquet));
    Files.delete(text);
    server.s3.putObject(
        r -> r.bucket("raw").key("shop/%s/all.parquet".formatted(table)),
        RequestBody.fromFile(parquet));
    String rows = duck.rows("SELECT count(*) FROM '%s'".formatted(parquet)).getFirst();
    server.await("SELECT count(*) FROM shop.stage." + table, rows, 100, 180);
    duck.run(
        "CREATE VIEW %s AS SELECT * FROM read_parquet([%s])"
            .formatted(table, String.join(", ", files(server, table, folder))));
    System.err.println("  %s: %s rows".formatted(table, rows));
  }

  private static <E extends TpchEntity> void generate(TpchTable<E> table, Path file)
      throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (E row : table.createGenerator(Sizes.SCALE, 1, 1)) {
        out.write(row.toLine());
        out.write('\n');
      }
    }
  }

  private static List<String> files(Server server, String table, Path folder) {
    String prefix = "shop/%s/data/".formatted(table);
    List<String> files = new ArrayList<>();
    for (S3Object object :
        server.s3.listObjectsV2(r -> r.bucket("stage").prefix(prefix)).contents()) {
      Path copy = folder.resolve("%s-%d.parquet".formatted(table, files.size()));
      server.s3.getObject(r -> r.bucket("stage").key(object.key()), copy);
      files.add("'" + copy + "'");
    }
    return files;
  }

  private static List<Measure> compare(Server server, Duck duck) throws Exception {
    List<Measure> measures = new ArrayList<>();
    double hosu = 0;
    double bare = 0;
    int number = 0;
    for (String sql : queries()) {
      number++;
      String named = inStage(sql);
      double ofHosu = Double.MAX_VALUE;
      double ofBare = Double.MAX_VALUE;
      for (int run = 0; run <= RUNS; run++) {
        long start = System.nanoTime();
        int rows = server.sql(named).size();
        long middle = System.nanoTime();
        int expected = duck.rows(sql).size();
        long end = System.nanoTime();
        if (rows != expected) {
          throw new IllegalStateException(
              "Query %d has %d rows, the floor %d".formatted(number, rows, expected));
        }
        if (run > 0) {
          ofHosu = Math.min(ofHosu, (middle - start) / 1e6);
          ofBare = Math.min(ofBare, (end - middle) / 1e6);
        }
      }
      measures.add(new Measure("TPC-H query " + number, ofHosu, ofBare, "ms", "", true));
      hosu += ofHosu;
      bare += ofBare;
    }
    String name = String.format(Locale.ROOT, "TPC-H scale %s, 22 queries", Sizes.SCALE);
    measures.addFirst(Measure.ratio(name, hosu, bare, "ms", 1.05));
    return measures;
  }

  /** The query with each table's full name. */
  static String inStage(String sql) {
    return sql.replaceAll(
        "(?<=(?:FROM|JOIN|,) )(" + String.join("|", TABLES.keySet()) + ")\\b", "shop.stage.$1");
  }

  /** The 22 queries, with the tables' bare names. */
  static List<String> queries() throws IOException {
    try (InputStream in = Objects.requireNonNull(Query.class.getResourceAsStream("tpch.sql"))) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(text.split(";", -1))
          .map(String::strip)
          .filter(q -> !q.isEmpty())
          .toList();
    }
  }
}
