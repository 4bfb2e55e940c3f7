package io.hosu.query.worker;

import io.hosu.query.engine.Column;
import io.hosu.query.worker.Faults.Fault;
import java.io.IOException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Types for columns of {@code input} that have no value, where SQL needs to know one: which
 * function {@code date_trunc('day', x)} is depends on it. All values are NULL whichever is taken.
 */
final class Guesses {
  private static final List<String> TYPES = List.of("VARCHAR", "TIMESTAMP", "DOUBLE");

  private final Input input;
  private final Sql sql;

  Guesses(Input input, Sql sql) {
    this.input = input;
    this.sql = sql;
  }

  /** Finds types with which {@code select} is correct; false when there are none. */
  boolean find(String select, Fault fault) throws SQLException, IOException {
    Map<String, String> types = new HashMap<>();
    long at = fault.position();
    for (Column column : sql.columns("SELECT * FROM input")) {
      if (!column.type().equals(Column.UNKNOWN)) {
        continue;
      }
      for (String type : TYPES) {
        types.put(column.name(), type);
        Optional<Fault> left = faultWith(types, select);
        if (left.isEmpty()) {
          return true;
        }
        if (left.get().position() != at) {
          at = left.get().position();
          break;
        }
        types.remove(column.name());
      }
    }
    input.suppose(sql, Map.of());
    return false;
  }

  private Optional<Fault> faultWith(Map<String, String> types, String select)
      throws SQLException, IOException {
    input.suppose(sql, types);
    input.trace(sql, select);
    return fault(select);
  }

  private Optional<Fault> fault(String select) {
    try {
      sql.columns(select);
      return Optional.empty();
    } catch (SQLException e) {
      return Optional.of(Faults.read(e));
    }
  }

  /** Whether {@code select} would fail in the same way whatever the types of the columns were. */
  boolean neverFits(String select, Fault fault) throws SQLException, IOException {
    Map<String, String> types = new HashMap<>();
    sql.columns("SELECT * FROM input").forEach(column -> types.put(column.name(), ""));
    return faultWith(types, select)
        .filter(left -> left.message().equals(fault.message()))
        .isPresent();
  }
}
