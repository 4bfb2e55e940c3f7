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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The rows of clones. Every change to them is made here. */
final class CloneRows {
  private static final String SELECT =
      "SELECT domain, source, principal, cloned_at FROM clones WHERE dropped_at IS NULL";

  /** What is told of the past of a table is not to keep the writer for long. */
  private static final int MOST_COMMITS = 10_000;

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

  /**
   * Gives a new table what is known of the commits to the one that it is cloned from: of each, that
   * it was made of the same one there. What an execution did is not taken back here by taking it
   * back, so that none is named.
   */
  static void copyHistory(Transaction tx, LakeTable source, String to) {
    long oldest =
        tx.number(
                "SELECT COALESCE(MAX(number), 0) AS n FROM commits WHERE table_id = ?", source.id())
            - MOST_COMMITS;
    copy(tx, "snapshots", ", sequence, came_rows", source, to, oldest);
    copy(tx, "rollbacks", "", source, to, oldest);
    tx.update(
        "INSERT INTO lineage (table_id, snapshot, kind, input, version) SELECT table_id, snapshot,"
            + " CAST(? AS TEXT), CAST(? AS TEXT), CAST(snapshot AS TEXT) FROM snapshots WHERE"
            + " table_id = ?",
        LineageInput.TABLE,
        source.name().toString(),
        to);
  }

  private static void copy(
      Transaction tx, String rows, String more, LakeTable source, String to, long oldest) {
    String columns = TableSnapshot.COLUMNS + more;
    tx.update(
        "INSERT INTO %s (table_id, %s) SELECT CAST(? AS TEXT), %s FROM %s WHERE table_id = ? AND number > ?"
            .formatted(rows, columns, columns.replace(" execution,", " CAST(NULL AS TEXT),"), rows),
        to,
        source.id(),
        oldest);
  }

  static void drop(Transaction tx, String domain, Instant now) {
    tx.update(
        "UPDATE clones SET dropped_at = ? WHERE domain = ? AND dropped_at IS NULL", now, domain);
    ClonedDomains.changed(tx, domain);
  }

  private static final String TABLES =
      "SELECT c.table_id, c.place, c.source_table, c.source_snapshot, c.domain, t.layer, t.name FROM"
          + " cloned_tables c LEFT JOIN tables t ON t.id = c.table_id WHERE ";

  /**
   * The tables that were cloned from the table of this id, or from one of its name before it, and
   * those that were cloned from such.
   */
  static List<ClonedTable> of(Transaction tx, LakeTable source) {
    Map<String, ClonedTable> all = new LinkedHashMap<>();
    Deque<ClonedTable> left =
        new ArrayDeque<>(
            tx.list(
                TABLES + "c.source_id = ? OR c.source_table = ? ORDER BY c.domain, c.place",
                ClonedTable::of,
                source.id(),
                source.name().toString()));
    while (!left.isEmpty()) {
      ClonedTable one = left.pop();
      if (all.putIfAbsent(one.id(), one) == null) {
        left.addAll(
            tx.list(
                TABLES + "c.source_id = ? ORDER BY c.domain, c.place", ClonedTable::of, one.id()));
      }
    }
    return List.copyOf(all.values());
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

  /** What the table of this id was cloned from, and what that was cloned from. */
  static List<TableName> sourcesOf(Transaction tx, String id) {
    List<TableName> sources = new ArrayList<>();
    Optional<String> next = Optional.of(id);
    while (next.isPresent()) {
      next =
          tx.find(
              "SELECT source_table, source_id FROM cloned_tables WHERE table_id = ?",
              row -> {
                sources.add(TableName.parse(row.text("source_table")));
                return row.text("source_id");
              },
              next.get());
    }
    return sources;
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

  /** How many clones there are of {@code domain}. */
  static long countOf(Transaction tx, String domain) {
    return tx.number(
        "SELECT COUNT(*) AS n FROM clones WHERE source = ? AND dropped_at IS NULL", domain);
  }

  /** Whether {@code domain} is, or was, made of {@code source}, or of something made of that. */
  static boolean isMadeOf(Transaction tx, String domain, String source) {
    return cloned(tx).allSourcesOf(domain).contains(source);
  }

  /**
   * Clones that were dropped are known no more once no file of theirs is left, nor a clone of them:
   * the way from that to where it is from leads over them.
   */
  static int forget(Transaction tx) {
    int forgotten = 0;
    List<String> gone =
        tx.list(
            "SELECT DISTINCT domain FROM clones c WHERE dropped_at IS NOT NULL AND NOT EXISTS"
                + " (SELECT 1 FROM clones o WHERE o.source = c.domain)",
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
