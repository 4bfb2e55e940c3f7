package io.hosu.pipelines;

import io.hosu.kernel.Settings;
import io.hosu.tables.Orphans;
import io.hosu.tables.SnapshotPolicy;
import java.time.Duration;

/**
 * How tables are kept healthy without being asked.
 *
 * @param every how often each table is looked at; zero: never
 * @param snapshots which snapshots stay
 * @param fileBytes how large a file should be
 * @param orphanDelay how old files become that nothing knows
 */
public record UpkeepConfig(
    Duration every, SnapshotPolicy snapshots, long fileBytes, Duration orphanDelay) {
  /** What holds when nothing is set. */
  public static UpkeepConfig standard() {
    return new UpkeepConfig(
        Duration.ofMinutes(15), SnapshotPolicy.standard(), 256L << 20, Duration.ofDays(7));
  }

  /** Reads the settings {@code upkeep.*}. */
  public static UpkeepConfig from(Settings settings) {
    UpkeepConfig standard = standard();
    SnapshotPolicy snapshots = standard.snapshots;
    return new UpkeepConfig(
        settings.duration(
            "upkeep.every",
            standard.every,
            "How often tables are looked at, to merge small files and manifests and to let"
                + " snapshots expire; those with 200 commits since are looked at within a minute. 0s"
                + " leaves that to who asks for it."),
        new SnapshotPolicy(
            settings.duration(
                "upkeep.snapshot-age",
                snapshots.maxAge(),
                Duration.ofMinutes(1),
                "How old a table's snapshots become, unless its property"
                    + " history.expire.max-snapshot-age-ms says otherwise."),
            settings.count(
                "upkeep.min-snapshots",
                snapshots.minKept(),
                1,
                "How many snapshots of a branch stay however old, unless the table's property"
                    + " history.expire.min-snapshots-to-keep says otherwise."),
            settings.count(
                "upkeep.max-snapshots",
                snapshots.maxKept(),
                1,
                "How many snapshots of a branch stay of those that are older than ten minutes, where"
                    + " the table itself says no age."),
            snapshots.minAge()),
        settings.size(
            "upkeep.target-file-size",
            standard.fileBytes,
            1 << 20,
            "How large files become that are merged, unless a table's upkeep or its property"
                + " write.target-file-size-bytes says otherwise."),
        settings.duration(
            "upkeep.orphan-delay",
            standard.orphanDelay,
            Orphans.LEAST_DELAY,
            "How old files become that lie where a table has its own and that no snapshot of it"
                + " names; longer than any engine takes for one commit."));
  }
}
