package io.hosu.objects;

import io.hosu.kernel.ObjectName;
import io.hosu.objects.backend.BlobStore;
import io.hosu.store.Database;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Removes bytes for good, and all that the lake knows of what they were. */
final class Purge {
  private final Database database;
  private final BlobStore blobs;
  private final Readers readers;
  private final Duration patience;

  /** Of bytes that {@code readers} may read for so long. */
  Purge(Database database, BlobStore blobs, Readers readers, Duration patience) {
    this.database = database;
    this.blobs = blobs;
    this.readers = readers;
    this.patience = patience;
  }

  /** See {@link ObjectFiles#purgeUnder}. */
  int under(ObjectName place) {
    String from = place.key() + "/";
    String end = place.key() + '0'; // the character after /
    List<String> over =
        database.read(tx ->
            tx.list(
                "SELECT DISTINCT o.blob FROM objects o WHERE o.bucket = ? AND o.key >= ? AND o.key"
                    + " < ? AND o.is_current = 0 AND o.blob IS NOT NULL AND NOT EXISTS (SELECT 1"
                    + " FROM objects n WHERE n.blob = o.blob AND (n.is_current = 1 OR (n.kind <>"
                    + " 'table_file' AND (n.bucket <> ? OR n.key < ? OR n.key >= ?))))",
                row -> row.text("blob"),
                place.bucket(),
                from,
                end,
                place.bucket(),
                from,
                end));
    readers.awaitEnd(over.stream().map(blobs::path).collect(Collectors.toSet()), patience);
    int removed = 0;
    try {
      for (String blob : over) {
        removed += blobs.delete(blob) ? 1 : 0;
      }
    } catch (IOException e) {
      throw Intake.unavailable(e);
    }
    database.perform(tx -> {
      tx.updateAll(
          "DELETE FROM objects WHERE blob = ? AND is_current = 0 AND kind = 'table_file'",
          over.stream().map(blob -> List.<Object>of(blob)).toList());
      tx.update(
          "DELETE FROM objects WHERE bucket = ? AND key >= ? AND key < ? AND is_current = 0",
          place.bucket(),
          from,
          end);
    });
    return removed;
  }
}
