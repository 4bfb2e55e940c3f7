package io.hosu.benchmarks;

import io.hosu.events.EventLog;
import io.hosu.events.EventsMigrations;
import io.hosu.governance.GovernanceMigrations;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Settings;
import io.hosu.kernel.TableName;
import io.hosu.objects.Buckets;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.ObjectsConfig;
import io.hosu.objects.ObjectsMigrations;
import io.hosu.objects.backend.FileBlobStore;
import io.hosu.query.Guard;
import io.hosu.query.Scope;
import io.hosu.query.TableRef;
import io.hosu.query.engine.EngineConfig;
import io.hosu.query.engine.SqlParser;
import io.hosu.store.Database;
import io.hosu.store.DatabaseConfig;
import io.hosu.store.Databases;
import io.hosu.store.Migration;
import io.hosu.tables.CommitContext;
import io.hosu.tables.FileStatistics;
import io.hosu.tables.PreparedCommit;
import io.hosu.tables.PreparedUpdates;
import io.hosu.tables.SqlColumn;
import io.hosu.tables.TableChange;
import io.hosu.tables.TableLayout;
import io.hosu.tables.TableUpdate;
import io.hosu.tables.Tables;
import io.hosu.tables.TablesConfig;
import io.hosu.tables.TablesMigrations;
import io.hosu.tables.WriteTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Which files a query reads of a table of 10,000 in 100 manifests, with statistics of 16 columns:
 * all of them, and the one that the condition of a SELECT leaves, from its text on. The floor is
 * Iceberg's own scan of the same table.
 */
final class Planning implements Benchmark {
  private static final TableName TABLE = TableName.parse("shop.stage.wide");
  private static final int MANIFESTS = 100;
  private static final int FILES = Integer.getInteger("files", 10_000) / MANIFESTS;
  private static final int COLUMNS = 16;
  private static final int ROUNDS = 30;

  private final InstantSource clock = InstantSource.system();
  private final Ids ids = new Ids(clock, new SecureRandom());

  @Override
  public List<Measure> run(Path folder) throws Exception {
    try (Database database =
        Databases.open(new DatabaseConfig(StateLake.sqlite(folder), 4), migrations())) {
      FileBlobStore blobs = new FileBlobStore(folder.resolve("data"), ids);
      ObjectFiles files = new ObjectFiles(database, blobs, clock, ids, ObjectsConfig.standard());
      Tables tables =
          new Tables(
              database,
              files,
              new EventLog(database, clock, ids),
              clock,
              ids,
              TablesConfig.standard());
      Buckets buckets = new Buckets(database, clock);
      database.perform(tx -> buckets.create(tx, "stage"));
      for (int i = 0; i < MANIFESTS; i++) {
        append(database, tables, blobs.staging(), i);
        if (i == 0) {
          keepManifests(database, tables);
        }
      }
      try (SqlParser parser =
          new SqlParser(EngineConfig.from(new Settings(Map.of()), folder.resolve("engines")))) {
        return measure(tables, new Guard(parser));
      }
    }
  }

  private static List<Migration> migrations() {
    List<Migration> all = new ArrayList<>(EventsMigrations.all());
    all.addAll(GovernanceMigrations.all());
    all.addAll(ObjectsMigrations.all());
    all.addAll(TablesMigrations.all());
    return all;
  }

  private static List<Measure> measure(Tables tables, Guard guard) throws Exception {
    Expression one = Expressions.equal("column_1", 5_000L * 1000);
    TableRef ref = new TableRef(TABLE, null);
    String sql = "SELECT * FROM %s WHERE column_1 = %d".formatted(TABLE, 5_000L * 1000);
    TableScan scan = tables.require(TABLE).table().newScan();
    double cold = millis(() -> tables.plan(TABLE).files().size(), FILES * MANIFESTS);
    double all = median(() -> tables.plan(TABLE).files().size(), FILES * MANIFESTS);
    double some =
        median(
            () ->
                tables
                    .plan(TABLE)
                    .where(guard.check(sql, Scope.query()).filter(ref))
                    .files()
                    .size(),
            1);
    double allOfIceberg = median(() -> count(scan), FILES * MANIFESTS);
    double someOfIceberg = median(() -> count(scan.filter(one)), 1);
    String of = "planning %d files in %d manifests, ".formatted(FILES * MANIFESTS, MANIFESTS);
    return List.of(
        Measure.plain(of + "first", cold, "ms"),
        new Measure(of + "all, warm", all, allOfIceberg, "ms", "under 25 ms", all < 25),
        new Measure(of + "one by SQL, warm", some, someOfIceberg, "ms", "under 25 ms", some < 25));
  }

  private static int count(TableScan scan) throws IOException {
    int count = 0;
    try (CloseableIterable<FileScanTask> tasks = scan.planFiles()) {
      for (FileScanTask _ : tasks) {
        count++;
      }
    }
    return count;
  }

  /** How many files were planned. */
  private interface Work {
    int run() throws Exception;
  }

  private static double median(Work work, int expected) throws Exception {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      millis.add(millis(work, expected));
    }
    return Arrival.percentile(millis, 0.5);
  }

  private static double millis(Work work, int expected) throws Exception {
    long begin = System.nanoTime();
    int planned = work.run();
    double millis = (System.nanoTime() - begin) / 1e6;
    if (planned != expected) {
      throw new IllegalStateException("Planned %d files.".formatted(planned));
    }
    return millis;
  }

  private static void append(Database database, Tables tables, Path staging, int manifest)
      throws IOException {
    List<SqlColumn> columns =
        IntStream.rangeClosed(1, COLUMNS)
            .mapToObj(i -> new SqlColumn("column_" + i, "BIGINT"))
            .toList();
    WriteTarget target =
        tables.target(TABLE, columns, new TableLayout(List.of(), List.of()), Tables.Columns.EVOLVE);
    List<FileStatistics> written = new ArrayList<>();
    Path directory = Files.createDirectories(staging.resolve("bench"));
    for (int i = 0; i < FILES; i++) {
      int number = manifest * FILES + i;
      Path file = Files.write(directory.resolve(number + ".parquet"), new byte[1]);
      written.add(new FileStatistics(file.toString(), 1000, 1, columns(number), Map.of()));
    }
    TableChange change = new TableChange.Append(target, tables.adopt(target, written));
    try (PreparedCommit commit = tables.prepare(CommitContext.of("bench"), List.of(change))) {
      database.perform(commit::publish);
    }
  }

  private static Map<String, Map<String, String>> columns(int file) {
    Map<String, Map<String, String>> columns = new TreeMap<>();
    for (int i = 1; i <= COLUMNS; i++) {
      columns.put(
          "\"column_" + i + "\"",
          Map.of(
              "column_size_bytes", "8000",
              "num_values", "1000",
              "null_count", "0",
              "min", Long.toString(file * 1000L),
              "max", Long.toString(file * 1000L + 999),
              "min_is_exact", "true",
              "max_is_exact", "true"));
    }
    return columns;
  }

  /** Iceberg would merge a hundred manifests into one. */
  private static void keepManifests(Database database, Tables tables) {
    TableUpdate keep =
        new TableUpdate(
            TABLE,
            List.of(),
            List.of(
                new MetadataUpdate.SetProperties(
                    Map.of("commit.manifest-merge.enabled", "false"))));
    try (PreparedUpdates updates =
        tables.open().prepare(CommitContext.of("bench"), List.of(keep))) {
      database.perform(updates::publish);
    }
  }
}
