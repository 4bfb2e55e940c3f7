package io.hosu.governance;

import io.hosu.governance.AuditChain.Ends;
import io.hosu.governance.AuditChain.Link;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Walks the chain of audit records from the oldest that is kept to the newest, in the archive and
 * in the state database, as both are at one moment. May be used from any thread.
 */
final class AuditVerifier {
  private static final int PART = 1000;
  private static final int MOVED_PART = 20_000;

  private final Database database;
  private final AuditChain chain;
  private final OlderAudit older;

  AuditVerifier(Database database, AuditChain chain, OlderAudit older) {
    this.database = database;
    this.chain = chain;
    this.older = older;
  }

  /** What one transaction tells: the walk over its records does not know the hash before them. */
  private record Live(
      Ends ends, OlderAudit.Moment moved, @Nullable AuditRow first, ChainWalk walk) {}

  /**
   * Finds the first record that is not as it was written.
   *
   * @param noted the place and the hash of a record, as somebody wrote them down
   */
  Verification verify(Optional<Link> noted) {
    Live live = database.read(tx -> live(tx, noted));
    return new Verification(live.ends(), broken(live, noted));
  }

  private Live live(Transaction tx, Optional<Link> noted) {
    Ends ends = AuditChain.ends(tx);
    AuditRow first = null;
    ChainWalk walk = new ChainWalk(ends, ends.last().seq(), null, noted);
    long after = Long.MIN_VALUE;
    List<AuditRow> part;
    do {
      part = AuditRecords.next(tx, AuditRecords.Filter.all(), after, PART);
      for (AuditRow row : part) {
        if (first == null) {
          first = row;
          walk = new ChainWalk(ends, row.seq() - 1, null, noted);
        }
        walk.take(row);
        after = row.seq();
      }
    } while (part.size() == PART);
    return new Live(ends, older.at(tx), first, walk);
  }

  private Optional<Verification.Broken> broken(Live live, Optional<Link> noted) {
    Ends ends = live.ends();
    ChainWalk walk = new ChainWalk(ends, ends.gone().seq(), ends.gone().hash(), noted);
    walkMoved(live.moved(), ends, walk);
    if (live.first() != null) {
      walk.take(live.first());
    }
    if (walk.broken().isPresent()) {
      return walk.broken();
    }
    if (live.walk().broken().isPresent()) {
      return live.walk().broken();
    }
    ChainWalk last = live.first() == null ? walk : live.walk();
    return ofEnd(ends, last, noted);
  }

  private static void walkMoved(OlderAudit.Moment moved, Ends ends, ChainWalk walk) {
    OlderAudit.Places places = moved.places();
    long last = Math.min(places.last(), ends.last().seq());
    for (long from = places.first(); from <= last && walk.broken().isEmpty(); from += MOVED_PART) {
      moved.rows(from, from + MOVED_PART).forEach(walk::take);
    }
  }

  private Optional<Verification.Broken> ofEnd(Ends ends, ChainWalk walk, Optional<Link> noted) {
    long next = walk.next();
    Link last = ends.last();
    if (next <= last.seq()) {
      return broken(next, ChainWalk.missing(next) + " So are all after it.");
    }
    if (next > last.seq() + 1) {
      return broken(last.seq() + 1, "Record %d was added at the end.".formatted(last.seq() + 1));
    }
    if (!last.hash().equals(walk.before())) {
      return broken(
          last.seq(),
          "Record %d, the last, was changed after it was written, with its hash."
              .formatted(last.seq()));
    }
    if (!chain.isSealed(ends)) {
      return broken(
          next,
          "Record %d is missing, or all from some record on were written anew: the end of the"
                  .formatted(next)
              + " chain is not as the server sealed it.");
    }
    return noted
        .filter(its -> its.seq() > last.seq())
        .flatMap(its ->
            broken(
                next,
                "Record %d is missing: record %d was noted, and the chain ends before it."
                    .formatted(next, its.seq())));
  }

  private static Optional<Verification.Broken> broken(long seq, String what) {
    return Optional.of(new Verification.Broken(seq, what));
  }
}
