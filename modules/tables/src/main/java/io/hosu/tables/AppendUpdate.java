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
 * @param ref what is to become of the branch
 * @param head where the branch was when the engine made the snapshot
 * @param others what else must hold
 */
record AppendUpdate(
    Snapshot snapshot,
    MetadataUpdate.SetSnapshotRef ref,
    AssertRefSnapshotID head,
    List<UpdateRequirement> others) {

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
    return appends ? of(update.requirements(), snapshot, ref) : Optional.empty();
  }

  private static Optional<AppendUpdate> of(
      List<UpdateRequirement> requirements, Snapshot snapshot, MetadataUpdate.SetSnapshotRef ref) {
    List<UpdateRequirement> heads =
        requirements.stream()
            .filter(
                one -> one instanceof AssertRefSnapshotID head && head.refName().equals(ref.name()))
            .toList();
    if (heads.size() != 1) {
      return Optional.empty();
    }
    List<UpdateRequirement> others =
        requirements.stream().filter(one -> !heads.contains(one)).toList();
    return Optional.of(
        new AppendUpdate(snapshot, ref, (AssertRefSnapshotID) heads.getFirst(), others));
  }

  /** The branch that it appends to. */
  String branch() {
    return ref.name();
  }

  /**
   * Whether the table at {@code current} went on since the snapshot was made, in a way that leaves
   * an append possible: its branch is there still, and has no such snapshot.
   */
  boolean isOvertaken(TableMetadata current) {
    SnapshotRef is = current.ref(branch());
    boolean possible =
        current.snapshot(snapshot.snapshotId()) == null
            && (is == null ? head.snapshotId() == null : is.isBranch())
            && UpdateEffects.isKept(is, ref)
            && isKnown(current);
    Long now = is == null ? null : is.snapshotId();
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
    SnapshotRef is = current.ref(branch());
    return current.snapshot(snapshot.snapshotId()) == null
        && (is == null || is.isBranch())
        && Objects.equals(head.snapshotId(), is == null ? null : is.snapshotId())
        && Objects.equals(head.snapshotId(), snapshot.parentId())
        && !isNumberedTooLow(current);
  }

  /** What it does to the table at {@code current}. */
  Set<Effect> effects(TableMetadata current) {
    SnapshotRef is = current.ref(branch());
    boolean known = branch().equals(SnapshotRef.MAIN_BRANCH) || is != null;
    return known && UpdateEffects.isKept(is, ref)
        ? Set.of(Effect.ADDS_ROWS)
        : Set.of(Effect.ADDS_ROWS, Effect.ALTERS);
  }

  /** Another branch may have taken the number, or the ids of rows. */
  private boolean isNumberedTooLow(TableMetadata current) {
    Long row = snapshot.firstRowId();
    return (current.formatVersion() > 1
            && snapshot.sequenceNumber() <= current.lastSequenceNumber())
        || (row != null && row < current.nextRowId());
  }
}
