package io.hosu.tables;

import java.util.OptionalLong;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;

/** Sets a table back to an earlier snapshot, as Iceberg's rollback does, and to its columns. */
final class SettingBack {
  private final MetadataFiles metadata;

  SettingBack(MetadataFiles metadata) {
    this.metadata = metadata;
  }

  /** The metadata of the table at {@code current} as it is with {@code to} as its snapshot. */
  TableMetadata of(TableMetadata current, OptionalLong to) {
    TableMetadata.Builder back = TableMetadata.buildFrom(current);
    TableMetadata then = asItWas(current, to);
    if (then != null) {
      back.setCurrentSchema(then.currentSchemaId())
          .setDefaultPartitionSpec(then.defaultSpecId())
          .setDefaultSortOrder(then.defaultSortOrderId());
    } else if (to.isPresent()) {
      Integer schema = current.snapshot(to.getAsLong()).schemaId();
      back.setCurrentSchema(schema == null ? current.currentSchemaId() : schema);
    }
    if (to.isPresent()) {
      back.setBranchSnapshot(to.getAsLong(), SnapshotRef.MAIN_BRANCH);
    } else {
      back.removeRef(SnapshotRef.MAIN_BRANCH);
    }
    return back.build();
  }

  /** The last metadata that had this snapshot, as far as it is remembered. */
  private @org.jspecify.annotations.Nullable TableMetadata asItWas(
      TableMetadata current, OptionalLong to) {
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
