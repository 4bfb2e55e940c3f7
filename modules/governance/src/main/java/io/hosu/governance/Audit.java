package io.hosu.governance;

import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.util.List;

/**
 * The audit records of the lake, a chain in which none can be changed, removed or added unnoticed.
 *
 * <p>Many records share one transaction, and who waits for theirs waits for that. Unless they are
 * {@code required}, nobody waits. May be used from any thread.
 */
public final class Audit implements AutoCloseable {
  private final AuditChain chain;
  private final AuditQueue queue;
  private final boolean required;

  Audit(Database database, AuditChain chain, GovernanceConfig config) {
    this.chain = chain;
    this.queue = new AuditQueue(records -> database.perform(tx -> chain.append(tx, records)));
    this.required = config.auditRequired();
  }

  /**
   * Keeps a record within a quarter of a second.
   *
   * @throws Unavailable {@link GovernanceError#AUDIT_UNAVAILABLE} when too many wait already
   */
  public void record(AuditRecord record) {
    add(List.of(record));
  }

  /**
   * Keeps records before returning.
   *
   * @throws Unavailable {@link GovernanceError#AUDIT_UNAVAILABLE} when they cannot be kept
   */
  void keep(List<AuditRecord> records) {
    if (!records.isEmpty()) {
      long ticket = add(records);
      if (required) {
        queue.await(ticket);
      }
    }
  }

  private long add(List<AuditRecord> records) {
    return required ? queue.add(records) : queue.offer(records);
  }

  /** Keeps records with the transaction that does what they tell of. */
  void keepIn(Transaction tx, List<AuditRecord> records) {
    if (!records.isEmpty()) {
      chain.append(tx, records);
    }
  }

  /** A trail of what the server does itself, whose records are kept soon. */
  Trail trail() {
    return new Trail() {
      @Override
      public void add(AuditRecord record) {
        Audit.this.record(record);
      }

      @Override
      public void refused(AuditRecord record, HosuException why) {
        if (!(why instanceof Unavailable)) {
          Audit.this.record(RequestTrail.denied(record, why));
        }
      }

      @Override
      public void gives(long rows) {}

      @Override
      public void keep() {
        if (required) {
          flush();
        }
      }

      @Override
      public void keepIn(Transaction tx) {}
    };
  }

  /** Waits until all that was recorded before is durable. */
  public void flush() {
    queue.flush();
  }

  /** Keeps what is still waiting. */
  @Override
  public void close() {
    queue.close();
  }
}
