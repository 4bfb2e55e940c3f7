package io.hosu.objects;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.ObjectName;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Objects of clients that a table has among its files where they lie. They stay what they are, for
 * who may read them, but nobody changes or deletes them until the table needs them no more. Decides
 * nothing about who may do what.
 */
public final class FilesInPlace {
  private FilesInPlace() {}

  /**
   * From here on the table at {@code place} has these files.
   *
   * @param place of the table, which ends in a slash
   * @param files as {@link ObjectFiles#findAll} found them
   * @throws Conflict {@link ObjectsError#PRECONDITION_FAILED} when one is another object by now, or
   *     another table has it
   */
  public static void keep(Transaction tx, ObjectName place, Collection<StoredFile> files) {
    List<List<Object>> rows = new ArrayList<>(files.size());
    for (StoredFile file : files) {
      rows.add(
          List.of(
              place.toString(),
              file.name().bucket(),
              file.name().key(),
              file.blob(),
              place.toString()));
    }
    int kept =
        tx.updateAll(
            "UPDATE objects SET in_place = ? WHERE bucket = ? AND key = ? AND is_current = 1"
                + " AND blob = ? AND kind = 'object' AND (in_place IS NULL OR in_place = ?)",
            rows);
    if (kept != files.size()) {
      throw new Conflict(
          ObjectsError.PRECONDITION_FAILED,
          "%d of the objects were deleted, replaced or made files of another table meanwhile."
              .formatted(files.size() - kept),
          "Try again with the objects that there are now.");
    }
  }

  /** Whether the table at {@code place} has the object, as it is now, among its files. */
  static boolean has(Transaction tx, ObjectName place, ObjectName object) {
    return tx.find(
            "SELECT version FROM objects"
                + " WHERE bucket = ? AND key = ? AND is_current = 1 AND in_place = ?",
            row -> row.text("version"),
            object.bucket(),
            object.key(),
            place.toString())
        .isPresent();
  }

  /** The table at {@code place} needs none of them any more. */
  public static void releaseAll(Transaction tx, ObjectName place) {
    tx.update("UPDATE objects SET in_place = NULL WHERE in_place = ?", place.toString());
  }

  /** Those of these that are files in place of the table at {@code place} are so no more. */
  static void release(Transaction tx, ObjectName place, Collection<ObjectName> names) {
    if (names.isEmpty()) {
      return;
    }
    List<List<Object>> rows = new ArrayList<>(names.size());
    for (ObjectName name : names) {
      rows.add(List.of(name.bucket(), name.key(), place.toString()));
    }
    tx.updateAll(
        "UPDATE objects SET in_place = NULL"
            + " WHERE bucket = ? AND key = ? AND is_current = 1 AND in_place = ?",
        rows);
  }
}
