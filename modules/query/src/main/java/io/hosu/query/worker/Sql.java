package io.hosu.query.worker;

import io.hosu.query.engine.Column;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.jspecify.annotations.Nullable;

/**
 * Statements on one connection, of which another thread can cancel the one that runs.
 *
 * <p>A statement is used once: the driver closes it after an error.
 */
final class Sql {
  private static final String NO_REASON = "Invalid result set";

  private final Connection connection;
  private @Nullable Statement running;
  private boolean cancelled;

  Sql(Connection connection) {
    this.connection = connection;
  }

  /** What is made of one row. */
  interface View<T> {
    T of(ResultSet row) throws SQLException;
  }

  /** What is done with a whole result. */
  interface Use<E extends Exception> {
    void of(ResultSet result) throws SQLException, E;
  }

  /** Runs a statement whose rows, if any, do not matter. */
  void run(String sql) throws SQLException {
    try (Statement statement = begin()) {
      if (statement.execute(sql)) {
        try (ResultSet rows = statement.getResultSet()) {
          while (rows.next()) {
            // A streamed statement is done only when its result is at its end.
          }
        }
      }
    } finally {
      ended();
    }
  }

  /** All rows of a small result. */
  <T> List<T> list(String sql, View<T> view) throws SQLException {
    List<T> rows = new ArrayList<>();
    use(
        sql,
        sql,
        result -> {
          while (result.next()) {
            rows.add(view.of(result));
          }
        });
    return rows;
  }

  /** The first number of the only row. */
  long number(String sql) throws SQLException {
    return list(sql, row -> row.getLong(1)).getFirst();
  }

  /**
   * Hands the result, which may be large, to {@code use}.
   *
   * @param select the SELECT in {@code sql}, for finding out why it failed
   */
  <E extends Exception> void use(String sql, String select, Use<E> use) throws SQLException, E {
    try (Statement statement = begin();
        ResultSet result = statement.executeQuery(sql)) {
      use.of(result);
    } catch (SQLException e) {
      throw String.valueOf(e.getMessage()).contains(NO_REASON) ? reason(select, e) : e;
    } finally {
      ended();
    }
  }

  /**
   * The driver does not tell why a streamed statement failed, so its rows are computed again, to be
   * forgotten.
   */
  private SQLException reason(String select, SQLException unknown) {
    try {
      requireNotCancelled();
    } catch (SQLException e) {
      return e;
    }
    String again = "SELECT bit_xor(hash(t)) FROM (%s) t".formatted(select);
    try (DuckDBPreparedStatement statement =
        connection.unwrap(DuckDBConnection.class).prepare(again)) {
      runs(statement);
      statement.query().close();
      return unknown;
    } catch (SQLException e) {
      return e;
    }
  }

  /**
   * Fails as a statement that was stopped does, when {@link #cancel} came since the last one began.
   */
  void requireNotCancelled() throws SQLException {
    if (isCancelled()) {
      throw new SQLException("INTERRUPT Error: The statement was cancelled.");
    }
  }

  /** How many rows the last statement read from files; only of instances that measure it. */
  long scanned() throws SQLException {
    return Scans.ofLast(connection);
  }

  /** The columns of a SELECT, which does not run. */
  List<Column> columns(String select) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(select)) {
      return columns(statement.getMetaData());
    }
  }

  /** The columns of a result. */
  static List<Column> columns(ResultSetMetaData data) throws SQLException {
    List<Column> columns = new ArrayList<>();
    for (int i = 1; i <= data.getColumnCount(); i++) {
      columns.add(new Column(data.getColumnName(i), data.getColumnTypeName(i)));
    }
    return columns;
  }

  /** Stops the statement that runs, if one does. Any thread may call it. */
  void cancel() throws SQLException {
    Statement statement;
    synchronized (this) {
      statement = running;
      cancelled = true;
    }
    if (statement != null) {
      statement.cancel();
    }
  }

  private Statement begin() throws SQLException {
    Statement statement = connection.createStatement();
    synchronized (this) {
      cancelled = false;
    }
    runs(statement);
    return statement;
  }

  private synchronized void runs(Statement statement) {
    running = statement;
  }

  private synchronized boolean isCancelled() {
    return cancelled;
  }

  private synchronized void ended() {
    running = null;
  }
}
