package io.hosu.governance;

import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Page;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The audit records of the lake, a chain in which none can be changed, removed or added unnoticed.
 *
 * <p>Many records share one transaction, and who waits for theirs waits for that. Unless they are
 * {@code required}, nobody waits. May be used from any thread.
 */
public final class Audit implements AutoCloseable {
  private static final int REMOVED_AT_ONCE = 1000;

  private final Database database;
  private final AuditChain chain;
  private final AuditQueue queue;
  private final boolean required;

  Audit(Database database, RootKey rootKey, GovernanceConfig config) {
    this.database = database;
    this.chain = new AuditChain(rootKey);
    this.queue = new AuditQueue(records -> database.perform(tx -> chain.append(tx, records)));
    this.required = config.auditRequired();
  }

  /**
   * Which records are wanted.
   *
   * @param principal with its kind, or a name alone
   */
  public record Filter(
      Optional<String> principal, Optional<Instant> since, Optional<AuditRecord.Verdict> decision) {
    /** All of them. */
    public static Filter all() {
      return new Filter(Optional.empty(), Optional.empty(), Optional.empty());
    }
  }

  /**
   * A record in its place of the chain.
   *
   * @param hash empty when it is from before there was a chain
   */
  public record Kept(long seq, String hash, AuditRecord record) {}

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
      public void gives(long rows) {}

      @Override
      public void keep() {
        flush();
      }

      @Override
      public void keepIn(Transaction tx) {}
    };
  }

  /** Waits until all that was recorded before is durable. */
  public void flush() {
    queue.flush();
  }

  /** Records, the newest first. */
  public Page<Kept> list(Filter filter, int limit, Optional<Long> before) {
    StringBuilder sql = new StringBuilder("SELECT * FROM audit_records WHERE 1 = 1");
    List<@Nullable Object> args = new ArrayList<>();
    filter.principal.ifPresent(value -> addPrincipal(sql, args, value));
    filter.since.ifPresent(value -> add(sql, args, "time >= ?", value));
    filter.decision.ifPresent(value -> add(sql, args, "decision = ?", value.name()));
    before.ifPresent(value -> add(sql, args, "seq < ?", value));
    sql.append(" ORDER BY seq DESC LIMIT ?");
    args.add((long) limit + 1);
    List<Kept> found =
        database.read(tx -> tx.list(sql.toString(), AuditRows::kept, args.toArray()));
    return found.size() <= limit
        ? Page.last(found)
        : new Page<>(found.subList(0, limit), Long.toString(found.get(limit - 1).seq()));
  }

  /**
   * Removes the oldest records, as long as they are from before {@code limit}; returns how many.
   */
  public long removeBefore(Instant limit) {
    long all = 0;
    int removed;
    do {
      removed = database.write(tx -> removeSome(tx, limit));
      all += removed;
    } while (removed == REMOVED_AT_ONCE);
    return all;
  }

  private int removeSome(Transaction tx, Instant limit) {
    List<Kept> oldest =
        tx
            .list(
                "SELECT * FROM audit_records ORDER BY seq LIMIT ?",
                AuditRows::kept,
                REMOVED_AT_ONCE)
            .stream()
            .takeWhile(kept -> kept.record().time().isBefore(limit))
            .toList();
    if (!oldest.isEmpty()) {
      Kept last = oldest.getLast();
      tx.update("DELETE FROM audit_records WHERE seq <= ?", last.seq());
      chain.forget(tx, new AuditChain.Link(last.seq(), last.hash()));
    }
    return oldest.size();
  }

  /** Keeps what is still waiting. */
  @Override
  public void close() {
    queue.close();
  }

  private static void add(
      StringBuilder sql, List<@Nullable Object> args, String condition, Object value) {
    sql.append(" AND ").append(condition);
    args.add(value);
  }

  /** A name alone stands for the principal of that name, whatever its kind. */
  private static void addPrincipal(
      StringBuilder sql, List<@Nullable Object> args, String principal) {
    if (principal.indexOf(':') >= 0) {
      sql.append(" AND (principal = ? OR person = ?)");
      args.add(principal);
      args.add(principal);
    } else {
      sql.append(" AND (principal IN (?, ?, ?) OR person IN (?, ?, ?))");
      for (int i = 0; i < 2; i++) {
        args.add("user:" + principal);
        args.add("role:" + principal);
        args.add("service:" + principal);
      }
    }
  }
}
