package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.store.Database;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The audit record of the lake.
 *
 * <p>What is denied and what is administered is durable before it is answered; what is allowed
 * every day is kept in batches within a quarter of a second, and at {@link #close}. The queue of
 * them is bounded: who comes when it is full waits. May be used from any thread.
 */
public final class Audit implements AutoCloseable {
  private static final int REMOVED_AT_ONCE = 1000;
  private static final String COLUMNS =
      "id, time, principal, door, action, resource, decision, detail";

  private final Database database;
  private final Ids ids;
  private final AuditQueue queue;

  public Audit(Database database, Ids ids) {
    this.database = database;
    this.ids = ids;
    this.queue = new AuditQueue(records -> database.write(tx -> insert(tx, records)));
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

  /** A record under its id. */
  public record Kept(String id, AuditRecord record) {}

  /**
   * Keeps a record soon.
   *
   * @throws Unavailable {@link GovernanceError#AUDIT_UNAVAILABLE} when the queue stays full
   */
  public void record(AuditRecord record) {
    queue.add(new Kept(ids.next(), record));
  }

  /** Keeps a record before returning. */
  public void recordNow(AuditRecord record) {
    database.write(tx -> recordIn(tx, record));
  }

  /** Keeps a record with the transaction that does what it tells of. */
  public int recordIn(Transaction tx, AuditRecord record) {
    return insert(tx, List.of(new Kept(ids.next(), record)));
  }

  /** Waits until all that was recorded before is durable. */
  public void flush() {
    queue.flush();
  }

  /** Records, the newest first. */
  public Page<Kept> list(Filter filter, int limit, Optional<String> next) {
    StringBuilder sql =
        new StringBuilder("SELECT %s FROM audit_records WHERE 1 = 1".formatted(COLUMNS));
    List<@Nullable Object> args = new ArrayList<>();
    filter.principal.ifPresent(value -> addPrincipal(sql, args, value));
    filter.since.ifPresent(value -> add(sql, args, "time >= ?", value));
    filter.decision.ifPresent(value -> add(sql, args, "decision = ?", value.name()));
    next.ifPresent(value -> add(sql, args, "id < ?", value));
    sql.append(" ORDER BY id DESC LIMIT ?");
    args.add((long) limit + 1);
    List<Kept> found = database.read(tx -> tx.list(sql.toString(), Audit::kept, args.toArray()));
    return found.size() <= limit
        ? Page.last(found)
        : new Page<>(found.subList(0, limit), found.get(limit - 1).id());
  }

  /** Removes the records from before {@code limit}; returns how many there were. */
  public long removeBefore(Instant limit) {
    long all = 0;
    int removed;
    do {
      removed =
          database.write(tx ->
              tx.update(
                  """
                  DELETE FROM audit_records WHERE id IN (
                    SELECT id FROM audit_records WHERE time < ? ORDER BY time, id LIMIT ?)
                  """,
                  limit,
                  REMOVED_AT_ONCE));
      all += removed;
    } while (removed == REMOVED_AT_ONCE);
    return all;
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
      add(sql, args, "principal = ?", principal);
    } else {
      add(sql, args, "principal IN (?, ?, ?)", "user:" + principal);
      args.add("role:" + principal);
      args.add("service:" + principal);
    }
  }

  private static int insert(Transaction tx, List<Kept> records) {
    return tx.updateAll(
        "INSERT INTO audit_records (%s) VALUES (?, ?, ?, ?, ?, ?, ?, ?)".formatted(COLUMNS),
        records.stream().map(Audit::values).toList());
  }

  private static List<Object> values(Kept kept) {
    AuditRecord record = kept.record;
    return List.of(
        kept.id,
        record.time(),
        record.principal(),
        record.door().name(),
        record.action(),
        record.resource(),
        record.decision().name(),
        Json.print(record.detail()));
  }

  private static Kept kept(Row row) {
    return new Kept(
        row.text("id"),
        new AuditRecord(
            row.instant("time"),
            row.text("principal"),
            Door.valueOf(row.text("door")),
            row.text("action"),
            row.text("resource"),
            AuditRecord.Verdict.valueOf(row.text("decision")),
            (ObjectNode) Json.parse(row.text("detail"))));
  }
}
