package io.hosu.tables;

import io.hosu.governance.ColumnNames;
import io.hosu.governance.Grants;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Ids;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectFiles;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.UpdateRequirement;
import org.apache.iceberg.exceptions.ValidationException;
import org.jspecify.annotations.Nullable;

/**
 * The catalog as engines outside of the lake change it: they write the files of a table, and ask
 * for the commit. What they ask for is published like what stages make: one transaction, whatever
 * the number of tables, with the same events.
 *
 * <p>Decides nothing about who may do what: its callers do. May be used from any thread.
 */
public final class OpenCatalog {
  private final Database database;
  private final ObjectFiles files;
  private final TableEvents events;
  private final InstantSource clock;
  private final Ids ids;
  private final FilePaths paths;
  private final MetadataFiles metadata;
  private final TableLocks locks;
  private final CombinedAppends appends;
  private final Views views;
  private final TablesConfig config;

  OpenCatalog(
      Database database,
      ObjectFiles files,
      TableEvents events,
      InstantSource clock,
      Ids ids,
      FilePaths paths,
      MetadataFiles metadata,
      TableLocks locks,
      TablesConfig config) {
    this.database = database;
    this.files = files;
    this.events = events;
    this.clock = clock;
    this.ids = ids;
    this.paths = paths;
    this.metadata = metadata;
    this.locks = locks;
    this.config = config;
    this.appends = new CombinedAppends(database, files, events, clock, ids, paths, metadata, locks);
    this.views = new Views(database, files, events, clock, ids, paths, locks);
  }

  /** The views beside the tables. */
  public Views views() {
    return views;
  }

  /** Tables as commits would make them that are not published. */
  public StagedTables staged() {
    return new StagedTables(files, events, clock, ids, paths, metadata, config);
  }

  /** The clones of domains, made with {@code engine}, whose makers are given {@code grants}. */
  public Clones clones(Tables tables, Grants grants, CloneEngine engine) {
    return new Clones(
        new Clones.Parts(
            database, files, events, clock, ids, paths, metadata, locks, views, engine),
        tables,
        grants);
  }

  /** The tables that were cloned from one, whether or not they are still there. */
  List<CloneRows.ClonedTable> clonedFrom(LakeTable table) {
    return database.read(tx -> CloneRows.of(tx, table));
  }

  /** What a table was cloned from, if it was, and what that was cloned from. */
  List<TableName> sourcesOf(LakeTable table) {
    return database.read(tx -> CloneRows.sourcesOf(tx, table.id()));
  }

  /** The branches and tags of tables. */
  TableRefs refs(Tables tables) {
    return new TableRefs(database, this, tables);
  }

  /**
   * The metadata that a new table would have; nothing of it is kept.
   *
   * @param location where the engine wants it to lie; empty: wherever
   * @throws Conflict {@link TablesError#TABLE_EXISTS}
   * @throws Invalid {@link TablesError#LOCATION_FIXED}; {@link TablesError#COMMIT_INVALID}
   */
  public TableMetadata draft(
      TableName name,
      Schema schema,
      PartitionSpec spec,
      SortOrder order,
      Optional<String> location,
      Map<String, String> properties) {
    requireNone(name);
    String place =
        location
            .map(wanted -> wanted.replaceAll("/+$", ""))
            .orElseGet(() -> TableLocations.free(database, name, ids));
    TableLocations.requireNew(database, name, place);
    try {
      TableMetadata draft = TableMetadata.newTableMetadata(schema, spec, order, place, properties);
      SoundMetadata.require(name, null, draft);
      return draft;
    } catch (IllegalArgumentException | ValidationException e) {
      throw new Invalid(
          TablesError.COMMIT_INVALID,
          "Table %s cannot be made: %s.".formatted(name, e.getMessage()),
          "Mend the request; format-version is 2 or 3, or 1 for engines that know no other.",
          e);
    }
  }

  /** What makes a table of a {@link #draft}. */
  public static TableUpdate creation(TableName name, TableMetadata draft) {
    List<MetadataUpdate> updates = new ArrayList<>();

    // A draft does not count the version that it began with among its changes.
    updates.add(new MetadataUpdate.UpgradeFormatVersion(draft.formatVersion()));
    updates.addAll(draft.changes());
    return new TableUpdate(name, List.of(new UpdateRequirement.AssertTableDoesNotExist()), updates);
  }

  /**
   * Prepares {@code updates}, to be published together; at most one to each table. Holds the tables
   * until what is returned is closed.
   *
   * @throws Conflict {@link TablesError#TABLE_CHANGED} when a requirement does not hold any more;
   *     {@link TablesError#TABLE_EXISTS}; {@link TablesError#TABLE_BUSY}
   * @throws NotFound {@link TablesError#TABLE_NOT_FOUND}
   * @throws Invalid when a file is not as an update says, or an update makes no sense
   */
  public PreparedUpdates prepare(CommitContext context, List<TableUpdate> updates) {
    return prepare(
        context,
        updates.stream().map(TableUpdate::table).toList(),
        preparing -> {
          Map<TableName, UpdatePreparing.Part> parts = new LinkedHashMap<>();
          for (TableUpdate update : updates) {
            parts.put(update.table(), preparing.prepare(update, row(update)));
          }
          return parts;
        });
  }

  /** Whether {@code update} only appends, so that {@link #append} may have it. */
  public static boolean isAppend(TableUpdate update) {
    return AppendUpdate.of(update).isPresent();
  }

  /**
   * Publishes an append, together with others that come to the table at the same time: it conflicts
   * with none of them, nor with any other commit that leaves the branch where it goes to.
   *
   * @return the table's metadata file, which may tell of more than this append
   * @throws Conflict {@link TablesError#TABLE_CHANGED} when a requirement does not hold any more,
   *     but that the branch has stayed where it was; {@link TablesError#TABLE_BUSY}
   * @throws NotFound {@link TablesError#TABLE_NOT_FOUND}
   * @throws Invalid when a file is not as the update says
   */
  public String append(CommitContext context, TableUpdate update, CommitBeside beside) {
    return appends.commit(context, update, beside);
  }

  private PreparedUpdates prepare(
      CommitContext context,
      List<TableName> names,
      Function<UpdatePreparing, Map<TableName, UpdatePreparing.Part>> work) {
    TableLocks.Held held = locks.hold(names);
    try (StagedFiles staged = new StagedFiles(files.blobs(), ids)) {
      UpdatePreparing preparing = new UpdatePreparing(database, files, metadata, staged, paths);
      Map<TableName, UpdatePreparing.Part> parts = work.apply(preparing);
      List<PreparedCommit.Prepared> prepared =
          parts.values().stream().flatMap(part -> part.prepared().stream()).toList();
      return new PreparedUpdates(
          new PreparedCommit(prepared, context, held, files, events, clock), parts);
    } catch (RuntimeException | Error e) {
      held.close();
      throw e;
    }
  }

  /**
   * Prepares that a table which an engine wrote as objects becomes one of the lake, with the
   * metadata that it has.
   *
   * @param location of its metadata file, below the place where the lake keeps a table of this name
   * @param named which objects may become files of the table
   * @throws Conflict {@link TablesError#TABLE_EXISTS} or {@link TablesError#TABLE_BUSY}
   * @throws Invalid when a file is not there, lies elsewhere or is not as it is said to be
   */
  public PreparedUpdates prepareRegistered(
      CommitContext context, TableName name, String location, NamedObjects named) {
    return prepare(
        context,
        List.of(name),
        preparing -> {
          requireNone(name);
          return Map.of(name, preparing.register(name, location, named));
        });
  }

  /** The metadata in a file that a commit made. */
  public TableMetadata metadata(String location) {
    return metadata.read(location);
  }

  /** The same as JSON. */
  public byte[] metadataText(String location) {
    return metadata.text(location);
  }

  /**
   * Gives a table another name, under which it has other grants; its files stay where they are.
   *
   * @throws NotFound {@link TablesError#TABLE_NOT_FOUND}
   * @throws Conflict {@link TablesError#TABLE_EXISTS} when one has the new name
   */
  public void rename(Transaction tx, TableName from, TableName to) {
    CatalogRows.TableRow row =
        CatalogRows.find(tx, from).orElseThrow(() -> Tables.notFound(from, List.of()));
    requireFree(tx, from, to);
    CatalogRows.rename(tx, row, to, clock.instant());
    TableLocations.took(tx, to, row.metadataLocation());
    events.append(tx, "Table Renamed", to, PreparedCommit.detail(to).put("from", from.toString()));
  }

  /**
   * Tells the policy which names the columns of tables had that were made before it asked for that.
   * To be called before anybody may read them; does each table once.
   */
  public void tellNames() {
    for (CatalogRows.TableRow row : database.read(CatalogRows::withUnknownNames)) {
      try {
        tellNames(row);
      } catch (Unavailable e) {
        if (e.code() != TablesError.FILE_UNREADABLE) {
          throw e;
        }
        SoundTables.warn(e); // nobody can read the table, and the next start tries again
      }
    }
  }

  private void tellNames(CatalogRows.TableRow row) {
    TableMetadata table = metadata.read(row);
    database.perform(tx -> {
      ColumnNames.keep(tx, row.name(), row.id(), SchemaNames.known(table));
      CatalogRows.nowKnown(tx, row);
    });
  }

  /** Refuses to rename to what a table or a view has for a name. */
  static void requireFree(Transaction tx, TableName from, TableName to) {
    boolean isTable = CatalogRows.find(tx, to).isPresent();
    if (isTable || ViewRows.find(tx, to).isPresent()) {
      throw new Conflict(
          isTable ? TablesError.TABLE_EXISTS : TablesError.VIEW_EXISTS,
          "Cannot rename %s.%s to %s.%s. %s already exists."
              .formatted(
                  from.layer(), from.table(), to.layer(), to.table(), isTable ? "Table" : "View"),
          "Use another name, or drop what has this one.");
    }
  }

  /** Whether no table and no view of any domain is in a layer. */
  public boolean isEmpty(Transaction tx, String layer) {
    return CatalogRows.isEmpty(tx, layer);
  }

  private CatalogRows.@Nullable TableRow row(TableUpdate update) {
    Optional<CatalogRows.TableRow> row = database.read(tx -> CatalogRows.find(tx, update.table()));
    boolean creates =
        update.requirements().stream()
            .anyMatch(UpdateRequirement.AssertTableDoesNotExist.class::isInstance);
    if (creates) {
      database.read(tx -> {
        ViewRows.requireNone(tx, update.table());
        return true;
      });
    }
    if (creates && row.isPresent()) {
      throw new Conflict(
          TablesError.TABLE_EXISTS,
          "Requirement failed: table already exists: %s.%s."
              .formatted(update.table().layer(), update.table().table()),
          "Write to it, or drop it first.");
    }
    if (!creates && row.isEmpty()) {
      throw Tables.notFound(update.table(), List.of());
    }
    return row.orElse(null);
  }

  private void requireNone(TableName name) {
    database.read(tx -> {
      ViewRows.requireNone(tx, name);
      if (CatalogRows.find(tx, name).isPresent()) {
        throw exists(name);
      }
      return true;
    });
  }

  private static Conflict exists(TableName name) {
    return new Conflict(
        TablesError.TABLE_EXISTS,
        "Table already exists: %s.%s.".formatted(name.layer(), name.table()),
        "Write to it, or drop it first.");
  }
}
