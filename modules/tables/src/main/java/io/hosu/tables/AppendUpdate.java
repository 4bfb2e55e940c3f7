package io.hosu.tables;

import io.hosu.tables.TableUpdate.Effect;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.UpdateRequirement;
import org.apache.iceberg.UpdateRequirement.AssertRefSnapshotID;

/**
 * An update that says it only appends one snapshot to a branch. It can be made true of another
 * state of the table than the one it was made for, as an append asks nothing of the rows there are.
 *
 * @param head where the branch was when the engine made the snapshot
 * @param others what else must hold
 */
record AppendUpdate(
    Snapshot snapshot, String branch, AssertRefSnapshotID head, List<UpdateRequirement> others) {

  /** What {@code update} is as an append; empty when it is more, or less. */
  static Optional<AppendUpdate> of(TableUpdate update) {
    List<MetadataUpdate> updates = update.updates();
    boolean pair =
        updates.size() == 2
            && updates.getFirst() instanceof MetadataUpdate.AddSnapshot
            && updates.getLast() instanceof MetadataUpdate.SetSnapshotRef;
    if (!pair) {
      return Optional.empty();
    }
    Snapshot snapshot = ((MetadataUpdate.AddSnapshot) updates.getFirst()).snapshot();
    MetadataUpdate.SetSnapshotRef ref = (MetadataUpdate.SetSnapshotRef) updates.getLast();
    boolean appends =
        DataOperations.APPEND.equals(snapshot.operation())
            && "branch".equalsIgnoreCase(ref.type())
            && ref.snapshotId() == snapshot.snapshotId();
    return appends ? of(update.requirements(), snapshot, ref.name()) : Optional.empty();
  }

  private static Optional<AppendUpdate> of(
      List<UpdateRequirement> requirements, Snapshot snapshot, String branch) {
    List<UpdateRequirement> heads =
        requirements.stream()
            .filter(one -> one instanceof AssertRefSnapshotID head && head.refName().equals(branch))
            .toList();
    if (heads.size() != 1) {
      return Optional.empty();
    }
    List<UpdateRequirement> others =
        requirements.stream().filter(one -> !heads.contains(one)).toList();
    return Optional.of(
        new AppendUpdate(snapshot, branch, (AssertRefSnapshotID) heads.getFirst(), others));
  }

  /**
   * Whether the table at {@code current} went on since the snapshot was made, in a way that leaves
   * an append possible: its branch is there still, and has no such snapshot.
   */
  boolean isOvertaken(TableMetadata current) {
    SnapshotRef ref = current.ref(branch);
    boolean possible =
        current.snapshot(snapshot.snapshotId()) == null
            && (ref == null ? head.snapshotId() == null : ref.isBranch())
            && isKnown(current);
    Long now = ref == null ? null : ref.snapshotId();
    return possible && (!Objects.equals(head.snapshotId(), now) || isNumberedTooLow(current));
  }

  /** Whether the table at {@code current} has what the snapshot was made upon. */
  boolean isKnown(TableMetadata current) {
    return snapshot.parentId() == null || parent(current).isPresent();
  }

  /** What the snapshot was made upon, as the table at {@code current} has it. */
  Optional<Snapshot> parent(TableMetadata current) {
    return Optional.ofNullable(snapshot.parentId()).map(current::snapshot);
  }

  /**
   * Whether it was made for the table as it is at {@code current}, and is the next of its branch.
   */
  boolean isNext(TableMetadata current) {
    SnapshotRef ref = current.ref(branch);
    return current.snapshot(snapshot.snapshotId()) == null
        && (ref == null || ref.isBranch())
        && Objects.equals(head.snapshotId(), ref == null ? null : ref.snapshotId())
        && Objects.equals(head.snapshotId(), snapshot.parentId())
        && !isNumberedTooLow(current);
  }

  /** What it does to the table at {@code current}. */
  Set<Effect> effects(TableMetadata current) {
    boolean known = branch.equals(SnapshotRef.MAIN_BRANCH) || current.ref(branch) != null;
    return known ? Set.of(Effect.ADDS_ROWS) : Set.of(Effect.ADDS_ROWS, Effect.ALTERS);
  }

  /** Another branch may have taken the number, or the ids of rows. */
  private boolean isNumberedTooLow(TableMetadata current) {
    Long row = snapshot.firstRowId();
    return (current.formatVersion() > 1
            && snapshot.sequenceNumber() <= current.lastSequenceNumber())
        || (row != null && row < current.nextRowId());
  }
}
