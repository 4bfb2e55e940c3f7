package io.hosu.objects;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.Ids;
import io.hosu.kernel.ObjectName;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Files of one table that become files of another without a copy of their bytes: each of the two
 * objects ends by itself, and the bytes stay as long as one of them, or an old version of one,
 * needs them. Decides nothing about who may do what.
 */
public final class SharedFiles {
  private SharedFiles() {}

  /**
   * The object {@code from}, whose bytes a new object {@code to} has too.
   *
   * @param place of the table that has it among its files, which ends in a slash
   */
  public record Sharing(ObjectName place, ObjectName from, ObjectName to) {}

  /**
   * Makes the new objects visible, as files of a table. The others must be files that a table
   * needs, and cannot need less before {@code tx} has ended. What a table says of itself is not
   * believed of what is another's: a file lies below the table's place, or is in place for it.
   *
   * @throws Conflict {@link ObjectsError#PRECONDITION_FAILED} when one is there no more
   */
  public static void share(Transaction tx, Collection<Sharing> all, Ids ids, Instant now) {
    List<List<Object>> rows = new ArrayList<>(all.size());
    for (Sharing one : inOrder(all)) {
      rows.add(
          List.of(
              one.to().bucket(),
              one.to().key(),
              ids.next(),
              now,
              one.from().bucket(),
              one.from().key(),
              one.from().isBelow(one.place()) ? 1 : 0,
              one.place().toString()));
    }
    int shared =
        tx.updateAll(
            "INSERT INTO objects (bucket, key, version, kind, blob, size, etag, headers, metadata,"
                + " created_at, principal, is_current) SELECT CAST(? AS TEXT), CAST(? AS TEXT),"
                + " CAST(? AS TEXT), 'table_file', blob, size, etag, '{}', '{}', CAST(? AS"
                + " BIGINT), '', 1 FROM objects WHERE bucket = ? AND key = ? AND is_current = 1 AND"
                + " blob IS NOT NULL AND (CAST(? AS INTEGER) = 1 OR in_place = ?)",
            rows);
    if (shared != all.size()) {
      throw new Conflict(
          ObjectsError.PRECONDITION_FAILED,
          "%d of the files to be shared are there no more.".formatted(all.size() - shared),
          "Try again with the tables as they are now.");
    }
  }

  /** Names that lie beside one another are found and put in half the time of names by chance. */
  private static List<Sharing> inOrder(Collection<Sharing> all) {
    return all.stream()
        .sorted(
            Comparator.comparing((Sharing one) -> one.to().bucket())
                .thenComparing(one -> one.to().key()))
        .toList();
  }

  /** How many bytes the objects below {@code prefix} have that nothing elsewhere has. */
  public static long ownBytes(Transaction tx, ObjectName prefix) {
    String end = ObjectFiles.end(prefix.key());
    return tx.number(
        "SELECT CAST(COALESCE(SUM(o.size), 0) AS BIGINT) AS n FROM objects o WHERE o.bucket = ? AND"
            + " o.key >= ? AND o.key < ? AND o.is_current = 1 AND o.blob IS NOT NULL AND NOT EXISTS"
            + " (SELECT 1 FROM objects n WHERE n.blob = o.blob AND (n.bucket <> ? OR n.key < ? OR"
            + " n.key >= ?))",
        prefix.bucket(),
        prefix.key(),
        end,
        prefix.bucket(),
        prefix.key(),
        end);
  }

  /** Whether no file of a table, nor an old version of one, is left below {@code prefix}. */
  public static boolean isNoFileUnder(Transaction tx, ObjectName prefix) {
    return tx.find(
            "SELECT key FROM objects WHERE bucket = ? AND key >= ? AND key < ? AND kind ="
                + " 'table_file' LIMIT 1",
            row -> row.text("key"),
            prefix.bucket(),
            prefix.key(),
            ObjectFiles.end(prefix.key()))
        .isEmpty();
  }
}
