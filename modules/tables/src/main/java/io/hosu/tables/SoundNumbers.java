package io.hosu.tables;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Whether the numbers that a commit gives are those that come next: with one that skips most of
 * them, no commit would be possible after it.
 */
final class SoundNumbers {
  /** So far from the last possible id that no table gets there by itself. */
  private static final int MOST_ID = 1 << 30;

  private static final int VERSION_OF_ROW_IDS = 3;

  private final @Nullable TableMetadata before;
  private final TableMetadata after;
  private final List<String> faults = new ArrayList<>();

  private SoundNumbers(@Nullable TableMetadata before, TableMetadata after) {
    this.before = before;
    this.after = after;
  }

  /** What is wrong with the numbers that come with a change, each in a few words. */
  static List<String> faults(@Nullable TableMetadata before, TableMetadata after) {
    SoundNumbers numbers = new SoundNumbers(before, after);
    List<Snapshot> added = added(after);
    numbers.sequences(added);
    numbers.rows(added);
    numbers.parents(before == null ? after.snapshots() : added);
    numbers.ids();
    return numbers.faults;
  }

  /** The snapshots that a change brings. */
  static List<Snapshot> added(TableMetadata after) {
    List<Snapshot> added = new ArrayList<>();
    for (MetadataUpdate change : after.changes()) {
      if (change instanceof MetadataUpdate.AddSnapshot add) {
        added.add(add.snapshot());
      }
    }
    return added;
  }

  /** That a number was taken meanwhile is Iceberg's to say: the commit can be repeated. */
  private void sequences(List<Snapshot> added) {
    long last = before == null ? 0 : before.lastSequenceNumber();
    for (Snapshot snapshot : added) {
      long number = snapshot.sequenceNumber();
      if (number < 0 || number > last + 1) {
        faults.add(
            "snapshot %d has the sequence number %d, where %d comes next"
                .formatted(snapshot.snapshotId(), number, last + 1));
        return;
      }
      last = Math.max(last, number);
    }
  }

  private void rows(List<Snapshot> added) {
    if (after.formatVersion() < VERSION_OF_ROW_IDS) {
      return;
    }
    long next = before == null ? 0 : before.nextRowId();
    for (Snapshot snapshot : added) {
      Long first = snapshot.firstRowId();
      Long rows = snapshot.addedRows();
      if (first == null || first > next || rows == null || rows < 0) {
        faults.add(
            "snapshot %d says first-row-id %s and added-rows %s, where the next row is %d"
                .formatted(snapshot.snapshotId(), first, rows, next));
        return;
      }
      next += rows;
    }
  }

  private void parents(List<Snapshot> snapshots) {
    Set<Long> good = new HashSet<>();
    for (Snapshot snapshot : snapshots) {
      Set<Long> line = new HashSet<>();
      Snapshot at = snapshot;
      while (at != null && !good.contains(at.snapshotId())) {
        if (!line.add(at.snapshotId())) {
          faults.add("snapshot %d is its own ancestor".formatted(snapshot.snapshotId()));
          return;
        }
        at = at.parentId() == null ? null : after.snapshot(at.parentId());
      }
      good.addAll(line);
    }
  }

  private void ids() {
    after.snapshots().stream()
        .map(Snapshot::snapshotId)
        .filter(id -> id < 0 && (before == null || before.snapshot(id) == null))
        .forEach(id -> faults.add("a snapshot has the id %d, which is less than 0".formatted(id)));
    if (most(after) > MOST_ID && (before == null || most(before) <= MOST_ID)) {
      faults.add(
          "a column, schema or layout has the id %d, and %d is the last one that the lake gives"
              .formatted(most(after), MOST_ID));
    }
  }

  private static int most(TableMetadata table) {
    int most = Math.max(table.lastColumnId(), table.lastAssignedPartitionId());
    for (Schema schema : table.schemas()) {
      most = Math.max(most, schema.schemaId());
    }
    for (PartitionSpec spec : table.specs()) {
      most = Math.max(most, spec.specId());
    }
    return most;
  }
}
