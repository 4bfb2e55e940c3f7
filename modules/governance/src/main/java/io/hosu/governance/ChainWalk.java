package io.hosu.governance;

import io.hosu.governance.AuditChain.Ends;
import io.hosu.governance.AuditChain.Link;
import io.hosu.kernel.Instants;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks rows that should follow one another in the chain, up to the first that does not. */
final class ChainWalk {
  private final Ends ends;
  private final Optional<Link> noted;
  private long next;
  private @Nullable String before;
  private Verification.@Nullable Broken broken;

  /**
   * A walk from behind a record on.
   *
   * @param before its hash; null when it is not known
   * @param noted a record as somebody wrote it down
   */
  ChainWalk(Ends ends, long behind, @Nullable String before, Optional<Link> noted) {
    this.ends = ends;
    this.noted = noted;
    this.next = behind + 1;
    this.before = before;
  }

  /** The record that comes next, or the broken one. */
  long next() {
    return next;
  }

  /** The hash of the last record that was taken. */
  @Nullable String before() {
    return before;
  }

  /** What is broken, if anything is. */
  Optional<Verification.Broken> broken() {
    return Optional.ofNullable(broken);
  }

  void take(AuditRow row) {
    if (broken == null) {
      String wrong = wrong(row);
      if (wrong.isEmpty()) {
        before = row.hash();
        next++;
      } else {
        broken = new Verification.Broken(Math.min(row.seq(), next), wrong);
      }
    }
  }

  private String wrong(AuditRow row) {
    if (row.seq() > next) {
      return missing(next);
    }
    if (row.seq() < next) {
      return "%s was added: it is there twice, or from before those that are kept."
          .formatted(print(row));
    }
    boolean chained = row.seq() >= ends.begins();
    boolean whole =
        chained
            ? before == null || AuditChain.hash(before, row.values()).equals(row.hash())
            : row.hash().isEmpty();
    if (!whole) {
      return "%s was changed after it was written, or the one before it was, with its hash."
          .formatted(print(row));
    }
    return noted.filter(its -> its.seq() == row.seq() && !its.hash().equals(row.hash())).isPresent()
        ? "%s is another one than was noted: the chain was written anew.".formatted(print(row))
        : "";
  }

  static String missing(long seq) {
    return "Record %d is missing.".formatted(seq);
  }

  private static String print(AuditRow row) {
    Object time = row.values().get(AuditRow.COLUMNS.indexOf("time"));
    return "Record %d (%s, %s, %s %s)"
        .formatted(
            row.seq(),
            time instanceof Long millis ? Instants.print(Instant.ofEpochMilli(millis)) : time,
            row.values().get(AuditRow.COLUMNS.indexOf("principal")),
            row.values().get(AuditRow.COLUMNS.indexOf("action")),
            row.values().get(AuditRow.COLUMNS.indexOf("resource")));
  }
}
