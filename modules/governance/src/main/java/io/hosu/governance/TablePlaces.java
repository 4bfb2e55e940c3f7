package io.hosu.governance;

import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the files of tables lie: whoever reads them reads the table. A place is {@code
 * LAYER/DOMAIN/NAME/}, and the files are below {@code data/} and {@code metadata/} there. The place
 * of a dropped table stays known as long as something may be left of it.
 */
public final class TablePlaces {
  private static final List<String> FOLDERS = List.of("data/", "metadata/");

  private TablePlaces() {}

  /** From now on {@code table} lies at {@code place}, whichever lay there before. */
  public static void put(Transaction tx, ObjectName place, TableName table) {
    tx.update(
        """
        INSERT INTO table_places (place, table_name) VALUES (?, ?)
        ON CONFLICT (place) DO UPDATE SET table_name = excluded.table_name, dropped_at = NULL
        """,
        place.toString(),
        table.toString());
    changed(tx, place);
  }

  /** The table at {@code place} was dropped: its files are still those of a table of its name. */
  public static void end(Transaction tx, ObjectName place, Instant now) {
    tx.update("UPDATE table_places SET dropped_at = ? WHERE place = ?", now, place.toString());
  }

  /** Places of dropped tables, those first that {@link #end} was said of longest ago. */
  public static List<ObjectName> ended(Transaction tx, int limit) {
    return tx.list(
        "SELECT place FROM table_places WHERE dropped_at IS NOT NULL ORDER BY dropped_at LIMIT ?",
        row -> ObjectName.parse(row.text("place")),
        limit);
  }

  /** Nothing is left at {@code place}. */
  public static void remove(Transaction tx, ObjectName place) {
    tx.update("DELETE FROM table_places WHERE place = ?", place.toString());
    changed(tx, place);
  }

  /** The table that lies at {@code place}, or was the last to lie there. */
  public static Optional<TableName> find(Transaction tx, ObjectName place) {
    return tx.find(
        "SELECT table_name FROM table_places WHERE place = ?",
        row -> TableName.parse(row.text("table_name")),
        place.toString());
  }

  private static void changed(Transaction tx, ObjectName place) {
    PolicyVersion.advance(tx, PolicyVersion.Kind.PLACE, place.toString());
  }

  static Map<ObjectName, TableName> all(Transaction tx) {
    Map<ObjectName, TableName> all = new HashMap<>();
    tx.list(
            "SELECT place, table_name FROM table_places",
            row ->
                Map.entry(
                    ObjectName.parse(row.text("place")), TableName.parse(row.text("table_name"))))
        .forEach(entry -> all.put(entry.getKey(), entry.getValue()));
    return all;
  }

  /** Where a table of this name lies, unless another was in its way or it was renamed. */
  static ObjectName usual(TableName table) {
    return new ObjectName(table.layer(), "%s/%s/".formatted(table.domain(), table.table()));
  }

  /**
   * The folder of a table's files in which {@code name} lies, or which it is, if a table lies
   * there: {@code LAYER/DOMAIN/NAME/data/}.
   */
  static Optional<ObjectName> folder(ObjectName name) {
    String key = name.key();
    int end = key.indexOf('/', key.indexOf('/') + 1) + 1;
    if (key.indexOf('/') < 0 || end == 0) {
      return Optional.empty();
    }
    return FOLDERS.stream()
        .filter(folder -> key.startsWith(folder, end))
        .map(folder -> new ObjectName(name.bucket(), key.substring(0, end) + folder))
        .findFirst();
  }

  /** The place around {@link #folder}. */
  static ObjectName around(ObjectName folder) {
    String key = folder.key();
    return new ObjectName(
        folder.bucket(), key.substring(0, key.lastIndexOf('/', key.length() - 2) + 1));
  }
}
