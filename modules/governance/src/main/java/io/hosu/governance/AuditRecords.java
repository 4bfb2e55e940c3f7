package io.hosu.governance;

import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The audit records of the state database: the newest, as older ones move elsewhere. May be used
 * from any thread.
 */
public final class AuditRecords {
  private final Database database;
  private final AuditChain chain;

  AuditRecords(Database database, AuditChain chain) {
    this.database = database;
    this.chain = chain;
  }

  /** Which records are wanted. */
  public record Filter(
      Doings doings, Optional<Instant> since, Optional<AuditRecord.Verdict> decision) {
    /** All of them. */
    public static Filter all() {
      return new Filter(new Doings.All(), Optional.empty(), Optional.empty());
    }

    /** Those of {@code doings}, whenever it was. */
    public static Filter of(Doings doings) {
      return new Filter(doings, Optional.empty(), Optional.empty());
    }
  }

  /** Records before the place {@code before}, the newest first. */
  public List<AuditRow> newest(Filter filter, long before, int most) {
    return database.read(tx -> newest(tx, filter, before, most));
  }

  static List<AuditRow> newest(Transaction tx, Filter filter, long before, int most) {
    return list(tx, filter, "seq < ?", before, "seq DESC", most);
  }

  /** Records after the place {@code after}, the oldest first. */
  public static List<AuditRow> next(Transaction tx, Filter filter, long after, int most) {
    return list(tx, filter, "seq > ?", after, "seq", most);
  }

  /** The oldest records, as long as they are from before {@code limit}. */
  public List<AuditRow> oldest(Instant limit, int most) {
    return database.read(tx -> next(tx, Filter.all(), Long.MIN_VALUE, most)).stream()
        .takeWhile(row -> row.time().isBefore(limit))
        .toList();
  }

  /**
   * Removes records that are kept elsewhere from now on; false, when they are not here any more.
   *
   * @param rows what {@link #oldest} gave
   */
  public boolean remove(Transaction tx, List<AuditRow> rows) {
    long from = rows.getFirst().seq();
    long to = rows.getLast().seq();
    String these = "FROM audit_records WHERE seq >= ? AND seq <= ?";
    return tx.update("DELETE " + these, from, to) == rows.size();
  }

  /**
   * Notes that no record up to this one is kept any more.
   *
   * @return false, when that is known already
   */
  public boolean forget(Transaction tx, long seq, String hash) {
    boolean news = AuditChain.ends(tx).gone().seq() < seq;
    if (news) {
      chain.forget(tx, new AuditChain.Link(seq, hash));
    }
    return news;
  }

  private static List<AuditRow> list(
      Transaction tx, Filter filter, String from, long seq, String order, int most) {
    StringBuilder sql = new StringBuilder("SELECT * FROM audit_records WHERE ").append(from);
    List<@Nullable Object> args = new ArrayList<>(List.of(seq));
    filter
        .doings
        .condition(
            new Doings.Literals() {
              @Override
              public String of(String text) {
                args.add(text);
                return "?";
              }

              @Override
              public String of(Instant time) {
                args.add(time);
                return "?";
              }
            })
        .ifPresent(condition -> sql.append(" AND ").append(condition));
    filter.since.ifPresent(time -> {
      sql.append(" AND time >= ?");
      args.add(time);
    });
    filter.decision.ifPresent(decision -> {
      sql.append(" AND decision = ?");
      args.add(decision.name());
    });
    sql.append(" ORDER BY %s LIMIT ?".formatted(order));
    args.add(most);
    return tx.list(sql.toString(), AuditRow::of, args.toArray());
  }
}
