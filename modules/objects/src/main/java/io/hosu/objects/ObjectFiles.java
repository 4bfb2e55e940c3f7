package io.hosu.objects;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Names;
import io.hosu.kernel.ObjectName;
import io.hosu.objects.backend.BlobStore;
import io.hosu.store.Database;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The files of tables as objects, and objects as files on this machine: for the modules that build
 * on objects, which have made their own decisions about who may do what.
 *
 * <p>May be used from any thread.
 */
public final class ObjectFiles {
  private static final int KEYS_IN_ONE_STATEMENT = 400;

  private static final String COLUMNS =
      "SELECT bucket, key, version, blob, size, kind, principal, in_place FROM objects WHERE ";

  private final Database database;
  private final BlobStore blobs;
  private final InstantSource clock;
  private final Ids ids;
  private final ObjectsConfig config;
  private final Readers readers;

  /** Files that nobody is known to read. */
  public ObjectFiles(
      Database database, BlobStore blobs, InstantSource clock, Ids ids, ObjectsConfig config) {
    this(database, blobs, clock, ids, config, new Readers(database, clock, ids));
  }

  /** Files that {@code readers} read. */
  public ObjectFiles(
      Database database,
      BlobStore blobs,
      InstantSource clock,
      Ids ids,
      ObjectsConfig config,
      Readers readers) {
    this.readers = readers;
    this.database = database;
    this.blobs = blobs;
    this.clock = clock;
    this.ids = ids;
    this.config = config;
  }

  /**
   * A finished blob that is to become the object {@code name}.
   *
   * @param instead an object that a client put there, in whose place it comes; empty: none is there
   */
  public record NewFile(ObjectName name, String blob, long size, Optional<StoredFile> instead) {
    /** A blob that becomes an object where none is. */
    public NewFile(ObjectName name, String blob, long size) {
      this(name, blob, size, Optional.empty());
    }
  }

  /**
   * The current version of an object.
   *
   * @param version its id
   * @param ofTable whether it is a file of a table, and not an object that a client put
   * @param inPlace the place of the table that has it among its files where it lies; empty: none
   * @param putBy the principal that put it; empty for a file that was written for a table
   */
  public record Lying(
      StoredFile file, String version, boolean ofTable, String inPlace, String putBy) {}

  /** The store in which files of tables are prepared. */
  public BlobStore blobs() {
    return blobs;
  }

  /**
   * Makes finished blobs visible as files of a table, without events. From here on clients can read
   * them and cannot change them. Files of the bucket {@link Names#SYSTEM}, which is no layer, are
   * nobody's to read there.
   *
   * @throws NotFound {@link ObjectsError#BUCKET_NOT_FOUND}
   * @throws Conflict {@link ObjectsError#OBJECT_EXISTS} when an object of a name exists; {@link
   *     ObjectsError#BLOB_EXPIRED} when a blob waited so long that the sweeper might remove it;
   *     {@link ObjectsError#PRECONDITION_FAILED} when a file comes instead of what is not there any
   *     more
   */
  public void register(Transaction tx, Collection<NewFile> files) {
    files.stream()
        .map(file -> file.name().bucket())
        .distinct()
        .filter(bucket -> !bucket.equals(Names.SYSTEM))
        .forEach(bucket -> Buckets.require(tx, bucket));
    supersede(tx, files.stream().flatMap(file -> file.instead().stream()).toList());
    List<List<Object>> rows = new ArrayList<>(files.size());
    for (NewFile file : files) {
      requireYoung(file);
      if (file.instead().isEmpty()) {
        requireAbsent(tx, file.name());
      }
      rows.add(row(file));
    }
    tx.updateAll(
        "INSERT INTO objects (bucket, key, version, kind, blob, size, etag, headers, metadata,"
            + " created_at, principal, is_current)"
            + " VALUES (?, ?, ?, 'table_file', ?, ?, ?, '{}', '{}', ?, '', 1)",
        rows);
  }

  /**
   * Makes objects that clients put files of a table: from here on clients cannot change them.
   *
   * @param files as {@link #findAll} found them
   * @throws Conflict {@link ObjectsError#PRECONDITION_FAILED} when one is another object by now
   */
  public void take(Transaction tx, Collection<StoredFile> files) {
    List<List<Object>> rows = new ArrayList<>(files.size());
    for (StoredFile file : files) {
      rows.add(List.of(file.name().bucket(), file.name().key(), file.blob()));
    }
    int taken =
        tx.updateAll(
            "UPDATE objects SET kind = 'table_file'"
                + " WHERE bucket = ? AND key = ? AND is_current = 1 AND blob = ?",
            rows);
    requireAll(files, taken);
  }

  private void supersede(Transaction tx, Collection<StoredFile> files) {
    List<List<Object>> rows = new ArrayList<>(files.size());
    for (StoredFile file : files) {
      rows.add(List.of(clock.instant(), file.name().bucket(), file.name().key(), file.blob()));
    }
    requireAll(files, endAll(tx, rows));
  }

  private static void requireAll(Collection<StoredFile> files, int found) {
    if (found != files.size()) {
      throw new Conflict(
          ObjectsError.PRECONDITION_FAILED,
          "%d of the files of the commit were deleted or replaced while it was made."
              .formatted(files.size() - found),
          "Write the files again under new names, then repeat the commit.");
    }
  }

  /** Makes one finished blob visible as a file of a table; see {@link #register}. */
  public void register(Transaction tx, ObjectName name, String blob, long size) {
    register(tx, List.of(new NewFile(name, blob, size)));
  }

  /**
   * Ends files of the table at {@code place}, which ends in a slash: they are gone from listings at
   * once, and their bytes are removed when {@code objects.keep-versions} is over. A file in place
   * of it is an object as before again, see {@link FilesInPlace}. Another name is passed over, as
   * what a table says of itself is not believed of what is another's: one that does not lie below
   * the place, or is no file of a table.
   *
   * @return how many files there were
   */
  public int unregister(Transaction tx, ObjectName place, Collection<ObjectName> names) {
    List<List<Object>> rows = new ArrayList<>(names.size());
    List<ObjectName> elsewhere = new ArrayList<>();
    for (ObjectName name : names) {
      if (name.isBelow(place)) {
        rows.add(List.of(clock.instant(), name.bucket(), name.key()));
      } else {
        elsewhere.add(name);
      }
    }
    FilesInPlace.release(tx, place, elsewhere);
    return end(tx, rows);
  }

  /**
   * Ends one file of a table whose name the lake gave it; see {@link #unregister(Transaction,
   * ObjectName, Collection)}.
   */
  public int unregister(Transaction tx, ObjectName name) {
    return end(tx, List.of(List.of(clock.instant(), name.bucket(), name.key())));
  }

  private static int end(Transaction tx, List<List<Object>> files) {
    return tx.updateAll(
        "UPDATE objects SET is_current = 0, superseded_at = ?"
            + " WHERE bucket = ? AND key = ? AND is_current = 1 AND kind = 'table_file'",
        files);
  }

  /**
   * Ends every file of a table whose key begins with {@code prefix}, which ends in {@code /}; see
   * {@link #unregister(Transaction, ObjectName, Collection)}.
   *
   * @return how many files there were
   */
  public int unregisterUnder(Transaction tx, String bucket, String prefix) {
    return tx.update(
        "UPDATE objects SET is_current = 0, superseded_at = ? WHERE bucket = ? AND key >= ?"
            + " AND key < ? AND is_current = 1 AND kind = 'table_file'",
        clock.instant(),
        bucket,
        prefix,
        end(prefix));
  }

  /**
   * An object as it has lain there for some time.
   *
   * @param since when it came
   */
  public record Resting(ObjectName name, String blob, long size, Instant since) {}

  /**
   * The objects, and files of a table, whose keys begin with that of {@code place}, which ends in a
   * slash, and that came before {@code limit}; in the order of their keys.
   */
  public List<Resting> restingUnder(ObjectName place, Instant limit) {
    return database.read(tx ->
        tx.list(
            "SELECT key, blob, size, created_at FROM objects WHERE bucket = ? AND key >= ? AND key"
                + " < ? AND is_current = 1 AND blob IS NOT NULL AND created_at < ? ORDER BY key",
            row ->
                new Resting(
                    new ObjectName(place.bucket(), row.text("key")),
                    row.text("blob"),
                    row.number("size"),
                    row.instant("created_at")),
            place.bucket(),
            place.key(),
            end(place.key()),
            limit));
  }

  /**
   * Ends objects, as {@link #unregister(Transaction, ObjectName, Collection)} does with files of a
   * table; those that are others by now are passed over.
   *
   * @return how many there were
   */
  public int end(Transaction tx, Collection<Resting> objects) {
    List<List<Object>> rows = new ArrayList<>(objects.size());
    for (Resting object : objects) {
      rows.add(
          List.of(clock.instant(), object.name().bucket(), object.name().key(), object.blob()));
    }
    return endAll(tx, rows);
  }

  private static int endAll(Transaction tx, List<List<Object>> rows) {
    return tx.updateAll(
        "UPDATE objects SET is_current = 0, superseded_at = ?"
            + " WHERE bucket = ? AND key = ? AND is_current = 1 AND blob = ?",
        rows);
  }

  /** Whether not even an old version is left of what had a key that begins with {@code prefix}. */
  public static boolean isNothingUnder(Transaction tx, ObjectName prefix) {
    return tx.find(
            "SELECT key FROM objects WHERE bucket = ? AND key >= ? AND key < ? LIMIT 1",
            row -> row.text("key"),
            prefix.bucket(),
            prefix.key(),
            end(prefix.key()))
        .isEmpty();
  }

  /** What is behind all keys that begin with {@code prefix}, which ends in a slash. */
  static String end(String prefix) {
    return prefix.substring(0, prefix.length() - 1) + '0'; // the character after /
  }

  /**
   * Removes at once the bytes of all files of a table below {@code place} that were ended, and of
   * every other version there that is not the current one. Bytes that another object shares stay,
   * but not for what was a file of another table and was ended: that goes with them. Who reads such
   * a file on this server has {@code objects.reader-patience} to end, and is stopped then.
   *
   * @return how many blobs it removed
   */
  public int purgeUnder(ObjectName place) {
    return new Purge(database, blobs, readers, config.readerPatience()).under(place);
  }

  /** The file that holds the current version of an object. */
  public Optional<StoredFile> resolve(ObjectName name) {
    return Optional.ofNullable(resolveAll(List.of(name)).get(name));
  }

  /**
   * The files of many objects, by name, as one state of the lake; what does not exist is absent.
   */
  public Map<ObjectName, StoredFile> resolveAll(Collection<ObjectName> names) {
    return database.read(tx -> resolveAll(tx, names));
  }

  /** The current versions of many objects, by name, and of which kind each is. */
  public Map<ObjectName, Lying> findAll(Collection<ObjectName> names) {
    Map<ObjectName, Lying> found = HashMap.newHashMap(names.size());
    database.read(tx -> lying(tx, names)).forEach(lying -> found.put(lying.file().name(), lying));
    return found;
  }

  /** The files of many objects as this transaction sees them; what does not exist is absent. */
  public Map<ObjectName, StoredFile> resolveAll(Transaction tx, Collection<ObjectName> names) {
    Map<ObjectName, StoredFile> found = HashMap.newHashMap(names.size());
    lying(tx, names).forEach(lying -> found.put(lying.file().name(), lying.file()));
    return found;
  }

  private List<Lying> lying(Transaction tx, Collection<ObjectName> names) {
    List<Lying> found = new ArrayList<>(names.size());
    names.stream()
        .collect(Collectors.groupingBy(ObjectName::bucket))
        .forEach((bucket, inBucket) -> findIn(tx, bucket, inBucket, found));
    return found;
  }

  private void findIn(Transaction tx, String bucket, List<ObjectName> names, List<Lying> found) {
    for (int from = 0; from < names.size(); from += KEYS_IN_ONE_STATEMENT) {
      List<Object> args = new ArrayList<>();
      args.add(bucket);
      names.stream().skip(from).limit(KEYS_IN_ONE_STATEMENT).forEach(name -> args.add(name.key()));
      String marks = String.join(", ", Collections.nCopies(args.size() - 1, "?"));
      found.addAll(
          tx.list(
              COLUMNS + "bucket = ? AND is_current = 1 AND key IN (" + marks + ")",
              ObjectFiles.this::lying,
              args.toArray()));
    }
  }

  private Lying lying(Row row) {
    return new Lying(
        file(row),
        row.text("version"),
        row.text("kind").equals("table_file"),
        row.optionalText("in_place").orElse(""),
        row.text("principal"));
  }

  private StoredFile file(Row row) {
    String blob = row.text("blob");
    return new StoredFile(
        new ObjectName(row.text("bucket"), row.text("key")),
        blob,
        blobs.path(blob),
        row.number("size"));
  }

  private List<Object> row(NewFile file) {
    return List.of(
        file.name().bucket(),
        file.name().key(),
        ids.next(),
        file.blob(),
        file.size(),
        file.blob() + "-0",
        clock.instant());
  }

  private void requireYoung(NewFile file) {
    if (Ids.timeOf(file.blob()).plus(config.publishWithin()).isBefore(clock.instant())) {
      throw new Conflict(
          ObjectsError.BLOB_EXPIRED,
          "File %s was prepared more than half of objects.sweep-after ago.".formatted(file.name()),
          "Write the file again; if publishing takes that long, raise objects.sweep-after.");
    }
  }

  private static void requireAbsent(Transaction tx, ObjectName name) {
    long there =
        tx.number(
            "SELECT COUNT(*) AS n FROM objects WHERE bucket = ? AND key = ? AND is_current = 1",
            name.bucket(),
            name.key());
    if (there > 0) {
      throw new Conflict(
          ObjectsError.OBJECT_EXISTS,
          "An object %s already exists.".formatted(name),
          "Give each file of a table a new name.");
    }
  }
}
