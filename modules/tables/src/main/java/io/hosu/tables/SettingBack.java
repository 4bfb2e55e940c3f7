package io.hosu.tables;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.TableName;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/** Sets a table back to an earlier snapshot, as Iceberg's rollback does, and to its columns. */
final class SettingBack {
  private final MetadataFiles metadata;

  SettingBack(MetadataFiles metadata) {
    this.metadata = metadata;
  }

  /**
   * The change that takes the newest commits of a table back, if they are exactly these; what
   * upkeep committed among them goes with them, as it holds no other rows.
   *
   * @throws Conflict {@link TablesError#TABLE_CHANGED} when another commit is among them, or one is
   *     not part of the table as it is
   * @throws NotFound {@link TablesError#SNAPSHOT_NOT_FOUND} when the one before has expired, or one
   *     of these
   */
  static TableChange.Rollback change(TableName name, TableMetadata base, Set<Long> commits) {
    Snapshot last = base.currentSnapshot();
    Set<Long> left = new HashSet<>(commits);
    Snapshot at = last;
    while (at != null
        && (left.remove(at.snapshotId()) || (!left.isEmpty() && TableUpkeep.isMade(at)))) {
      at = at.parentId() == null ? null : base.snapshot(at.parentId());
    }
    boolean gone = left.stream().allMatch(commit -> base.snapshot(commit) == null);
    if (last == null || !(left.isEmpty() || (gone && hasExpired(base, last, at)))) {
      throw CatalogRows.changed(name);
    }
    if (hasExpired(base, last, at)) {
      throw new NotFound(
          TablesError.SNAPSHOT_NOT_FOUND,
          "Table %s cannot be set back so far: the snapshot before these commits has expired."
              .formatted(name),
          "See the snapshots that are kept with: hosu tables history " + name);
    }
    return new TableChange.Rollback(
        new WriteTarget(name, base, base, List.of(), List.of()),
        last.snapshotId(),
        at == null ? OptionalLong.empty() : OptionalLong.of(at.snapshotId()));
  }

  /** Whether {@code at} is missing because it is kept no longer, and not for being the first. */
  private static boolean hasExpired(TableMetadata base, Snapshot last, @Nullable Snapshot at) {
    if (at != null) {
      return false;
    }
    Snapshot oldest = last;
    while (oldest.parentId() != null && base.snapshot(oldest.parentId()) != null) {
      oldest = base.snapshot(oldest.parentId());
    }
    return oldest.parentId() != null;
  }

  /** The metadata of the table at {@code current} as it is with {@code to} as its snapshot. */
  TableMetadata of(TableMetadata current, OptionalLong to) {
    TableMetadata.Builder back = TableMetadata.buildFrom(current);
    TableMetadata then = asItWas(current, to);
    if (ContractGuard.isFixed(current)) {
      return pointed(back, to); // rows go back, the contract says which columns they have
    }
    if (then != null) {
      back.setCurrentSchema(then.currentSchemaId())
          .setDefaultPartitionSpec(then.defaultSpecId())
          .setDefaultSortOrder(then.defaultSortOrderId());
    } else if (to.isPresent()) {
      Integer schema = current.snapshot(to.getAsLong()).schemaId();
      back.setCurrentSchema(schema == null ? current.currentSchemaId() : schema);
    }
    return pointed(back, to);
  }

  private static TableMetadata pointed(TableMetadata.Builder back, OptionalLong to) {
    if (to.isPresent()) {
      back.setBranchSnapshot(to.getAsLong(), SnapshotRef.MAIN_BRANCH);
    } else {
      back.removeRef(SnapshotRef.MAIN_BRANCH);
    }
    return back.build();
  }

  /** The last metadata that had this snapshot, as far as it is remembered. */
  private @Nullable TableMetadata asItWas(TableMetadata current, OptionalLong to) {
    for (var entry : current.previousFiles().reversed()) {
      TableMetadata then = metadata.read(entry.file());
      Snapshot snapshot = then.currentSnapshot();
      boolean same =
          snapshot == null
              ? to.isEmpty()
              : to.isPresent() && to.getAsLong() == snapshot.snapshotId();
      if (same) {
        return then;
      }
    }
    return null;
  }
}
