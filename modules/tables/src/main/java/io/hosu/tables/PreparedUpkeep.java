package io.hosu.tables;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.store.Transaction;
import java.util.List;
import java.util.OptionalLong;

/**
 * Upkeep of one table, ready to be published. The table is held until {@link #close}, which is to
 * be called whether or not it was published.
 */
public final class PreparedUpkeep implements AutoCloseable {
  private final PreparedCommit commit;
  private final TableEvents events;
  private final LakeTable table;
  private final Done done;
  private final List<CommittedRows> over;

  /**
   * What is done.
   *
   * @param event the type of the event that tells of it; empty when the commit's own does
   * @param snapshots how many snapshots go
   * @param refs how many branches and tags go
   * @param filesBefore how many files are replaced, or removed
   * @param filesAfter how many take their place
   */
  public record Done(String event, int snapshots, int refs, int filesBefore, int filesAfter) {
    ObjectNode addTo(ObjectNode detail) {
      return detail
          .put("snapshots_removed", snapshots)
          .put("refs_removed", refs)
          .put("files_before", filesBefore)
          .put("files_after", filesAfter);
    }
  }

  /**
   * Prepared upkeep.
   *
   * @param over the commits whose snapshots go
   */
  PreparedUpkeep(
      PreparedCommit commit,
      TableEvents events,
      LakeTable table,
      Done done,
      List<CommittedRows> over) {
    this.over = over;
    this.commit = commit;
    this.events = events;
    this.table = table;
    this.done = done;
  }

  /** What it does. */
  public Done done() {
    return done;
  }

  /** The snapshot that the table has with it, where that is another one. */
  public OptionalLong snapshot() {
    return commit.snapshot(table.name());
  }

  /** Makes it true with {@code tx}; see {@link PreparedCommit#publish}. */
  public void publish(Transaction tx) {
    commit.publish(tx);
    CatalogRows.keep(tx, table.id(), over);
    if (!done.event().isEmpty()) {
      events.append(
          tx, done.event(), table.name(), done.addTo(PreparedCommit.detail(table.name())));
    }
  }

  @Override
  public void close() {
    commit.close();
  }
}
