package io.hosu.governance;

import io.hosu.store.Transaction;
import java.util.List;

/** Audit records that moved out of the state database. May be used from any thread. */
public interface OlderAudit {
  /** Nothing moves. */
  OlderAudit NONE =
      _ ->
          new Moment() {
            @Override
            public Places places() {
              return Places.NONE;
            }

            @Override
            public List<AuditRow> rows(long from, long to) {
              return List.of();
            }

            @Override
            public List<AuditRow> newest(AuditRecords.Filter filter, long before, int most) {
              return List.of();
            }
          };

  /** Those that had moved as {@code tx} sees it; they are read after it. */
  Moment at(Transaction tx);

  /** The first and the last place in the chain; the first is greater where there are none. */
  record Places(long first, long last) {
    /** None. */
    public static final Places NONE = new Places(1, 0);
  }

  /** The records of one moment. */
  interface Moment {
    /** Where they are in the chain. */
    Places places();

    /** Those at the places from {@code from} to before {@code to}, in order. */
    List<AuditRow> rows(long from, long to);

    /** Those before the place {@code before} that are wanted, the newest first. */
    List<AuditRow> newest(AuditRecords.Filter filter, long before, int most);
  }
}
