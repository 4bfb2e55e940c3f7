package io.hosu.tables;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.EnvironmentContext;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Puts what an engine appended to an earlier state of a table onto the present one, as the engine
 * would if it tried again: the snapshot keeps its id and brings the same rows, and has what is
 * there now before it.
 */
final class Rebase {
  /** What Iceberg says of a commit by itself. */
  private static final Set<String> COMPUTED =
      Set.of(
          SnapshotSummary.ADDED_FILES_PROP,
          SnapshotSummary.ADDED_RECORDS_PROP,
          SnapshotSummary.ADDED_FILE_SIZE_PROP,
          SnapshotSummary.CREATED_MANIFESTS_COUNT,
          SnapshotSummary.REPLACED_MANIFESTS_COUNT,
          SnapshotSummary.KEPT_MANIFESTS_COUNT,
          SnapshotSummary.PROCESSED_MANIFEST_ENTRY_COUNT);

  private static final Set<String> COMPUTED_OF_FILES =
      Set.of(SnapshotSummary.CHANGED_PARTITION_COUNT_PROP, SnapshotSummary.PARTITION_SUMMARY_PROP);

  private final AppendUpdate append;
  private final SnapshotContent.Appended content;

  Rebase(AppendUpdate append, SnapshotContent.Appended content) {
    this.append = append;
    this.content = content;
  }

  /**
   * The table with the append.
   *
   * @param unused files that the engine wrote for its own snapshot and that no longer matter
   */
  record Rebased(TableMetadata after, Set<String> unused) {}

  /** Makes the snapshot anew upon {@code current}; its files go where {@code io} writes. */
  Rebased onto(TableMetadata current, ObjectFileIO io) {
    long id = append.snapshot().snapshotId();
    StagedTableOperations operations = operations(current, io);
    AppendFiles update =
        new BaseTable(operations, append.branch(), _ -> {}).newAppend().toBranch(append.branch());
    content.manifests().stream()
        .map(manifest -> new UnassignedManifest(manifest, null))
        .forEach(update::appendManifest);
    content.files().forEach(update::appendFile);
    properties().forEach(update::set);
    SmallCommits.prepare(update, now(current), io);
    update.commit();
    Snapshot made = Objects.requireNonNull(operations.current().snapshot(id));
    return new Rebased(operations.current(), unused(made, io));
  }

  /** With the engine's name for its manifest list, as it deletes the one it wrote under another. */
  private StagedTableOperations operations(TableMetadata current, ObjectFileIO io) {
    long id = append.snapshot().snapshotId();
    String list = append.snapshot().manifestListLocation();
    return io.mayReplace(list)
        ? new StagedTableOperations(current, io, id, list)
        : new StagedTableOperations(current, io, id);
  }

  /** The snapshot that the append is put upon. */
  private @Nullable Snapshot now(TableMetadata current) {
    SnapshotRef ref = current.ref(append.branch());
    return ref == null ? current.currentSnapshot() : current.snapshot(ref.snapshotId());
  }

  private Set<String> unused(Snapshot made, ObjectFileIO io) {
    Set<String> unused = new TreeSet<>(content.written());
    unused.add(append.snapshot().manifestListLocation());
    made.allManifests(io).stream().map(ManifestFile::path).forEach(unused::remove);
    return unused;
  }

  /** What the engine says of the commit, without what is counted anew. */
  private Map<String, String> properties() {
    boolean counted = content.manifests().isEmpty();
    Map<String, String> kept =
        append.snapshot().summary().entrySet().stream()
            .filter(one -> isOwn(one.getKey(), counted))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    if (!counted) {
      kept.put(SnapshotSummary.ADDED_FILE_SIZE_PROP, Long.toString(content.bytes()));
    }
    return kept;
  }

  private static boolean isOwn(String key, boolean counted) {
    boolean ofFiles =
        COMPUTED_OF_FILES.contains(key) || key.startsWith(SnapshotSummary.CHANGED_PARTITION_PREFIX);
    return !COMPUTED.contains(key)
        && !key.startsWith("total-")
        && !EnvironmentContext.get().containsKey(key)
        && !(counted && ofFiles);
  }
}
