package io.hosu.tables;

import io.hosu.governance.ColumnNames;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Names;
import io.hosu.kernel.TableName;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.jspecify.annotations.Nullable;

/** The rows of the catalog. Every change to them is made here. */
final class CatalogRows {
  private static final String SELECT =
      "SELECT domain, layer, name, id, metadata_location, created_at, changed_at FROM tables";

  private CatalogRows() {}

  /** One table's row. */
  record TableRow(
      TableName name, String id, String metadataLocation, Instant createdAt, Instant changedAt) {
    static TableRow of(Row row) {
      return new TableRow(
          new TableName(row.text("domain"), row.text("layer"), row.text("name")),
          row.text("id"),
          row.text("metadata_location"),
          row.instant("created_at"),
          row.instant("changed_at"));
    }
  }

  static Optional<TableRow> find(Transaction tx, TableName name) {
    return tx.find(
        SELECT + " WHERE domain = ? AND layer = ? AND name = ?",
        TableRow::of,
        name.domain(),
        name.layer(),
        name.table());
  }

  /** All but those in which the lake keeps something of itself. */
  static List<TableRow> list(Transaction tx) {
    return tx.list(
        SELECT + " WHERE domain <> ? ORDER BY domain, layer, name", TableRow::of, Names.SYSTEM);
  }

  /** How many commits each table got so far, in the order of their names. */
  static Map<TableName, Long> commits(Transaction tx) {
    Map<TableName, Long> commits = new LinkedHashMap<>();
    tx.list(
            "SELECT domain, layer, name, (SELECT COALESCE(MAX(s.number), 0) FROM snapshots s WHERE"
                + " s.table_id = tables.id) AS commits FROM tables ORDER BY domain, layer, name",
            row ->
                Map.entry(
                    new TableName(row.text("domain"), row.text("layer"), row.text("name")),
                    row.number("commits")))
        .forEach(table -> commits.put(table.getKey(), table.getValue()));
    return commits;
  }

  static List<TableSummary> summaries(Transaction tx) {
    return tx.list(
        "SELECT t.domain, t.layer, t.name, t.changed_at, COALESCE(s.total_rows, 0) AS total_rows,"
            + " COALESCE(s.total_files, 0) AS total_files, COALESCE(s.total_bytes, 0) AS"
            + " total_bytes FROM tables t LEFT JOIN commits s ON s.table_id = t.id AND s.number ="
            + " (SELECT MAX(number) FROM commits WHERE table_id = t.id) WHERE t.domain <> ? ORDER"
            + " BY t.domain, t.layer, t.name",
        TableSummary::of,
        Names.SYSTEM);
  }

  static void insert(Transaction tx, TableName name, String id, String location, Instant now) {
    ViewRows.requireNone(tx, name);
    int made =
        tx.update(
            "INSERT INTO tables (domain, layer, name, id, metadata_location, created_at,"
                + " changed_at, names_known) VALUES (?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT (domain,"
                + " layer, name) DO NOTHING",
            name.domain(),
            name.layer(),
            name.table(),
            id,
            location,
            now,
            now);
    requireOne(made, name);
  }

  /** Moves the table's pointer, if it still is where the commit was prepared from. */
  static void compareAndSet(Transaction tx, TableRow before, String location, Instant now) {
    int moved =
        tx.update(
            "UPDATE tables SET metadata_location = ?, changed_at = ?"
                + " WHERE domain = ? AND layer = ? AND name = ? AND metadata_location = ?",
            location,
            now,
            before.name().domain(),
            before.name().layer(),
            before.name().table(),
            before.metadataLocation());
    requireOne(moved, before.name());
  }

  static void rename(Transaction tx, TableRow row, TableName to, Instant now) {
    tx.update(
        "UPDATE tables SET domain = ?, layer = ?, name = ?, changed_at = ?"
            + " WHERE domain = ? AND layer = ? AND name = ?",
        to.domain(),
        to.layer(),
        to.table(),
        now,
        row.name().domain(),
        row.name().layer(),
        row.name().table());
    ColumnNames.move(tx, row.id(), row.name(), Optional.of(to));
  }

  /** The tables of whose columns the policy does not know the names that they had. */
  static List<TableRow> withUnknownNames(Transaction tx) {
    return tx.list(SELECT + " WHERE names_known = 0", TableRow::of);
  }

  static void nowKnown(Transaction tx, TableRow row) {
    tx.update("UPDATE tables SET names_known = 1 WHERE id = ?", row.id());
  }

  static void delete(Transaction tx, TableRow row) {
    tx.update(
        "DELETE FROM tables WHERE domain = ? AND layer = ? AND name = ?",
        row.name().domain(),
        row.name().layer(),
        row.name().table());
    ColumnNames.move(tx, row.id(), row.name(), Optional.empty());
  }

  /** Adds a snapshot, and what it was made from. */
  static void insert(
      Transaction tx,
      TableName name,
      String tableId,
      TableSnapshot snapshot,
      CommittedRows came,
      CommitContext context) {
    context.executionId().ifPresent(execution -> requireFirst(tx, name, tableId, execution));
    insert(tx, "snapshots", tableId, snapshot, context);
    keep(tx, tableId, List.of(came));
    tx.updateAll(
        "INSERT INTO lineage (table_id, snapshot, kind, input, version) VALUES (?, ?, ?, ?, ?)"
            + " ON CONFLICT (table_id, snapshot, kind, input, version) DO NOTHING",
        context.inputs().stream()
            .map(in -> List.<Object>of(tableId, snapshot.id(), in.kind(), in.input(), in.version()))
            .toList());
  }

  /** Adds that a table was set back. */
  static void insertRollback(
      Transaction tx, String tableId, TableSnapshot back, CommitContext context) {
    insert(tx, "rollbacks", tableId, back, context);
  }

  private static void insert(
      Transaction tx, String into, String tableId, TableSnapshot snapshot, CommitContext context) {
    List<@Nullable Object> row = new ArrayList<>();
    row.add(tableId);
    row.add(snapshot.id());
    row.add(tableId);
    row.add(snapshot.committedAt());
    row.add(snapshot.operation());
    row.add(context.execution());
    row.add(snapshot.principal());
    row.addAll(snapshot.amounts());
    tx.update(
        "INSERT INTO "
            + into
            + " (table_id, "
            + TableSnapshot.COLUMNS
            + ") VALUES (?, ?, (SELECT COALESCE(MAX(number), 0) + 1 FROM commits WHERE table_id ="
            + " ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row.toArray());
  }

  private static void requireFirst(
      Transaction tx, TableName name, String tableId, String execution) {
    long published =
        tx.number(
            "SELECT COUNT(*) AS n FROM snapshots WHERE execution = ? AND table_id = ?",
            execution,
            tableId);
    if (published > 0) {
      throw new Conflict(
          TablesError.TABLE_ALREADY_PUBLISHED,
          "Execution %s already published its rows to table %s.".formatted(execution, name),
          "Nothing is left to do; see: hosu tables history %s".formatted(name));
    }
  }

  /** Those of {@code ids} that were recorded as snapshots of a table. */
  static Set<Long> recorded(Transaction tx, String tableId, List<Long> ids) {
    return ids.stream()
        .filter(id ->
            tx.number(
                    "SELECT COUNT(*) AS n FROM snapshots WHERE table_id = ? AND snapshot = ?",
                    tableId,
                    id)
                > 0)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether no table and no view of any domain is in a layer. */
  static boolean isEmpty(Transaction tx, String layer) {
    return tx.number(
            "SELECT (SELECT COUNT(*) FROM tables WHERE layer = ?)"
                + " + (SELECT COUNT(*) FROM views WHERE layer = ?) AS n",
            layer,
            layer)
        == 0;
  }

  /** Whether no table has this id. */
  static boolean isIdFree(Transaction tx, String id) {
    return tx.number("SELECT COUNT(*) AS n FROM tables WHERE id = ?", id) == 0;
  }

  /** Whether no table and no view has its metadata at {@code location}. */
  static boolean isNothingAt(Transaction tx, String location) {
    String from = location + "/";
    String to = location + "0"; // the character after /
    return tx.number(
            "SELECT (SELECT COUNT(*) FROM tables"
                + " WHERE metadata_location >= ? AND metadata_location < ?)"
                + " + (SELECT COUNT(*) FROM views"
                + " WHERE metadata_location >= ? AND metadata_location < ?) AS n",
            from,
            to,
            from,
            to)
        == 0;
  }

  /** Keeps what is needed of commits to find their rows when their snapshots have expired. */
  static void keep(Transaction tx, String tableId, List<CommittedRows> commits) {
    tx.updateAll(
        "UPDATE snapshots SET sequence = ?, came_rows = ? WHERE table_id = ? AND snapshot = ?",
        commits.stream()
            .map(one -> List.<Object>of(one.sequence(), one.rows(), tableId, one.snapshot()))
            .toList());
  }

  /** The commits by which an execution published rows of a table. */
  static List<CommittedRows> published(Transaction tx, LakeTable table, String execution) {
    return tx.list(
        "SELECT snapshot, COALESCE(sequence, -1) AS sequence, COALESCE(came_rows, added_rows) AS"
            + " came FROM snapshots WHERE execution = ? AND table_id = ?",
        row -> {
          long id = row.number("snapshot");
          Snapshot snapshot = table.metadata().snapshot(id);
          return snapshot == null
              ? new CommittedRows(id, row.number("sequence"), row.number("came"))
              : CommittedRows.of(snapshot);
        },
        execution,
        table.id());
  }

  /** Whether an execution published rows of the table of this name as it is. */
  static boolean hasPublished(Transaction tx, TableName table, String execution) {
    return find(tx, table)
        .filter(row ->
            tx.number(
                    "SELECT COUNT(*) AS n FROM snapshots WHERE execution = ? AND table_id = ?",
                    execution,
                    row.id())
                > 0)
        .isPresent();
  }

  /** A table's snapshots before number {@code before}, newest first. */
  static List<TableSnapshot> history(Transaction tx, String tableId, int limit, long before) {
    return tx.list(
        "SELECT "
            + TableSnapshot.COLUMNS
            + " FROM commits WHERE table_id = ? AND number < ? ORDER BY number DESC LIMIT ?",
        TableSnapshot::of,
        tableId,
        before,
        limit);
  }

  /** What made a snapshot of a table, also when it has expired. */
  static Optional<TableSnapshot> snapshot(Transaction tx, String tableId, long snapshot) {
    return tx.find(
        "SELECT " + TableSnapshot.COLUMNS + " FROM snapshots WHERE table_id = ? AND snapshot = ?",
        TableSnapshot::of,
        tableId,
        snapshot);
  }

  /** The snapshot of a commit that has this number, of those that have expired. */
  static Optional<Long> numbered(Transaction tx, String tableId, long sequence) {
    return tx.find(
        "SELECT snapshot FROM snapshots WHERE table_id = ? AND sequence = ? LIMIT 1",
        row -> row.number("snapshot"),
        tableId,
        sequence);
  }

  static List<LineageInput> lineage(Transaction tx, String tableId, long snapshot) {
    return tx.list(
        "SELECT kind, input, version FROM lineage WHERE table_id = ? AND snapshot = ?"
            + " ORDER BY kind, input, version",
        row -> new LineageInput(row.text("kind"), row.text("input"), row.text("version")),
        tableId,
        snapshot);
  }

  /** That a table has no such snapshot, and why. */
  static NotFound noSnapshot(Transaction tx, LakeTable table, long snapshot) {
    String why =
        tx.find(
                "SELECT committed_at FROM snapshots WHERE table_id = ? AND snapshot = ?",
                row -> row.instant("committed_at"),
                table.id(),
                snapshot)
            .map(at ->
                "Snapshot %d of table %s, of %s, has expired: it is kept no longer."
                    .formatted(snapshot, table.name(), Instants.print(at)))
            .orElseGet(() -> "Table %s has no snapshot %d.".formatted(table.name(), snapshot));
    return new NotFound(
        TablesError.SNAPSHOT_NOT_FOUND,
        why,
        "See its snapshots with: hosu tables history %s".formatted(table.name()));
  }

  private static void requireOne(int rows, TableName name) {
    if (rows != 1) {
      throw changed(name);
    }
  }

  static Conflict changed(TableName name) {
    return new Conflict(
        TablesError.TABLE_CHANGED,
        "Another commit changed table %s first.".formatted(name),
        "Read the table again and repeat the change.");
  }
}
