package io.hosu.tables;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.EventLog;
import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import java.util.List;

/**
 * The events of the catalog: {@code Table Created}, {@code Committed}, {@code Rolled Back}, {@code
 * Renamed} and {@code Dropped}; and of clones, {@code Domain Cloned} and {@code Clone Dropped}.
 */
final class TableEvents {
  private static final String SOURCE = "hosu.catalog";

  private final EventLog log;

  TableEvents(EventLog log) {
    this.log = log;
  }

  /** Appends an event about a domain to the log, as part of {@code tx}. */
  void append(Transaction tx, String detailType, String domain, ObjectNode detail) {
    log.append(tx, SOURCE, detailType, domain, List.of(domain), detail);
  }

  /** Appends an event about {@code table} to the log, as part of {@code tx}. */
  void append(Transaction tx, String detailType, TableName table, ObjectNode detail) {
    log.append(tx, SOURCE, detailType, table.domain(), List.of(table.toString()), detail);
  }
}
