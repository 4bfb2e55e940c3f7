package io.hosu.tables;

import io.hosu.tables.TableUpdate.Effect;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/** What became of a table from one state of its metadata to another. */
final class UpdateEffects {
  private final @Nullable TableMetadata before;
  private final TableMetadata after;

  UpdateEffects(@Nullable TableMetadata before, TableMetadata after) {
    this.before = before;
    this.after = after;
  }

  /** All effects of {@code updates}, which made the one of the other. */
  Set<Effect> of(List<MetadataUpdate> updates, SnapshotContent content) {
    EnumSet<Effect> effects = EnumSet.noneOf(Effect.class);
    if (before == null) {
      effects.add(Effect.CREATES);
    } else {
      updates.forEach(update -> effects.addAll(of(update)));
    }
    for (Snapshot snapshot : after.snapshots()) {
      if (isNew(snapshot)) {
        effects.addAll(content.effects(snapshot, parent(snapshot)));
      }
    }
    if (isSetAside()) {
      effects.addAll(Set.of(Effect.ADDS_ROWS, Effect.REMOVES_ROWS));
    }
    return effects;
  }

  private Set<Effect> of(MetadataUpdate update) {
    return switch (update) {
      case MetadataUpdate.AddSnapshot _, MetadataUpdate.AssignUUID _ -> Set.of();
      case MetadataUpdate.SetStatistics _, MetadataUpdate.SetPartitionStatistics _ ->
          Set.of(Effect.ADDS_ROWS);
      case MetadataUpdate.SetSnapshotRef ref -> of(ref);
      default -> Set.of(Effect.ALTERS); // Iceberg's kinds, of which there may be more tomorrow
    };
  }

  /** What becomes of a branch: one that is there may go on, from where it is, and nothing else. */
  private Set<Effect> of(MetadataUpdate.SetSnapshotRef ref) {
    SnapshotRef was = before == null ? null : before.ref(ref.name());
    Snapshot to = after.snapshot(ref.snapshotId());
    boolean known = was == null ? ref.name().equals(SnapshotRef.MAIN_BRANCH) : was.isBranch();
    boolean goesOn =
        known
            && "branch".equalsIgnoreCase(ref.type())
            && isKept(was, ref)
            && to != null
            && (isNew(to) || (was != null && was.snapshotId() == to.snapshotId()));
    EnumSet<Effect> effects = EnumSet.noneOf(Effect.class);
    if (!goesOn) {
      effects.add(Effect.ALTERS);
    }
    if (was != null && was.isBranch() && !isFrom(to, was.snapshotId())) {
      effects.addAll(Set.of(Effect.ADDS_ROWS, Effect.REMOVES_ROWS));
    }
    return effects;
  }

  /** Whether a branch or tag keeps for how long it has said it keeps its snapshots, and itself. */
  static boolean isKept(@Nullable SnapshotRef was, MetadataUpdate.SetSnapshotRef to) {
    return was == null
        ? to.minSnapshotsToKeep() == null
            && to.maxSnapshotAgeMs() == null
            && to.maxRefAgeMs() == null
        : Objects.equals(was.minSnapshotsToKeep(), to.minSnapshotsToKeep())
            && Objects.equals(was.maxSnapshotAgeMs(), to.maxSnapshotAgeMs())
            && Objects.equals(was.maxRefAgeMs(), to.maxRefAgeMs());
  }

  private boolean isNew(Snapshot snapshot) {
    return before == null || before.snapshot(snapshot.snapshotId()) == null;
  }

  private @Nullable Snapshot parent(Snapshot snapshot) {
    return snapshot.parentId() == null ? null : after.snapshot(snapshot.parentId());
  }

  /** Whether the rows that there were before are not those that the current ones come from. */
  boolean isSetAside() {
    Snapshot was = was();
    return was != null && !isCurrentFrom(was);
  }

  private @Nullable Snapshot was() {
    return before == null ? null : before.currentSnapshot();
  }

  private boolean isCurrentFrom(Snapshot was) {
    return isFrom(after.currentSnapshot(), was.snapshotId());
  }

  private boolean isFrom(@Nullable Snapshot head, long was) {
    for (Snapshot at = head; at != null; at = parent(at)) {
      if (at.snapshotId() == was) {
        return true;
      }
    }
    return false;
  }

  /**
   * The snapshots that became part of the history of the current one, the oldest first; empty when
   * none did, as it is the same one, an earlier one, or none.
   */
  List<Snapshot> added() {
    Snapshot was = was();
    boolean forward = was == null || isCurrentFrom(was);
    List<Snapshot> added = new ArrayList<>();
    Snapshot at = after.currentSnapshot();
    while (at != null
        && (was == null || at.snapshotId() != was.snapshotId())
        && (forward || isNew(at))) {
      added.add(at);
      at = parent(at);
    }
    return added.reversed();
  }

  /** Whether the current snapshot is another one, or there is none any more. */
  boolean isMoved() {
    Snapshot was = was();
    Snapshot is = after.currentSnapshot();
    Long before = was == null ? null : was.snapshotId();
    Long now = is == null ? null : is.snapshotId();
    return !Objects.equals(before, now);
  }
}
