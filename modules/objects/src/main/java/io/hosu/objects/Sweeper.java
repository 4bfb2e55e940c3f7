package io.hosu.objects;

import io.hosu.objects.backend.BlobStore;
import io.hosu.objects.backend.StoredBlob;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Removes what is kept no longer: old versions and delete markers, forgotten uploads, and then the
 * blobs that no row names and that are older than {@code objects.sweep-after}.
 *
 * <p>A blob is never removed while a row names it, nor while it may still be published: who
 * publishes refuses a blob older than half of that delay. May be used from any thread.
 */
public final class Sweeper {
  private static final int BATCH = 400;

  private final Database database;
  private final BlobStore blobs;
  private final InstantSource clock;
  private final ObjectsConfig config;

  public Sweeper(Database database, BlobStore blobs, InstantSource clock, ObjectsConfig config) {
    this.database = database;
    this.blobs = blobs;
    this.clock = clock;
    this.config = config;
  }

  /** What one sweep removed: versions and markers, uploads, blobs, and files left in staging. */
  public record Swept(int versions, int uploads, int blobs, int stagedFiles) {}

  /** Removes what is over now. */
  public Swept sweep() {
    Instant now = clock.instant();
    int versions = sweepVersions(now);
    int uploads = sweepUploads(now.minus(config.keepUploads()));
    Instant limit = now.minus(config.sweepAfter());
    try {
      return new Swept(versions, uploads, sweepBlobs(limit), blobs.sweepStaging(limit));
    } catch (IOException e) {
      throw Intake.unavailable(e);
    }
  }

  /**
   * Files of tables are kept for the longer of the two delays, as somebody outside may be reading
   * them, and as long as one of the {@link Readers} may.
   */
  private int sweepVersions(Instant now) {
    Instant limit = now.minus(config.keepVersions());
    Instant read = database.write(tx -> Readers.oldest(tx, now));
    Instant over = now.minus(config.keepTableFiles());
    Instant ofTables = read.isBefore(over) ? read : over;
    int all = 0;
    int removed;
    do {
      removed =
          database.write(tx ->
              tx.update(
                  "DELETE FROM objects WHERE (bucket, key, version) IN (SELECT bucket, key,"
                      + " version FROM objects WHERE is_current = 0 AND superseded_at < ?"
                      + " AND (kind <> 'table_file' OR superseded_at < ?) LIMIT ?)",
                  limit,
                  ofTables,
                  BATCH));
      all += removed;
    } while (removed == BATCH);
    return all;
  }

  private int sweepUploads(Instant limit) {
    return database.write(tx -> {
      tx.update(
          "DELETE FROM upload_parts WHERE upload IN"
              + " (SELECT id FROM uploads WHERE created_at < ?)",
          limit);
      return tx.update("DELETE FROM uploads WHERE created_at < ?", limit);
    });
  }

  private int sweepBlobs(Instant limit) throws IOException {
    int removed = 0;
    try (Stream<StoredBlob> all = blobs.list()) {
      Iterator<String> old =
          all.filter(blob -> blob.finishedAt().isBefore(limit)).map(StoredBlob::id).iterator();
      while (old.hasNext()) {
        removed += removeUnnamed(batch(old));
      }
    }
    return removed;
  }

  private int removeUnnamed(List<String> ids) throws IOException {
    Set<String> named = database.read(tx -> named(tx, ids));
    int removed = 0;
    for (String id : ids) {
      if (!named.contains(id) && blobs.delete(id)) {
        removed++;
      }
    }
    return removed;
  }

  private static Set<String> named(Transaction tx, List<String> ids) {
    String marks = String.join(", ", Collections.nCopies(ids.size(), "?"));
    Set<String> named = new HashSet<>();
    for (String table : List.of("objects", "upload_parts")) {
      named.addAll(
          tx.list(
              "SELECT DISTINCT blob FROM " + table + " WHERE blob IN (" + marks + ")",
              row -> row.text("blob"),
              ids.toArray()));
    }
    return named;
  }

  private static List<String> batch(Iterator<String> ids) {
    List<String> batch = new ArrayList<>(BATCH);
    while (ids.hasNext() && batch.size() < BATCH) {
      batch.add(ids.next());
    }
    return batch;
  }
}
