package io.hosu.tables;

import java.time.Duration;

/**
 * Which snapshots of a table are kept where its own properties do not say: those of Iceberg's
 * specification come first ({@code history.expire.max-snapshot-age-ms}, {@code
 * history.expire.min-snapshots-to-keep}, {@code history.expire.max-ref-age-ms}), and what a branch
 * or tag says of itself before them.
 *
 * @param maxAge how old a snapshot becomes
 * @param minKept how many of a branch are kept, however old
 * @param maxKept how many of a table are kept of those that are older than {@code minAge}, however
 *     young: so that a table with a commit each second keeps to a size
 * @param minAge below this age no snapshot goes by {@code maxKept}
 */
public record SnapshotPolicy(Duration maxAge, int minKept, int maxKept, Duration minAge) {
  /** What holds when nothing is set. */
  public static SnapshotPolicy standard() {
    return new SnapshotPolicy(Duration.ofDays(5), 1, 500, Duration.ofMinutes(10));
  }

  /** The same with another age. */
  public SnapshotPolicy withMaxAge(Duration age) {
    return new SnapshotPolicy(age, minKept, maxKept, age.compareTo(minAge) < 0 ? age : minAge);
  }
}
