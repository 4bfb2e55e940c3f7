package io.hosu.tables;

import io.hosu.events.EventLog;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Ids;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.Page;
import io.hosu.kernel.Suggestions;
import io.hosu.kernel.TableName;
import io.hosu.objects.FilesInPlace;
import io.hosu.objects.ObjectFiles;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The lake's tables: an Iceberg catalog whose pointers lie in the state database, so that commits
 * to any number of tables are part of whatever transaction publishes them.
 *
 * <p>Decides nothing about who may do what: its callers do. May be used from any thread.
 */
public final class Tables {
  private final Database database;
  private final ObjectFiles files;
  private final TableEvents events;
  private final InstantSource clock;
  private final Ids ids;
  private final FilePaths paths;
  private final ObjectFileIO io;
  private final MetadataFiles metadata;
  private final Planner planner;
  private final TableLocks locks;
  private final OpenCatalog open;
  private final TableUpkeep upkeep;

  public Tables(
      Database database,
      ObjectFiles files,
      EventLog events,
      InstantSource clock,
      Ids ids,
      TablesConfig config) {
    this.database = database;
    this.files = files;
    this.events = new TableEvents(events);
    this.clock = clock;
    this.ids = ids;
    this.paths = new FilePaths(files);
    this.io = new ObjectFileIO(paths);
    this.metadata = new MetadataFiles(io);
    this.planner = new Planner(paths, io, config);
    this.locks = new TableLocks(config.lockWait());
    this.open =
        new OpenCatalog(database, files, this.events, clock, ids, paths, metadata, locks, config);
    this.upkeep = new TableUpkeep(this, files, this.events, clock, metadata, locks, paths, ids);
  }

  /** How the columns of rows that arrive and those of the table meet. */
  public enum Columns {
    /** Rows join those that are there: columns are added or widened, none is lost. */
    EVOLVE,
    /** Rows replace those that are there: the table gets exactly their columns. */
    REPLACE
  }

  /** The same tables, as engines outside of the lake change them. */
  public OpenCatalog open() {
    return open;
  }

  /** What keeps them healthy. */
  public TableUpkeep upkeep() {
    return upkeep;
  }

  /** The table of this name. */
  public Optional<LakeTable> find(TableName name) {
    return database.read(tx -> CatalogRows.find(tx, name)).map(this::open);
  }

  /**
   * The table of this name.
   *
   * @throws NotFound {@link TablesError#TABLE_NOT_FOUND}
   */
  public LakeTable require(TableName name) {
    return find(name).orElseThrow(() -> notFound(name, list()));
  }

  /** The names of all tables, in their order; those in which the lake keeps itself are not told. */
  public List<TableName> list() {
    return database.read(Tables::list);
  }

  /** How many commits each table got, by name, also those of the lake's own. */
  Map<TableName, Long> commits() {
    return database.read(CatalogRows::commits);
  }

  /** The names of all tables as this transaction sees them. */
  public static List<TableName> list(Transaction tx) {
    return CatalogRows.list(tx).stream().map(CatalogRows.TableRow::name).toList();
  }

  /** All tables with their sizes, by name. */
  public List<TableSummary> summaries() {
    return database.read(CatalogRows::summaries);
  }

  /**
   * What it takes to write rows with {@code columns} into a table, which may not exist yet. A
   * column of unknown type, as it has no value, takes the table's type; one that the table does not
   * have stays out of it, and comes with its first value.
   *
   * @throws Invalid when the rows do not fit the table: {@link TablesError#SCHEMA_INCOMPATIBLE},
   *     {@link TablesError#TYPE_UNSUPPORTED}, {@link TablesError#COLUMN_DUPLICATE}, {@link
   *     TablesError#PARTITION_INVALID}
   */
  public WriteTarget target(
      TableName name, List<SqlColumn> columns, TableLayout layout, Columns meeting) {
    TableMetadata base = find(name).map(LakeTable::metadata).orElse(null);
    List<SqlColumn> known =
        columns.stream()
            .filter(column -> !column.isUnknown() || Evolution.has(base, column))
            .toList();
    List<SqlColumn> named = base == null && known.isEmpty() ? columns : known;
    return new WriteTarget(
        name,
        base,
        changed(name, base, named, layout, meeting),
        known.stream().filter(column -> !column.isUnknown()).map(SqlColumn::name).toList(),
        columns.stream().filter(column -> !known.contains(column)).map(SqlColumn::name).toList());
  }

  /** The change that takes all rows out of a table and keeps its columns; none without a table. */
  public Optional<TableChange> emptied(TableName name) {
    return find(name)
        .map(LakeTable::metadata)
        .map(base ->
            new TableChange.ReplaceAll(
                new WriteTarget(name, base, base, List.of(), List.of()),
                new NewFiles(List.of(), List.of())));
  }

  /** The commits by which executions published rows of the table as it is; none without a table. */
  public List<CommittedRows> published(TableName name, Collection<String> executions) {
    return find(name)
        .map(table ->
            database.read(tx ->
                executions.stream()
                    .flatMap(one -> CatalogRows.published(tx, table, one).stream())
                    .toList()))
        .orElse(List.of());
  }

  /** Where the rows of commits are in a table now that upkeep may have merged its files. */
  public MergedRows merged(TableName name, List<CommittedRows> commits) {
    LakeTable table = require(name);
    return MergedRows.of(table, plan(table), commits);
  }

  /**
   * The change that takes files out of a table; refused when one of them is there no more.
   *
   * @param removed files of {@code plan}, by local path
   */
  public TableChange withoutFiles(ScanPlan plan, List<String> removed) {
    TableMetadata base = require(plan.table()).metadata();
    return new TableChange.RewriteFiles(
        new WriteTarget(plan.table(), base, base, List.of(), List.of()),
        plan,
        removed,
        new NewFiles(List.of(), List.of()));
  }

  /**
   * The change that takes the newest commits of a table back, if they are exactly these; they stay
   * to be looked at as of their snapshots.
   *
   * @param commits the snapshots to be taken back
   * @throws NotFound {@link TablesError#TABLE_NOT_FOUND}
   * @throws Conflict {@link TablesError#TABLE_CHANGED} when another commit is among them, or one is
   *     not part of the table as it is
   */
  public TableChange.Rollback rollback(TableName name, Set<Long> commits) {
    return SettingBack.change(name, require(name).metadata(), commits);
  }

  private TableMetadata changed(
      TableName name,
      @Nullable TableMetadata base,
      List<SqlColumn> columns,
      TableLayout layout,
      Columns meeting) {
    if (base == null) {
      return Evolution.create(TableLocations.free(database, name, ids), columns, layout);
    }
    return ContractGuard.meeting(name, base, columns, layout, meeting);
  }

  /**
   * Makes files that the engine wrote for {@code target} durable. They must lie under the staging
   * directory of the blob store, and are gone from there afterwards. Files without rows are left
   * out.
   *
   * @param written what the engine said of each file
   */
  public NewFiles adopt(WriteTarget target, List<FileStatistics> written) {
    List<FileStatistics> some = written.stream().filter(file -> file.rows() > 0).toList();
    try {
      List<String> blobs =
          files.blobs().adoptAll(some.stream().map(file -> Path.of(file.path())).toList());
      DataFileBuilder builder =
          new DataFileBuilder(
              target.schema(), target.spec(), target.order(), target.changed().properties());
      List<DataFile> dataFiles = new ArrayList<>();
      List<ObjectFiles.NewFile> objects = new ArrayList<>();
      for (FileStatistics file : some) {
        String location = target.changed().location() + "/data/" + ids.next() + ".parquet";
        String blob = blobs.get(objects.size());
        objects.add(new ObjectFiles.NewFile(ObjectName.ofLocation(location), blob, file.bytes()));
        dataFiles.add(builder.build(file, location));
      }
      return new NewFiles(dataFiles, objects);
    } catch (IOException e) {
      throw StagedFiles.unavailable(e);
    }
  }

  /**
   * Prepares {@code changes}, to be published together; at most one to each table. Holds the tables
   * until what is returned is closed.
   *
   * @throws Conflict {@link TablesError#TABLE_CHANGED} when a table is another one than when a
   *     change was made for it: write the rows again; {@link TablesError#TABLE_BUSY}
   */
  public PreparedCommit prepare(CommitContext context, List<TableChange> changes) {
    TableLocks.Held held = locks.hold(changes.stream().map(TableChange::table).toList());
    List<PreparedCommit.Prepared> prepared = new ArrayList<>();
    try (StagedFiles staged = new StagedFiles(files.blobs(), ids)) {
      Preparing preparing = new Preparing(staged, paths, metadata, context);
      for (TableChange change : changes) {
        prepared.add(preparing.prepare(change, row(change.table())));
      }
      return new PreparedCommit(prepared, context, held, files, events, clock);
    } catch (RuntimeException | Error e) {
      held.close();
      throw e;
    }
  }

  private CatalogRows.@Nullable TableRow row(TableName name) {
    return database.read(tx -> CatalogRows.find(tx, name)).orElse(null);
  }

  /**
   * Drops a table: its name is free and its files are gone from listings with {@code tx}; its bytes
   * stay for readers that have planned, as those of deleted objects do.
   *
   * @return whether there was one
   */
  public boolean drop(Transaction tx, TableName name) {
    Optional<CatalogRows.TableRow> row = CatalogRows.find(tx, name);
    row.ifPresent(table -> {
      CatalogRows.delete(tx, table);
      ObjectName place = TableLocations.place(table.metadataLocation());
      files.unregisterUnder(tx, place.bucket(), place.key());
      FilesInPlace.releaseAll(tx, place);
      TableLocations.left(tx, place, clock.instant());
      events.append(tx, "Table Dropped", name, PreparedCommit.detail(name));
    });
    return row.isPresent();
  }

  /** The files and the SQL for all rows of a table as it is now. */
  public ScanPlan plan(TableName name) {
    return plan(require(name));
  }

  /** The same of a table that was found before. */
  public ScanPlan plan(LakeTable table) {
    return planner.plan(table);
  }

  /** The files and the SQL for all rows that a table had when it was pointed to. */
  public ScanPlan plan(TablePointer pointer) {
    return planner.plan(open(pointer.row()));
  }

  /**
   * The same without files that hold no row whose value in {@code column} is at least {@code from}
   * and less than {@code to}.
   */
  public ScanPlan plan(TablePointer pointer, String column, Constant from, Constant to) {
    return plan(pointer)
        .where(
            new FileFilter.Compared(column, FileFilter.Comparison.AT_LEAST, from)
                .and(new FileFilter.Compared(column, FileFilter.Comparison.LESS, to)));
  }

  /**
   * The files and the SQL for all rows of a table as it was.
   *
   * @throws NotFound {@link TablesError#SNAPSHOT_NOT_FOUND}
   */
  public ScanPlan planAt(TableName name, long snapshot) {
    return planAt(require(name), snapshot);
  }

  /** The same of a table that was found before. */
  public ScanPlan planAt(LakeTable table, long snapshot) {
    if (table.metadata().snapshot(snapshot) == null) {
      throw database.read(tx -> CatalogRows.noSnapshot(tx, table, snapshot));
    }
    return planner.planAt(table, snapshot);
  }

  /** The same at the id of a snapshot, or, when it is no number, at a branch or tag. */
  public ScanPlan planAt(LakeTable table, String version) {
    OptionalLong id = TableRefs.snapshotId(version);
    return id.isPresent() ? planAt(table, id.getAsLong()) : planner.planAt(table, version);
  }

  /**
   * Plans what changed in a table since a snapshot, with the columns that the table has now.
   *
   * @param since the snapshot
   * @throws NotFound when there is no such table
   * @throws Invalid {@link TablesError#CHANGES_UNKNOWN} when the table has that snapshot no more
   */
  public TableChanges changesSince(TableName name, long since) {
    return planner.changesSince(require(name), since);
  }

  /**
   * What the commits to a table did, newest first.
   *
   * @param next where to go on, from the part before; empty for the newest
   */
  public Page<TableSnapshot> history(TableName name, int limit, String next) {
    LakeTable table = require(name);
    long before = next.isEmpty() ? Long.MAX_VALUE : Long.parseLong(next);
    List<TableSnapshot> part =
        database.read(tx -> CatalogRows.history(tx, table.id(), limit + 1, before));
    if (part.size() <= limit) {
      return Page.last(part);
    }
    List<TableSnapshot> items = part.subList(0, limit);
    return new Page<>(items, Long.toString(items.getLast().number()));
  }

  /** What a snapshot was made from. */
  public List<LineageInput> lineage(TableName name, long snapshot) {
    LakeTable table = require(name);
    return database.read(tx -> CatalogRows.lineage(tx, table.id(), snapshot));
  }

  private LakeTable open(CatalogRows.TableRow row) {
    return new LakeTable(row, metadata.read(row), io);
  }

  /** That there is no such table, with a suggestion among {@code known}. */
  public static NotFound notFound(TableName name, List<TableName> known) {
    return notFound(name.toString(), known);
  }

  /** The same for what may be no name that a table can have. */
  public static NotFound notFound(String name) {
    return notFound(name, List.of());
  }

  private static NotFound notFound(String name, List<TableName> known) {
    String guess = Suggestions.didYouMean(name, known.stream().map(TableName::toString).toList());
    return new NotFound(
        TablesError.TABLE_NOT_FOUND,
        "There is no table %s%s".formatted(name, guess.isEmpty() ? "." : guess),
        "See the tables with: hosu tables list");
  }
}
