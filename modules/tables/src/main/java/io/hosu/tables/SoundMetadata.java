package io.hosu.tables;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.TableMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What a table must be for the lake to live with it, beyond what Iceberg's own code asks of a
 * commit. Only what a commit changes is looked at, so that a table which was not so before can be
 * mended.
 */
final class SoundMetadata {
  private static final Set<Integer> VERSIONS = Set.of(1, 2, 3);

  private static final List<String> AMOUNTS =
      List.of(
          SnapshotSummary.ADDED_RECORDS_PROP,
          SnapshotSummary.DELETED_RECORDS_PROP,
          SnapshotSummary.TOTAL_RECORDS_PROP,
          SnapshotSummary.ADDED_FILES_PROP,
          SnapshotSummary.DELETED_FILES_PROP,
          SnapshotSummary.TOTAL_DATA_FILES_PROP,
          SnapshotSummary.ADDED_FILE_SIZE_PROP,
          SnapshotSummary.REMOVED_FILE_SIZE_PROP,
          SnapshotSummary.TOTAL_FILE_SIZE_PROP);

  private final @Nullable TableMetadata before;
  private final TableMetadata after;
  private final List<String> faults = new ArrayList<>();

  private SoundMetadata(@Nullable TableMetadata before, TableMetadata after) {
    this.before = before;
    this.after = after;
  }

  /**
   * Refuses a change that would leave the table in a state that something fails at.
   *
   * @param before null: the table is new
   * @throws Invalid {@link TablesError#COMMIT_INVALID} with all that is wrong
   */
  static void require(TableName table, @Nullable TableMetadata before, TableMetadata after) {
    SoundMetadata change = new SoundMetadata(before, after);
    change.version();
    change.properties();
    change.refs();
    change.summaries();
    change.faults.addAll(SoundColumns.faults(before, after));
    change.faults.addAll(SoundNumbers.faults(before, after));
    if (!change.faults.isEmpty()) {
      throw new Invalid(
          TablesError.COMMIT_INVALID,
          "The commit to table %s cannot be taken: %s."
              .formatted(table, String.join("; ", change.faults)),
          "Mend what the commit says, and send it again.");
    }
  }

  private void version() {
    int version = after.formatVersion();
    if ((before == null || before.formatVersion() != version) && !VERSIONS.contains(version)) {
      faults.add("its format version would be %d, and is to be 1, 2 or 3".formatted(version));
    }
  }

  private void properties() {
    Map<String, String> had = before == null ? Map.of() : before.properties();
    after
        .properties()
        .forEach((name, value) -> {
          if (!value.equals(had.get(name))) {
            TypedProperties.fault(name, value).ifPresent(faults::add);
          }
        });
  }

  private void refs() {
    after.refs().keySet().stream()
        .filter(name -> before == null || before.ref(name) == null)
        .filter(name -> !TableRefs.isName(name))
        .sorted()
        .forEach(name ->
            faults.add(
                "'%s' cannot name a branch or a tag: %s".formatted(name, TableRefs.NAME_RULE)));
  }

  private void summaries() {
    List<Snapshot> come = before == null ? after.snapshots() : SoundNumbers.added(after);
    come.forEach(this::summary);
  }

  private void summary(Snapshot snapshot) {
    Map<String, String> summary = snapshot.summary();
    if (summary == null || snapshot.operation() == null) {
      faults.add("snapshot %d does not say its operation".formatted(snapshot.snapshotId()));
      return;
    }
    for (String name : AMOUNTS) {
      String value = summary.getOrDefault(name, "0");
      if (!TypedProperties.isAmount(value)) {
        faults.add(
            "the summary of snapshot %d says %s = '%s', which is no number of 0 or more"
                .formatted(snapshot.snapshotId(), name, value));
      }
    }
  }
}
