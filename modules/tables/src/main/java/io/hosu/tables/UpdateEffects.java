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
      case MetadataUpdate.SetSnapshotRef ref -> {
        Snapshot to = after.snapshot(ref.snapshotId());
        boolean main = ref.name().equals(SnapshotRef.MAIN_BRANCH);
        boolean known = main || (before != null && before.ref(ref.name()) != null);
        yield known && to != null && isNew(to) ? Set.of() : Set.of(Effect.ALTERS);
      }
      default -> Set.of(Effect.ALTERS); // Iceberg's kinds, of which there may be more tomorrow
    };
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
    for (Snapshot at = after.currentSnapshot(); at != null; at = parent(at)) {
      if (at.snapshotId() == was.snapshotId()) {
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
