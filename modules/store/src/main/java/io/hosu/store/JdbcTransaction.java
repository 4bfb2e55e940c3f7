package io.hosu.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A transaction on a session, of one work. After a statement failed no other runs, on either
 * database: a work cannot go on over a failure that it caught.
 */
final class JdbcTransaction implements Transaction {
  private final Session session;
  private final Thread owner = Thread.currentThread();
  private final List<Runnable> actions = new ArrayList<>();
  private @Nullable SQLException failure;
  private boolean over;

  JdbcTransaction(Session session) {
    this.session = session;
  }

  @Override
  public int update(String sql, @Nullable Object... args) {
    return run(
        sql,
        prepared -> {
          bind(prepared.statement(), Arrays.asList(args));
          return prepared.statement().executeUpdate();
        });
  }

  @Override
  public int updateAll(String sql, List<? extends List<? extends @Nullable Object>> rows) {
    return rows.isEmpty() ? 0 : run(sql, prepared -> executeAll(prepared.statement(), rows));
  }

  @Override
  public <T> List<T> list(String sql, Function<Row, T> view, @Nullable Object... args) {
    return run(sql, prepared -> query(prepared, view, args));
  }

  @Override
  public <T> Optional<T> find(String sql, Function<Row, T> view, @Nullable Object... args) {
    List<T> rows = list(sql, view, args);
    if (rows.size() > 1) {
      throw new IllegalStateException("%d rows instead of one: %s".formatted(rows.size(), sql));
    }
    return rows.isEmpty() ? Optional.empty() : Optional.of(rows.getFirst());
  }

  @Override
  public long number(String sql, @Nullable Object... args) {
    return run(
        sql,
        prepared -> {
          bind(prepared.statement(), Arrays.asList(args));
          try (ResultSet rows = prepared.statement().executeQuery()) {
            return onlyNumber(rows, sql);
          }
        });
  }

  @Override
  public void afterCommit(Runnable action) {
    requireUsable();
    actions.add(action);
  }

  /** Ends the time in which the work may use this. */
  void end() {
    over = true;
  }

  /** The first statement that failed, if one did. */
  Optional<SQLException> failure() {
    return Optional.ofNullable(failure);
  }

  List<Runnable> actions() {
    return actions;
  }

  private <T> T run(String sql, Step<T> step) {
    requireUsable();
    try {
      return step.on(session.prepare(sql));
    } catch (SQLException e) {
      throw failed(sql, e);
    } catch (JdbcRow.RowFailure e) {
      throw failed(sql, e.failure());
    }
  }

  private IllegalStateException failed(String sql, SQLException e) {
    failure = e;
    return new IllegalStateException("%s: %s".formatted(e.getMessage(), sql), e);
  }

  private void requireUsable() {
    if (over || !Thread.currentThread().equals(owner)) {
      throw new IllegalStateException(
          "A transaction is used only inside its work, on the thread that runs it.");
    }
    if (failure != null) {
      throw new IllegalStateException("A statement failed before, so the work is over.", failure);
    }
  }

  private static <T> List<T> query(
      Prepared prepared, Function<Row, T> view, @Nullable Object[] args) throws SQLException {
    bind(prepared.statement(), Arrays.asList(args));
    try (ResultSet rows = prepared.statement().executeQuery()) {
      JdbcRow row = new JdbcRow(rows, prepared.columns(rows));
      List<T> seen = new ArrayList<>();
      while (rows.next()) {
        seen.add(view.apply(row));
      }
      return seen;
    }
  }

  private static long onlyNumber(ResultSet rows, String sql) throws SQLException {
    boolean some = rows.next();
    long number = some ? rows.getLong(1) : 0;
    if (!some || rows.wasNull() || rows.next()) {
      throw new IllegalStateException("Not one number: " + sql);
    }
    return number;
  }

  private static int executeAll(
      PreparedStatement statement, List<? extends List<? extends @Nullable Object>> rows)
      throws SQLException {
    try {
      for (List<? extends @Nullable Object> row : rows) {
        bind(statement, row);
        statement.addBatch();
      }
      return Arrays.stream(statement.executeBatch()).sum();
    } finally {
      statement.clearBatch();
    }
  }

  private static void bind(PreparedStatement statement, List<? extends @Nullable Object> args)
      throws SQLException {
    int place = 1;
    for (Object value : args) {
      bind(statement, place++, value);
    }
  }

  private static void bind(PreparedStatement statement, int place, @Nullable Object value)
      throws SQLException {
    switch (value) {
      case null -> statement.setNull(place, Types.NULL);
      case String text -> statement.setString(place, Texts.requireStorable(text));
      case Long number -> statement.setLong(place, number);
      case Integer number -> statement.setLong(place, number);
      case Boolean flag -> statement.setLong(place, flag ? 1 : 0);
      case Instant instant -> statement.setLong(place, instant.toEpochMilli());
      case byte[] bytes -> statement.setBytes(place, bytes);
      default ->
          throw new IllegalArgumentException(
              "A %s is no argument of a statement.".formatted(value.getClass().getName()));
    }
  }

  /** What is done with a prepared statement. */
  @FunctionalInterface
  private interface Step<T> {
    T on(Prepared prepared) throws SQLException;
  }
}
