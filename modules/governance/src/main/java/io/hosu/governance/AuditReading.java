package io.hosu.governance;

import io.hosu.kernel.Page;
import io.hosu.store.Database;
import java.util.ArrayList;
import java.util.List;

/** Lists audit records, those of the state database and those that moved. Any thread may use it. */
final class AuditReading {
  private final Database database;
  private final OlderAudit older;

  AuditReading(Database database, OlderAudit older) {
    this.database = database;
    this.older = older;
  }

  /** What one transaction tells. */
  private record Told(List<AuditRow> rows, OlderAudit.Moment moved) {}

  /**
   * Records before the place {@code before}, the newest first; the page's token is the place from
   * which to go on.
   */
  Page<AuditRow> list(AuditRecords.Filter filter, int limit, long before) {
    int most = limit + 1;
    Told told =
        database.read(tx -> new Told(AuditRecords.newest(tx, filter, before, most), older.at(tx)));
    List<AuditRow> found = new ArrayList<>(told.rows());
    if (found.size() < most) {
      long behind = found.isEmpty() ? before : found.getLast().seq();
      found.addAll(told.moved().newest(filter, behind, most - found.size()));
    }
    return found.size() <= limit
        ? Page.last(found)
        : new Page<>(found.subList(0, limit), Long.toString(found.get(limit - 1).seq()));
  }
}
