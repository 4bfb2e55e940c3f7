package io.hosu.tables;

import io.hosu.events.EventLog;
import io.hosu.events.EventsMigrations;
import io.hosu.governance.GovernanceMigrations;
import io.hosu.kernel.Ids;
import io.hosu.kernel.TableName;
import io.hosu.objects.Buckets;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.ObjectsConfig;
import io.hosu.objects.ObjectsMigrations;
import io.hosu.objects.backend.BlobStore;
import io.hosu.objects.backend.FileBlobStore;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.store.Migration;
import io.hosu.testing.ManualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;

/** Tables over a real database and a real disk, with the engine to write and read them. */
final class TestLake implements AutoCloseable {
  static final TableName FLIGHTS = TableName.parse("aviation.stage.flights");

  /** Has the ids of each process on the same data differ, as they would by their time. */
  private static final AtomicLong OPENED = new AtomicLong();

  final ManualClock clock = new ManualClock();
  final Ids ids = new Ids(clock, new Random(OPENED.incrementAndGet()));
  final Engine engine;
  final Database database;

  /** The database as the tables use it: around the real one in simulations. */
  final Database used;

  final BlobStore blobs;
  final ObjectFiles files;
  final EventLog events;
  final Tables tables;
  private final boolean ownsEngine;

  TestLake(Path directory) {
    this(directory, new Engine(), sqlite(directory), used -> used, blobs -> blobs, true);
  }

  /** On another database. */
  TestLake(Path directory, Engine engine, Database database) {
    this(directory, engine, database, used -> used, blobs -> blobs, false);
  }

  /** With a database and a blob store around the real ones, for simulations. */
  TestLake(
      Path directory,
      Engine engine,
      UnaryOperator<Database> around,
      UnaryOperator<BlobStore> aroundBlobs) {
    this(directory, engine, sqlite(directory), around, aroundBlobs, false);
  }

  private TestLake(
      Path directory,
      Engine engine,
      Database database,
      UnaryOperator<Database> around,
      UnaryOperator<BlobStore> aroundBlobs,
      boolean ownsEngine) {
    this.engine = engine;
    this.ownsEngine = ownsEngine;
    this.database = database;
    this.used = around.apply(database);
    try {
      this.blobs = aroundBlobs.apply(FileBlobStore.temporary(directory, ids));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.files = new ObjectFiles(used, this.blobs, clock, ids, ObjectsConfig.standard());
    this.events = new EventLog(used, clock, ids);
    this.tables = new Tables(used, files, events, clock, ids, TablesConfig.standard());
    Buckets buckets = new Buckets(database, clock);
    for (String layer : List.of("stage", "analytics")) {
      database.<Boolean>write(tx -> buckets.create(tx, layer));
    }
  }

  private static Database sqlite(Path directory) {
    return Databases.temporary(directory, migrations());
  }

  static List<Migration> migrations() {
    List<Migration> migrations = new ArrayList<>(EventsMigrations.all());
    migrations.addAll(GovernanceMigrations.all());
    migrations.addAll(ObjectsMigrations.all());
    migrations.addAll(TablesMigrations.all());
    return migrations;
  }

  /** Writes the rows of a SELECT for {@code target}, as a worker would. */
  NewFiles write(WriteTarget target, String rows) {
    Path directory = blobs.staging().resolve("worker-" + ids.next());
    try {
      if (!target.shape().partitions().isEmpty()) {
        return tables.adopt(target, engine.write(target.shape(), rows, directory));
      }
      Files.createDirectories(directory);
      return tables.adopt(
          target, engine.write(target.shape(), rows, directory.resolve("0.parquet")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  WriteTarget target(TableName table, String rows, String... partitionBy) {
    return tables.target(table, engine.describe(rows), layout(partitionBy), Tables.Columns.EVOLVE);
  }

  static TableLayout layout(String... partitionBy) {
    return new TableLayout(
        List.of(partitionBy).stream().map(PartitionDeclaration::parse).toList(), List.of());
  }

  void append(TableName table, String rows, String... partitionBy) {
    WriteTarget target = target(table, rows, partitionBy);
    commit(new TableChange.Append(target, write(target, rows)));
  }

  void replaceAll(TableName table, String rows, String... partitionBy) {
    WriteTarget target =
        tables.target(table, engine.describe(rows), layout(partitionBy), Tables.Columns.REPLACE);
    commit(new TableChange.ReplaceAll(target, write(target, rows)));
  }

  void commit(TableChange... changes) {
    commit(CommitContext.of("tester"), changes);
  }

  void commit(CommitContext context, TableChange... changes) {
    try (PreparedCommit commit = tables.prepare(context, List.of(changes))) {
      database.write(tx -> {
        commit.publish(tx);
        return true;
      });
    }
  }

  /** All rows as the engine reads them, in the order of their text. */
  List<String> rows(TableName table) {
    return sorted(engine.query(tables.plan(table).sql()).stream().map(Object::toString).toList());
  }

  /** How many rows went, as the engine counts them. */
  long rowsGone(TableChanges changes) {
    String select = changes.rowsGone("(" + changes.sql() + ")");
    long counted = Long.parseLong(String.valueOf(engine.query(select).getFirst().getFirst()));
    changes
        .rowsGone()
        .ifPresent(known -> {
          if (known != counted) {
            throw new AssertionError("%d rows went, not %d".formatted(counted, known));
          }
        });
    return counted;
  }

  /** All rows as Iceberg's own reader reads them, in the order of their text. */
  List<Record> records(TableName table) {
    List<Record> records = new ArrayList<>();
    try (CloseableIterable<Record> read =
        IcebergGenerics.read(tables.require(table).table()).build()) {
      read.forEach(records::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return records;
  }

  static List<String> sorted(List<String> texts) {
    return texts.stream().sorted().toList();
  }

  @Override
  public void close() {
    database.close();
    if (ownsEngine) {
      engine.close();
    }
  }
}
