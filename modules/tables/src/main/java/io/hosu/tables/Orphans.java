package io.hosu.tables;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectFiles;
import io.hosu.store.Transaction;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/**
 * Files that lie where a table has its files, and that no snapshot, branch, tag or earlier state of
 * it names: what engines wrote for commits that came to nothing. They are older than any commit
 * under way. May be used from any thread.
 */
public final class Orphans {
  /** A commit is given so long at least between its first file and its last word. */
  public static final Duration LEAST_DELAY = Duration.ofHours(1);

  private final Tables tables;
  private final ObjectFiles files;
  private final InstantSource clock;
  private final ReachableFiles reachable;
  private final TableLocks locks;

  Orphans(
      Tables tables,
      ObjectFiles files,
      InstantSource clock,
      ReachableFiles reachable,
      TableLocks locks) {
    this.tables = tables;
    this.files = files;
    this.clock = clock;
    this.reachable = reachable;
    this.locks = locks;
  }

  /** The orphans of a table, which is held against other commits until they are closed. */
  public static final class Found implements AutoCloseable {
    private final LakeTable table;
    private final List<ObjectFiles.Resting> files;
    private final TableLocks.Held held;

    private Found(LakeTable table, List<ObjectFiles.Resting> files, TableLocks.Held held) {
      this.table = table;
      this.files = List.copyOf(files);
      this.held = held;
    }

    /** The files, in the order of their names. */
    public List<ObjectFiles.Resting> files() {
      return files;
    }

    /** How many bytes they have. */
    public long bytes() {
      return files.stream().mapToLong(ObjectFiles.Resting::size).sum();
    }

    @Override
    public void close() {
      held.close();
    }
  }

  /**
   * Finds the orphans of a table that are older than {@code delay}.
   *
   * @throws NotFound {@link TablesError#TABLE_NOT_FOUND}
   * @throws Invalid {@link TablesError#ORPHAN_DELAY_SHORT} for one below {@link #LEAST_DELAY}
   * @throws Conflict {@link TablesError#TABLE_BUSY}
   */
  public Found find(TableName name, Duration delay) {
    if (delay.compareTo(LEAST_DELAY) < 0) {
      throw new Invalid(
          TablesError.ORPHAN_DELAY_SHORT,
          "Files that are younger than an hour may belong to a commit that is under way.",
          "Give an age of at least 1h; some days are usual.");
    }
    TableLocks.Held held = locks.hold(List.of(name));
    try {
      LakeTable table = tables.require(name);
      ObjectName place = ObjectName.ofLocation(table.metadata().location() + "/");
      List<ObjectFiles.Resting> old =
          files.restingUnder(place, clock.instant().minus(delay)).stream()
              .filter(file -> isOfTable(place, file.name()))
              .toList();
      if (old.isEmpty()) {
        return new Found(table, List.of(), held);
      }
      Set<String> known = reachable.all(table.metadata());
      return new Found(
          table,
          old.stream().filter(file -> !known.contains(file.name().location())).toList(),
          held);
    } catch (RuntimeException | Error e) {
      held.close();
      throw e;
    }
  }

  /** Engines write into these folders; what people laid beside them is none of a table's. */
  private static boolean isOfTable(ObjectName place, ObjectName file) {
    String within = file.key().substring(place.key().length());
    return within.startsWith("data/") || within.startsWith("metadata/");
  }

  /**
   * Ends them: they are gone from listings at once, and their bytes go as those of deleted objects
   * do. What became another object meanwhile, or a file of the table, stays.
   *
   * @return how many files went
   * @throws Conflict {@link TablesError#TABLE_CHANGED} when another server committed to the table
   */
  public int remove(Transaction tx, Found found) {
    boolean same =
        CatalogRows.find(tx, found.table.name())
            .filter(row -> row.metadataLocation().equals(found.table.metadataLocation()))
            .isPresent();
    if (!same) {
      throw CatalogRows.changed(found.table.name());
    }
    return files.end(tx, found.files);
  }
}
