package io.hosu.tables;

import io.hosu.governance.ClonedDomains;
import io.hosu.governance.ClonedDomains.Cloned;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.objects.Buckets;
import io.hosu.objects.SharedFiles;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The rows of clones. Every change to them is made here. */
final class CloneRows {
  private static final String SELECT =
      "SELECT domain, source, principal, cloned_at FROM clones WHERE dropped_at IS NULL";

  private CloneRows() {}

  /** Of a clone's table, where it is from and whether it is still there, under which name. */
  record ClonedTable(
      String id,
      ObjectName place,
      TableName source,
      OptionalLong snapshot,
      Optional<TableName> name) {
    private static ClonedTable of(Row row) {
      return new ClonedTable(
          row.text("table_id"),
          ObjectName.parse(row.text("place")),
          TableName.parse(row.text("source_table")),
          row.optionalNumber("source_snapshot").map(OptionalLong::of).orElse(OptionalLong.empty()),
          row.optionalText("name")
              .map(name -> new TableName(row.text("domain"), row.text("layer"), name)));
    }
  }

  /** What the policy asks for. */
  static Cloned cloned(Transaction tx) {
    Map<String, Set<String>> sources = new HashMap<>();
    Set<String> present = new HashSet<>();
    tx
        .list(
            "SELECT domain, source, dropped_at FROM clones",
            row -> {
              sources
                  .computeIfAbsent(row.text("domain"), _ -> new HashSet<>())
                  .add(row.text("source"));
              return row.optionalNumber("dropped_at").isPresent() ? "" : row.text("domain");
            })
        .stream()
        .filter(domain -> !domain.isEmpty())
        .forEach(present::add);
    return new Cloned(sources, present);
  }

  static List<Clones.Clone> list(Transaction tx) {
    return tx.list(SELECT + " ORDER BY domain", CloneRows::clone);
  }

  static Optional<Clones.Clone> find(Transaction tx, String domain) {
    return tx.find(SELECT + " AND domain = ?", CloneRows::clone, domain);
  }

  private static Clones.Clone clone(Row row) {
    return new Clones.Clone(
        row.text("domain"), row.text("source"), row.text("principal"), row.instant("cloned_at"));
  }

  /** Whether a clone of {@code source} had this name of which something is left. */
  static boolean isLeftOf(Transaction tx, String domain, String source) {
    return tx.number(
            "SELECT COUNT(*) AS n FROM clones WHERE domain = ? AND source = ?", domain, source)
        > 0;
  }

  static void insert(Transaction tx, Clones.Clone clone) {
    int made =
        tx.update(
            "INSERT INTO clones (domain, source, principal, cloned_at) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT (domain, source) DO UPDATE SET principal = excluded.principal,"
                + " cloned_at = excluded.cloned_at, dropped_at = NULL"
                + " WHERE clones.dropped_at IS NOT NULL",
            clone.domain(),
            clone.source(),
            clone.principal(),
            clone.clonedAt());
    if (made == 0) {
      throw new Conflict(
          TablesError.CLONE_EXISTS,
          "There is a clone %s already.".formatted(clone.domain()),
          "Give another name: hosu clone %s NAME; or see: hosu clones list"
              .formatted(clone.source()));
    }
    ClonedDomains.changed(tx, clone.domain());
  }

  /** A table of a clone, and of what it is one. */
  record Origin(String id, ObjectName place, LakeTable source) {}

  static void insert(Transaction tx, String domain, List<Origin> tables) {
    for (Origin table : tables) {
      OptionalLong snapshot = table.source().snapshot();
      tx.update(
          "INSERT INTO cloned_tables (table_id, domain, place, source_id, source_table,"
              + " source_snapshot) VALUES (?, ?, ?, ?, ?, ?)",
          table.id(),
          domain,
          table.place().toString(),
          table.source().id(),
          table.source().name().toString(),
          snapshot.isPresent() ? snapshot.getAsLong() : null);
    }
  }

  static void drop(Transaction tx, String domain, Instant now) {
    tx.update(
        "UPDATE clones SET dropped_at = ? WHERE domain = ? AND dropped_at IS NULL", now, domain);
    ClonedDomains.changed(tx, domain);
  }

  private static final String TABLES =
      "SELECT c.table_id, c.place, c.source_table, c.source_snapshot, c.domain, t.layer, t.name FROM"
          + " cloned_tables c LEFT JOIN tables t ON t.id = c.table_id WHERE ";

  /** The tables that were cloned from the table of this id, or from one of its name before it. */
  static List<ClonedTable> of(Transaction tx, LakeTable source) {
    return tx.list(
        TABLES + "c.source_id = ? OR c.source_table = ? ORDER BY c.domain, c.place",
        ClonedTable::of,
        source.id(),
        source.name().toString());
  }

  /** The tables that there are of clones, each with what it was cloned from and by whom. */
  static List<Clones.Origin> origins(Transaction tx) {
    return tx.list(
        "SELECT t.domain, t.layer, t.name, c.source_table, k.principal FROM cloned_tables c"
            + " JOIN tables t ON t.id = c.table_id"
            + " JOIN clones k ON k.domain = c.domain AND k.dropped_at IS NULL"
            + " ORDER BY t.domain, t.layer, t.name",
        row ->
            new Clones.Origin(
                new TableName(row.text("domain"), row.text("layer"), row.text("name")),
                TableName.parse(row.text("source_table")),
                row.text("principal")));
  }

  /** What the table of this id was cloned from. */
  static Optional<TableName> sourceOf(Transaction tx, String id) {
    return tx.find(
        "SELECT source_table FROM cloned_tables WHERE table_id = ?",
        row -> TableName.parse(row.text("source_table")),
        id);
  }

  /** Has whoever may commit to these tables wait, if they are as they were read. */
  static void holdAsTheyAre(Transaction tx, String domain, List<LakeTable> tables) {
    for (LakeTable table : tables) {
      CatalogRows.compareAndSet(tx, table.row(), table.metadataLocation(), table.changedAt());
    }
    long all = tx.number("SELECT COUNT(*) AS n FROM tables WHERE domain = ?", domain);
    if (all != tables.size()) {
      throw new Conflict(
          TablesError.TABLE_CHANGED,
          "Tables of %s were made or dropped while it was cloned.".formatted(domain),
          "Clone it again.");
    }
  }

  /** Clones that were dropped are known no more once no file of theirs is left. */
  static int forget(Transaction tx) {
    int forgotten = 0;
    List<String> gone =
        tx.list(
            "SELECT DISTINCT domain FROM clones WHERE dropped_at IS NOT NULL",
            row -> row.text("domain"));
    for (String domain : gone) {
      boolean left =
          Buckets.list(tx).stream()
              .map(Buckets.Bucket::name)
              .anyMatch(
                  layer -> !SharedFiles.isNoFileUnder(tx, new ObjectName(layer, domain + "/")));
      if (!left) {
        tx.update("DELETE FROM clones WHERE domain = ? AND dropped_at IS NOT NULL", domain);
        tx.update(
            "DELETE FROM cloned_tables WHERE domain = ? AND NOT EXISTS"
                + " (SELECT 1 FROM tables t WHERE t.id = cloned_tables.table_id)",
            domain);
        ClonedDomains.changed(tx, domain);
        forgotten++;
      }
    }
    return forgotten;
  }
}
