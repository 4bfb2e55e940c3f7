package io.hosu.tables;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.Names;
import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import io.hosu.tables.CatalogRows.TableRow;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The rows of views. Every change to them is made here. */
final class ViewRows {
  private static final String SELECT =
      "SELECT domain, layer, name, id, metadata_location, created_at, changed_at FROM views";

  private ViewRows() {}

  static Optional<TableRow> find(Transaction tx, TableName name) {
    return tx.find(
        SELECT + " WHERE domain = ? AND layer = ? AND name = ?",
        TableRow::of,
        name.domain(),
        name.layer(),
        name.table());
  }

  static List<TableName> list(Transaction tx) {
    return tx
        .list(
            SELECT + " WHERE domain <> ? ORDER BY domain, layer, name", TableRow::of, Names.SYSTEM)
        .stream()
        .map(TableRow::name)
        .toList();
  }

  static void insert(Transaction tx, TableName name, String id, String location, Instant now) {
    int made =
        tx.update(
            "INSERT INTO views (domain, layer, name, id, metadata_location, created_at,"
                + " changed_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (domain, layer, name) DO"
                + " NOTHING",
            name.domain(),
            name.layer(),
            name.table(),
            id,
            location,
            now,
            now);
    if (made == 0) {
      throw exists(name);
    }
  }

  /** Moves the view's pointer, if it still is where the change was prepared from. */
  static void compareAndSet(Transaction tx, TableRow before, String location, Instant now) {
    int moved =
        tx.update(
            "UPDATE views SET metadata_location = ?, changed_at = ?"
                + " WHERE domain = ? AND layer = ? AND name = ? AND metadata_location = ?",
            location,
            now,
            before.name().domain(),
            before.name().layer(),
            before.name().table(),
            before.metadataLocation());
    if (moved == 0) {
      throw new Conflict(
          TablesError.VIEW_CHANGED,
          "Another change to view %s came first.".formatted(before.name()),
          "Read the view again and repeat the change.");
    }
  }

  static void rename(Transaction tx, TableRow row, TableName to, Instant now) {
    tx.update(
        "UPDATE views SET layer = ?, name = ?, changed_at = ?"
            + " WHERE domain = ? AND layer = ? AND name = ?",
        to.layer(),
        to.table(),
        now,
        row.name().domain(),
        row.name().layer(),
        row.name().table());
  }

  static void delete(Transaction tx, TableRow row) {
    tx.update(
        "DELETE FROM views WHERE domain = ? AND layer = ? AND name = ?",
        row.name().domain(),
        row.name().layer(),
        row.name().table());
  }

  /**
   * Refuses a name that a view has.
   *
   * @throws Conflict {@link TablesError#VIEW_EXISTS}
   */
  static void requireNone(Transaction tx, TableName name) {
    if (find(tx, name).isPresent()) {
      throw new Conflict(
          TablesError.VIEW_EXISTS,
          "View with same name already exists: %s.%s.".formatted(name.layer(), name.table()),
          "Use another name for the table, or drop the view first.");
    }
  }

  static Conflict exists(TableName name) {
    return new Conflict(
        TablesError.VIEW_EXISTS,
        "View already exists: %s.%s.".formatted(name.layer(), name.table()),
        "Replace it, or drop it first.");
  }
}
