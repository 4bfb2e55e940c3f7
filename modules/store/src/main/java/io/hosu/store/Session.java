package io.hosu.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One connection with the statements that were prepared on it, the latest used kept. Belongs to one
 * thread at a time.
 */
final class Session implements AutoCloseable {
  private static final int STATEMENTS = 256;

  private final Connection connection;
  private final Map<String, Prepared> prepared = new LinkedHashMap<>(64, 0.75f, true);

  Session(Connection connection) {
    this.connection = connection;
  }

  /** The statement {@code sql}, ready for arguments. */
  Prepared prepare(String sql) throws SQLException {
    Prepared known = prepared.get(sql);
    if (known != null) {
      return known;
    }
    if (prepared.size() >= STATEMENTS) {
      dropEldest();
    }
    PreparedStatement statement = connection.prepareStatement(sql);
    Prepared fresh = new Prepared(statement);
    prepared.put(sql, fresh);
    return fresh;
  }

  private void dropEldest() throws SQLException {
    Iterator<Prepared> eldestFirst = prepared.values().iterator();
    Prepared eldest = eldestFirst.next();
    eldestFirst.remove();
    eldest.close();
  }

  /** Runs one statement that has neither arguments nor rows. */
  void execute(String sql) throws SQLException {
    prepare(sql).statement().execute();
  }

  /** Runs a text of statements as it stands, once. */
  void executeOnce(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The text in the first column of the first row. */
  String text(String sql) throws SQLException {
    try (ResultSet rows = prepare(sql).statement().executeQuery()) {
      if (!rows.next()) {
        throw new SQLException("No row: " + sql);
      }
      return String.valueOf(rows.getString(1));
    }
  }

  void commit() throws SQLException {
    connection.commit();
  }

  void rollback() throws SQLException {
    connection.rollback();
  }

  /** Closes the connection; a connection that is broken already is as good as closed. */
  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // Nothing is left to be saved: whoever needed its last words has read them.
    }
  }
}
