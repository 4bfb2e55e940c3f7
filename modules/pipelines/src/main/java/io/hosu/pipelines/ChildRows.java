package io.hosu.pipelines;

import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The rows that executions have in one table, read part by part beside a walk over the executions
 * in the order of their ids.
 */
final class ChildRows<T> {
  private static final int PART = 250;

  private final Transaction tx;
  private final String sql;
  private final Function<Row, Child<T>> view;
  private List<Child<T>> part = List.of();
  private int at;
  private boolean last;

  private record Child<T>(String execution, long position, T value) {}

  /**
   * The rows of {@code table}.
   *
   * @param position the column that orders the rows of one execution, from 0 or 1
   */
  ChildRows(Transaction tx, String table, String position, Function<Row, T> view) {
    this.tx = tx;
    this.sql =
        "SELECT * FROM %s WHERE (execution, %s) > (?, ?) ORDER BY execution, %s LIMIT %d"
            .formatted(table, position, position, PART);
    this.view = row -> new Child<>(row.text("execution"), row.number(position), view.apply(row));
  }

  /** Gives the rows of one execution, in order; the next call is for one with a greater id. */
  void of(String execution, Consumer<T> each) {
    while (find(execution)) {
      each.accept(part.get(at++).value());
    }
  }

  /** Whether the next row is one of this execution. */
  private boolean find(String execution) {
    while (true) {
      while (at < part.size() && part.get(at).execution().compareTo(execution) < 0) {
        at++;
      }
      if (at < part.size()) {
        return part.get(at).execution().equals(execution);
      }
      if (last) {
        return false;
      }
      read(execution);
    }
  }

  /** Reads on: after the last row, or at the execution when that is further. */
  private void read(String execution) {
    boolean on = !part.isEmpty() && part.getLast().execution().equals(execution);
    part = tx.list(sql, view, execution, on ? part.getLast().position() : -1L);
    at = 0;
    last = part.size() < PART;
  }
}
