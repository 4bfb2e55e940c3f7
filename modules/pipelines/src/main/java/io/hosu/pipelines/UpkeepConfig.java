package io.hosu.pipelines;

import io.hosu.kernel.Settings;
import io.hosu.tables.SnapshotPolicy;
import java.time.Duration;

/**
 * How tables are kept healthy without being asked.
 *
 * @param every how often each table is looked at; zero: never
 * @param snapshots which snapshots stay
 */
public record UpkeepConfig(Duration every, SnapshotPolicy snapshots) {
  /** What holds when nothing is set. */
  public static UpkeepConfig standard() {
    return new UpkeepConfig(Duration.ofMinutes(15), SnapshotPolicy.standard());
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
                + " snapshots expire; 0s leaves that to who asks for it."),
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
                "How many snapshots of a branch stay of those that are older than an hour, where"
                    + " the table itself says no age."),
            snapshots.minAge()));
  }
}
