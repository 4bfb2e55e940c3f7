package io.hosu.tables;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.StoredFile;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import io.hosu.tables.CatalogRows.TableRow;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.UpdateRequirement;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.view.ViewMetadata;
import org.apache.iceberg.view.ViewMetadataParser;
import org.apache.iceberg.view.ViewProperties;
import org.jspecify.annotations.Nullable;

/**
 * The lake's views, which engines make: for each a file of metadata, an object like a table's, and
 * a row that points to it, which are true together.
 *
 * <p>Decides nothing about who may do what: its callers do. May be used from any thread.
 */
public final class Views {
  private final Database database;
  private final ObjectFiles files;
  private final TableEvents events;
  private final InstantSource clock;
  private final Ids ids;
  private final ObjectFileIO io;
  private final TableLocks locks;
  private final Cache<String, ViewMetadata> known =
      Caffeine.newBuilder().maximumSize(1_000).build();

  Views(
      Database database,
      ObjectFiles files,
      TableEvents events,
      InstantSource clock,
      Ids ids,
      FilePaths paths,
      TableLocks locks) {
    this.database = database;
    this.files = files;
    this.events = events;
    this.clock = clock;
    this.ids = ids;
    this.io = new ObjectFileIO(paths);
    this.locks = locks;
  }

  /** The view of this name. */
  public Optional<LakeView> find(TableName name) {
    return database.read(tx -> ViewRows.find(tx, name)).map(this::open);
  }

  /** Those of these names that are views. */
  public Map<TableName, LakeView> findAll(Collection<TableName> names) {
    Map<TableName, LakeView> found = new HashMap<>();
    if (!names.isEmpty()) {
      database
          .read(tx -> names.stream().flatMap(name -> ViewRows.find(tx, name).stream()).toList())
          .forEach(row -> found.put(row.name(), open(row)));
    }
    return found;
  }

  /** The names of all views, in their order. */
  public List<TableName> list() {
    return database.read(ViewRows::list);
  }

  /**
   * Prepares a new view.
   *
   * @param draft all of it but its location
   * @param location where the engine wants it to lie; empty: wherever
   * @throws Conflict {@link TablesError#VIEW_EXISTS} or {@link TablesError#TABLE_EXISTS}
   * @throws Invalid {@link TablesError#VIEW_INVALID}; {@link TablesError#LOCATION_FIXED}
   */
  public PreparedView prepareNew(
      TableName name,
      Function<ViewMetadata.Builder, ViewMetadata.Builder> draft,
      Optional<String> location) {
    return holding(
        name,
        held -> {
          requireFree(name);
          String place = location.orElseGet(() -> TableLocations.free(database, name, ids));
          ViewMetadata made =
              valid(() -> draft.apply(ViewMetadata.builder().setLocation(place)).build());
          return written(name, null, made, held);
        });
  }

  /**
   * Prepares a change to a view.
   *
   * @throws NotFound {@link TablesError#VIEW_NOT_FOUND}
   * @throws Conflict {@link TablesError#VIEW_CHANGED} when a requirement does not hold
   * @throws Invalid as {@link #prepareNew}
   */
  public PreparedView prepare(
      TableName name, List<UpdateRequirement> requirements, List<MetadataUpdate> updates) {
    return holding(
        name,
        held -> {
          TableRow row = row(name);
          ViewMetadata before = open(row).metadata();
          ViewMetadata after = valid(() -> changed(before, requirements, updates));
          return after.changes().isEmpty()
              ? new PreparedView(this, row, open(row), List.of(), List.of(), held)
              : written(name, row, after, held);
        });
  }

  /**
   * Prepares that a view whose metadata an engine put as an object becomes one of the lake.
   *
   * @param location of its metadata file, below the place where the lake keeps a view of this name
   * @param named which objects may become a file of the view
   * @throws Conflict as {@link #prepareNew}
   * @throws Invalid when the file is not there, lies elsewhere or is none
   */
  public PreparedView prepareRegistered(TableName name, String location, NamedObjects named) {
    return holding(
        name,
        held -> {
          requireFree(name);
          ArrivedFiles arrived = new ArrivedFiles(files, TableLocations.of(name), named);
          arrived.require(List.of(location));
          ViewMetadata metadata =
              valid(() -> ViewMetadataParser.read(arrived.newInputFile(location)));
          requirePlaces(name, null, metadata);
          LakeView view = new LakeView(name, location, metadata);
          return new PreparedView(this, null, view, List.of(), arrived.arrived(Set.of()), held);
        });
  }

  /**
   * Gives a view another name in its domain, under which it has other grants.
   *
   * @throws NotFound {@link TablesError#VIEW_NOT_FOUND}
   * @throws Conflict {@link TablesError#VIEW_EXISTS} or {@link TablesError#TABLE_EXISTS}
   */
  public void rename(Transaction tx, TableName from, TableName to) {
    TableRow row = ViewRows.find(tx, from).orElseThrow(() -> notFound(from));
    OpenCatalog.requireFree(tx, from, to);
    ViewRows.rename(tx, row, to, clock.instant());
    append(tx, "View Renamed", to);
  }

  /** Drops a view; returns whether there was one. */
  public boolean drop(Transaction tx, TableName name) {
    Optional<TableRow> row = ViewRows.find(tx, name);
    row.ifPresent(view -> {
      ViewRows.delete(tx, view);
      files.unregister(tx, ObjectName.ofLocation(view.metadataLocation()));
      append(tx, "View Dropped", name);
    });
    return row.isPresent();
  }

  void publishNew(Transaction tx, LakeView view) {
    requireNoTable(tx, view.name());
    ViewRows.insert(
        tx, view.name(), view.metadata().uuid(), view.metadataLocation(), clock.instant());
    append(tx, "View Created", view.name());
  }

  void publish(Transaction tx, TableRow before, LakeView view) {
    if (!before.metadataLocation().equals(view.metadataLocation())) {
      ViewRows.compareAndSet(tx, before, view.metadataLocation(), clock.instant());
      append(tx, "View Replaced", view.name());
    }
  }

  ObjectFiles files() {
    return files;
  }

  private void append(Transaction tx, String type, TableName name) {
    events.append(tx, type, name, Json.object().put("view", name.toString()));
  }

  private PreparedView holding(TableName name, Function<TableLocks.Held, PreparedView> work) {
    TableLocks.Held held = locks.hold(List.of(name));
    try {
      return work.apply(held);
    } catch (RuntimeException | Error e) {
      held.close();
      throw e;
    }
  }

  private PreparedView written(
      TableName name, @Nullable TableRow before, ViewMetadata metadata, TableLocks.Held held) {
    ViewMetadata was = before == null ? null : open(before).metadata();
    requirePlaces(name, was, metadata);
    String location =
        "%s/%05d-%s.metadata.json"
            .formatted(folder(metadata), metadata.currentVersionId(), UUID.randomUUID());
    try (StagedFiles staged = new StagedFiles(files.blobs(), ids)) {
      ViewMetadataParser.write(metadata, staged.output(location));
      ViewMetadata after = ViewMetadata.buildFrom(metadata).setMetadataLocation(location).build();
      LakeView view = new LakeView(name, location, after);
      return new PreparedView(this, before, view, staged.adopt(), List.<StoredFile>of(), held);
    }
  }

  private static String folder(ViewMetadata metadata) {
    return metadata
        .properties()
        .getOrDefault(ViewProperties.WRITE_METADATA_LOCATION, metadata.location() + "/metadata")
        .replaceAll("/+$", "");
  }

  /** A view may lie where a new table of its name could. */
  private void requirePlaces(TableName name, @Nullable ViewMetadata before, ViewMetadata after) {
    if (before == null || !before.location().equals(after.location())) {
      TableLocations.requireNew(database, name, after.location());
    }
    String folder = folder(after);
    if (!folder.equals(after.location() + "/metadata")
        && (before == null || !folder.equals(folder(before)))) {
      TableLocations.requireNew(database, name, folder);
    }
  }

  private static ViewMetadata changed(
      ViewMetadata before, List<UpdateRequirement> requirements, List<MetadataUpdate> updates) {
    requirements.forEach(requirement -> requirement.validate(before));
    ViewMetadata.Builder builder = ViewMetadata.buildFrom(before);
    updates.forEach(update -> update.applyTo(builder));
    return builder.build();
  }

  private static ViewMetadata valid(Supplier<ViewMetadata> making) {
    try {
      return making.get();
    } catch (CommitFailedException e) {
      throw new Conflict(
          TablesError.VIEW_CHANGED,
          "The change was made for another state of the view: %s.".formatted(e.getMessage()),
          "Read the view again and repeat the change.");
    } catch (ValidationException
        | IllegalArgumentException
        | IllegalStateException
        | UnsupportedOperationException e) {
      throw new Invalid(
          TablesError.VIEW_INVALID,
          String.valueOf(e.getMessage()),
          "Give the view a schema, a default namespace and one text for each dialect.",
          e);
    }
  }

  private void requireFree(TableName name) {
    database.read(tx -> {
      if (ViewRows.find(tx, name).isPresent()) {
        throw ViewRows.exists(name);
      }
      requireNoTable(tx, name);
      return true;
    });
  }

  private static void requireNoTable(Transaction tx, TableName name) {
    if (CatalogRows.find(tx, name).isPresent()) {
      throw new Conflict(
          TablesError.TABLE_EXISTS,
          "Table with same name already exists: %s.%s.".formatted(name.layer(), name.table()),
          "Use another name for the view, or drop the table first.");
    }
  }

  private TableRow row(TableName name) {
    return database
        .read(tx -> ViewRows.find(tx, name))
        .orElseThrow(() -> {
          database.read(tx -> {
            requireNoTable(tx, name);
            return true;
          });
          return notFound(name);
        });
  }

  private LakeView open(TableRow row) {
    String location = row.metadataLocation();
    return new LakeView(
        row.name(),
        location,
        known.get(location, place -> ViewMetadataParser.read(io.newInputFile(place))));
  }

  private static NotFound notFound(TableName name) {
    return new NotFound(
        TablesError.VIEW_NOT_FOUND,
        "View does not exist: %s.%s.".formatted(name.layer(), name.table()),
        "See the views of its namespace at the Iceberg door.");
  }
}
