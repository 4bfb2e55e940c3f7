package io.hosu.objects;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Names;
import io.hosu.kernel.Suggestions;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The buckets of the lake: one for each layer. Those that a project declares are made and removed
 * when it is applied; others by who asks for them, and a project may declare them later. May be
 * used from any thread.
 */
public final class Buckets {
  private final Database database;
  private final InstantSource clock;

  public Buckets(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** A bucket: the name of its layer, and when it was made. */
  public record Bucket(String name, Instant createdAt) {}

  /** Makes a bucket that a project declares; returns whether there was none. */
  public boolean create(Transaction tx, String name) {
    boolean made = insert(tx, name, 1);
    tx.update("UPDATE buckets SET is_declared = 1 WHERE name = ?", name);
    return made;
  }

  /** Makes a bucket that no project declares; returns whether there was none. */
  public boolean createUndeclared(Transaction tx, String name) {
    return insert(tx, name, 0);
  }

  private boolean insert(Transaction tx, String name, int declared) {
    Names.requireName("layer", name);
    return tx.update(
            "INSERT INTO buckets (name, created_at, is_declared) VALUES (?, ?, ?)"
                + " ON CONFLICT (name) DO NOTHING",
            name,
            clock.instant(),
            declared)
        == 1;
  }

  /** Every bucket that a project declares, by name, as this transaction sees it. */
  public static List<Bucket> listDeclared(Transaction tx) {
    return tx.list(
        "SELECT name, created_at FROM buckets WHERE is_declared = 1 ORDER BY name",
        row -> new Bucket(row.text("name"), row.instant("created_at")));
  }

  /**
   * Removes a bucket, with the old versions and unfinished uploads in it; returns whether there was
   * one.
   *
   * @throws Conflict {@link ObjectsError#BUCKET_NOT_EMPTY} while an object is in it
   */
  public boolean delete(Transaction tx, String name) {
    Optional<String> object =
        tx.find(
            "SELECT key FROM objects WHERE bucket = ? AND is_current = 1 LIMIT 1",
            row -> row.text("key"),
            name);
    if (object.isPresent()) {
      throw new Conflict(
          ObjectsError.BUCKET_NOT_EMPTY,
          "Layer %s still holds objects, for example %s.".formatted(name, object.get()),
          "Remove them with hosu rm, or keep the layer in lake.yaml.");
    }
    tx.update("DELETE FROM objects WHERE bucket = ?", name);
    tx.update(
        "DELETE FROM upload_parts WHERE upload IN (SELECT id FROM uploads WHERE bucket = ?)", name);
    tx.update("DELETE FROM uploads WHERE bucket = ?", name);
    return tx.update("DELETE FROM buckets WHERE name = ?", name) == 1;
  }

  /** Every bucket, by name. */
  public List<Bucket> list() {
    return database.read(Buckets::list);
  }

  /** Every bucket, by name, as this transaction sees it. */
  public static List<Bucket> list(Transaction tx) {
    return tx.list(
        "SELECT name, created_at FROM buckets ORDER BY name",
        row -> new Bucket(row.text("name"), row.instant("created_at")));
  }

  /** The bucket of this name. */
  public Optional<Bucket> find(String name) {
    return database.read(tx ->
        tx.find(
            "SELECT name, created_at FROM buckets WHERE name = ?",
            row -> new Bucket(row.text("name"), row.instant("created_at")),
            name));
  }

  /**
   * The bucket of this name.
   *
   * @throws NotFound {@link ObjectsError#BUCKET_NOT_FOUND}
   */
  public Bucket require(String name) {
    return find(name).orElseThrow(() -> notFound(name, list()));
  }

  /** Refuses to go on when {@code name} is no bucket: to be called inside a write. */
  static void require(Transaction tx, String name) {
    if (tx.number("SELECT COUNT(*) AS n FROM buckets WHERE name = ?", name) == 0) {
      throw notFound(name, list(tx));
    }
  }

  private static NotFound notFound(String name, List<Bucket> known) {
    List<String> names = known.stream().map(Bucket::name).toList();
    return new NotFound(
        ObjectsError.BUCKET_NOT_FOUND,
        "The lake has no layer '%s'%s".formatted(name, Suggestions.ending(name, names)),
        names.isEmpty()
            ? "Apply a project first, with: hosu apply"
            : "Use one of: %s.".formatted(String.join(", ", names)));
  }
}
