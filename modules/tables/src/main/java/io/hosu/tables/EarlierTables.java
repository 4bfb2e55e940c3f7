package io.hosu.tables;

import io.hosu.governance.ColumnNames;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.Types.NestedField;

/** Which columns tables had at earlier times, and when that was. May be used from any thread. */
public final class EarlierTables {
  private final Database database;
  private final Tables tables;

  /** The earlier times of {@code tables}, as {@code database} keeps them. */
  public EarlierTables(Database database, Tables tables) {
    this.database = database;
    this.tables = tables;
  }

  /**
   * A column that a table had.
   *
   * @param name its name then
   * @param type its type then, as SQL writes it
   * @param today how the policy calls it now: by its present name, or by what stands for a column
   *     that is gone
   */
  public record Column(String name, String type, String today) {}

  /**
   * The columns that a table had, in their order; none: it is not there any more, or was not there
   * yet.
   *
   * @param execution whose change of the columns counts also when it came to be later than {@code
   *     at}; empty: none
   */
  public List<Column> columns(TableName name, Instant at, String execution) {
    return tables.find(name).map(table -> columns(table, at, execution)).orElse(List.of());
  }

  private List<Column> columns(LakeTable table, Instant at, String execution) {
    TableMetadata now = table.metadata();
    Optional<Integer> then =
        database.read(tx -> SchemaRows.schemaAt(tx, table.id(), at, execution));
    if (then.isEmpty() && table.createdAt().isAfter(at)) {
      return List.of();
    }
    Schema schema = then.map(now.schemasById()::get).orElse(now.schema());
    return schema.columns().stream()
        .map(column ->
            new Column(column.name(), SqlTypes.print(column.type()), today(column, now.schema())))
        .toList();
  }

  /** How the policy calls a column that a table had, when it has the columns of {@code now}. */
  static String today(NestedField column, Schema now) {
    NestedField same = now.asStruct().field(column.fieldId());
    return same == null || ColumnNames.isGone(same.name())
        ? ColumnNames.gone(column.name(), column.fieldId())
        : same.name();
  }

  /**
   * What the commit did that made a snapshot, whether or not the snapshot is kept.
   *
   * @throws NotFound {@link TablesError#SNAPSHOT_NOT_FOUND}
   */
  public TableSnapshot snapshot(TableName name, long id) {
    LakeTable table = tables.require(name);
    return database.read(tx -> snapshot(tx, table, id));
  }

  /**
   * The commit that has this number of Iceberg's in a table, as far as it is known: of tables that
   * came from elsewhere it may not be.
   */
  public Optional<TableSnapshot> commit(TableName name, long sequence) {
    LakeTable table = tables.require(name);
    Optional<Long> kept =
        table.metadata().snapshots().stream()
            .filter(snapshot -> snapshot.sequenceNumber() == sequence)
            .map(snapshot -> snapshot.snapshotId())
            .findFirst();
    return database.read(tx ->
        kept.or(() -> CatalogRows.numbered(tx, table.id(), sequence))
            .flatMap(id -> CatalogRows.snapshot(tx, table.id(), id)));
  }

  /** A commit to a table. */
  public record Commit(TableName table, TableSnapshot made) {}

  /**
   * The commit by which rows came that a clone has with its own commit {@code made}: the one of the
   * table that was cloned, as long as that is known; else the same.
   */
  public Commit origin(TableName name, TableSnapshot made) {
    Commit commit = new Commit(name, made);
    Optional<Commit> next = Optional.of(commit);
    while (next.isPresent()) {
      commit = next.get();
      Commit at = commit;
      next = database.read(tx -> cloned(tx, at));
    }
    return commit;
  }

  /** The same snapshot of the table that it was cloned from; empty where no commit is a clone's. */
  private static Optional<Commit> cloned(Transaction tx, Commit commit) {
    String id = Long.toString(commit.made().id());
    return CatalogRows.find(tx, commit.table()).stream()
        .flatMap(row -> CatalogRows.lineage(tx, row.id(), commit.made().id()).stream())
        .filter(in -> in.kind().equals(LineageInput.TABLE) && in.version().equals(id))
        .map(in -> TableName.parse(in.input()))
        .flatMap(source ->
            CatalogRows.find(tx, source)
                .flatMap(row -> CatalogRows.snapshot(tx, row.id(), commit.made().id()))
                .map(made -> new Commit(source, made))
                .stream())
        .findFirst();
  }

  private static TableSnapshot snapshot(Transaction tx, LakeTable table, long id) {
    return CatalogRows.snapshot(tx, table.id(), id)
        .orElseThrow(() -> CatalogRows.noSnapshot(tx, table, id));
  }
}
