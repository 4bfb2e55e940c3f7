package io.hosu.tables;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.jspecify.annotations.Nullable;

/**
 * Which snapshots and refs of a table are over, as Iceberg's specification has it: a ref that is
 * older than it may become goes, except {@code main}; of each branch the newest are kept by number
 * and by age; what a tag names is kept; and what is held is kept whatever its age.
 */
final class Expiring {
  private final TableMetadata table;
  private final SnapshotPolicy policy;
  private final Instant now;

  Expiring(TableMetadata table, SnapshotPolicy policy, Instant now) {
    this.table = table;
    this.policy = policy;
    this.now = now;
  }

  /** What goes. */
  record Over(List<Long> snapshots, List<String> refs) {
    boolean isNothing() {
      return snapshots.isEmpty() && refs.isEmpty();
    }
  }

  /** All snapshots but the current one, and all branches and tags. */
  static Over allButCurrent(TableMetadata table) {
    Snapshot current = table.currentSnapshot();
    return new Over(
        table.snapshots().stream()
            .map(Snapshot::snapshotId)
            .filter(id -> current == null || id != current.snapshotId())
            .toList(),
        table.refs().keySet().stream()
            .filter(name -> !name.equals(SnapshotRef.MAIN_BRANCH))
            .toList());
  }

  /**
   * What is over now.
   *
   * @param held the snapshots that somebody needs
   */
  Over over(Set<Long> held) {
    List<String> refs = new ArrayList<>();
    Set<Long> kept = new HashSet<>(held);
    table
        .refs()
        .forEach((name, ref) -> {
          if (isOver(name, ref)) {
            refs.add(name);
          } else {
            kept.addAll(keptBy(ref));
          }
        });
    long limit = now.minus(policy.maxAge()).toEpochMilli();
    Set<Long> named = reachable(refs);
    List<Long> snapshots =
        table.snapshots().stream()
            .filter(snapshot -> !kept.contains(snapshot.snapshotId()))
            // One that no ref leads to is somebody's work under way, or was set back.
            .filter(snapshot ->
                named.contains(snapshot.snapshotId()) || snapshot.timestampMillis() < age(limit))
            .map(Snapshot::snapshotId)
            .toList();
    return new Over(snapshots, refs);
  }

  private Set<Long> reachable(List<String> without) {
    Set<Long> all = new HashSet<>();
    table
        .refs()
        .forEach((name, ref) -> {
          if (ref.isBranch() && !without.contains(name)) {
            ancestors(ref.snapshotId()).forEach(snapshot -> all.add(snapshot.snapshotId()));
          }
        });
    return all;
  }

  private boolean isOver(String name, SnapshotRef ref) {
    Snapshot snapshot = table.snapshot(ref.snapshotId());
    if (name.equals(SnapshotRef.MAIN_BRANCH) || snapshot == null) {
      return snapshot == null;
    }
    long standard =
        table.propertyAsLong(
            TableProperties.MAX_REF_AGE_MS, TableProperties.MAX_REF_AGE_MS_DEFAULT);
    long most = ref.maxRefAgeMs() == null ? standard : ref.maxRefAgeMs();
    return now.toEpochMilli() - snapshot.timestampMillis() > most;
  }

  private List<Long> keptBy(SnapshotRef ref) {
    if (ref.isTag()) {
      return List.of(ref.snapshotId());
    }
    int least = ref.minSnapshotsToKeep() == null ? minKept() : ref.minSnapshotsToKeep();
    Long own = ref.maxSnapshotAgeMs();
    long limit = own == null ? limit() : now.toEpochMilli() - own;
    List<Long> kept = new ArrayList<>();
    for (Snapshot snapshot : ancestors(ref.snapshotId())) {
      boolean young = snapshot.timestampMillis() >= limit;
      boolean few = own != null || isAmongTheNewest(kept.size(), snapshot);
      if (kept.size() < least || (young && few)) {
        kept.add(snapshot.snapshotId());
      } else if (!young) {
        break;
      }
    }
    return kept;
  }

  /** So many that the table stays of a size: an age that the table itself says is kept to. */
  private boolean isAmongTheNewest(int before, Snapshot snapshot) {
    return table.properties().containsKey(TableProperties.MAX_SNAPSHOT_AGE_MS)
        || before < policy.maxKept()
        || snapshot.timestampMillis() >= now.minus(policy.minAge()).toEpochMilli();
  }

  private int minKept() {
    return table.propertyAsInt(TableProperties.MIN_SNAPSHOTS_TO_KEEP, policy.minKept());
  }

  private long limit() {
    return age(now.minus(policy.maxAge()).toEpochMilli());
  }

  private long age(long standard) {
    String own = table.properties().get(TableProperties.MAX_SNAPSHOT_AGE_MS);
    return own == null ? standard : now.toEpochMilli() - Long.parseLong(own);
  }

  private List<Snapshot> ancestors(long snapshot) {
    List<Snapshot> all = new ArrayList<>();
    Map<Long, Boolean> seen = new HashMap<>();
    @Nullable Snapshot at = table.snapshot(snapshot);
    while (at != null && seen.put(at.snapshotId(), true) == null) {
      all.add(at);
      at = at.parentId() == null ? null : table.snapshot(at.parentId());
    }
    return all;
  }
}
