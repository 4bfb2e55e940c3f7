package io.hosu.query;

import io.hosu.events.EventLog;
import io.hosu.events.EventsMigrations;
import io.hosu.governance.Caller;
import io.hosu.governance.Door;
import io.hosu.governance.Governance;
import io.hosu.governance.GovernanceMigrations;
import io.hosu.governance.Principal;
import io.hosu.kernel.Ids;
import io.hosu.kernel.TableName;
import io.hosu.objects.Buckets;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.ObjectsConfig;
import io.hosu.objects.ObjectsMigrations;
import io.hosu.objects.backend.BlobStore;
import io.hosu.objects.backend.FileBlobStore;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.ResultFormat;
import io.hosu.query.engine.ResultLimits;
import io.hosu.query.engine.SessionRequest;
import io.hosu.query.engine.SqlParser;
import io.hosu.query.engine.TestEngines;
import io.hosu.query.engine.WriteRequest;
import io.hosu.query.engine.WriteResult;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.store.Migration;
import io.hosu.tables.CommitContext;
import io.hosu.tables.FileStatistics;
import io.hosu.tables.PartitionDeclaration;
import io.hosu.tables.PreparedCommit;
import io.hosu.tables.SqlColumn;
import io.hosu.tables.TableChange;
import io.hosu.tables.TableLayout;
import io.hosu.tables.Tables;
import io.hosu.tables.TablesConfig;
import io.hosu.tables.TablesMigrations;
import io.hosu.tables.WriteTarget;
import io.hosu.testing.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A lake of one table or more, and the queries over it. */
final class QueryLake implements AutoCloseable {
  final ManualClock clock = new ManualClock();
  final Ids ids = new Ids(clock, new Random(1));
  final Database database;
  final Governance governance;
  final Tables tables;
  final Guard guard;
  final Queries queries;
  final TableFit fit;
  final BlobStore blobs;
  final ObjectFiles files;
  private final SqlParser parser;

  QueryLake(Path directory) throws IOException {
    List<Migration> migrations = new ArrayList<>(EventsMigrations.all());
    migrations.addAll(GovernanceMigrations.all());
    migrations.addAll(ObjectsMigrations.all());
    migrations.addAll(TablesMigrations.all());
    database = Databases.temporary(directory, migrations);
    governance = new Governance(database, directory, clock, ids);
    blobs = new FileBlobStore(directory, ids);
    files = new ObjectFiles(database, blobs, clock, ids, ObjectsConfig.standard());
    tables =
        new Tables(
            database,
            files,
            new EventLog(database, clock, ids),
            clock,
            ids,
            TablesConfig.standard());
    Buckets buckets = new Buckets(database, clock);
    for (String layer : List.of("stage", "analytics", "marts", "gold")) {
      database.<Boolean>write(tx -> buckets.create(tx, layer));
    }
    parser = new SqlParser(TestEngines.config(1));
    guard = new Guard(parser);
    fit = new TableFit(guard, tables);
    queries =
        new Queries(
            guard,
            new GrantedViews(guard, governance, tables),
            new SystemTables(
                directory.resolve("system"),
                List.of(new AuditTable(database, tables, governance)),
                InstantSource.system()),
            TestEngines.shared(),
            new QueriesConfig(Duration.ofSeconds(20), ResultLimits.NONE, 10, 2, 4),
            clock,
            ids);
  }

  /** A stage's way of writing: describe, plan, write, adopt, publish. */
  void append(TableName table, String select) throws IOException {
    append(table, select, List.of());
  }

  /** The same into a table that is divided so. */
  void append(TableName table, String select, List<PartitionDeclaration> partitions)
      throws IOException {
    Path staging = Files.createDirectories(blobs.staging().resolve(ids.next()));
    SessionRequest request =
        new SessionRequest("", List.of(), null, staging, Duration.ofSeconds(20));
    try (EngineSession session = TestEngines.shared().open(request)) {
      List<WriteTarget> targets = new ArrayList<>();
      WriteResult result =
          session.write(
              select,
              columns -> {
                WriteTarget target =
                    tables.target(
                        table,
                        columns.stream().map(c -> new SqlColumn(c.name(), c.type())).toList(),
                        new TableLayout(partitions, List.of()),
                        Tables.Columns.EVOLVE);
                targets.add(target);
                return new WriteRequest(
                    target.shape().columns().stream()
                        .map(c -> new WriteRequest.Target(c.name(), c.expression(), c.type()))
                        .toList(),
                    target.shape().fieldIds(),
                    target.shape().partitions(),
                    target.shape().order(),
                    staging,
                    WriteRequest.STANDARD_FILE_BYTES);
              });
      List<FileStatistics> files = result.files().stream().map(FileStatistics::fromJson).toList();
      WriteTarget target = targets.getLast();
      TableChange change = new TableChange.Append(target, tables.adopt(target, files));
      try (PreparedCommit commit = tables.prepare(CommitContext.of("test"), List.of(change))) {
        database.write(tx -> {
          commit.publish(tx);
          return true;
        });
      }
    }
  }

  Caller caller(Principal principal) {
    return governance.policy().caller(principal, Door.API, "request");
  }

  String csv(Principal principal, String sql) {
    TestEngines.Collected result = new TestEngines.Collected();
    queries.run(queries.nextId(), caller(principal), sql, ResultFormat.CSV, result);
    return result.text();
  }

  @Override
  public void close() {
    parser.close();
    governance.close();
    database.close();
  }
}
