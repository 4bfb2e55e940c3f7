package io.hosu.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A prepared statement with the places of its result's columns, which are found once. */
final class Prepared implements AutoCloseable {
  private final PreparedStatement statement;
  private @Nullable Map<String, Integer> columns;

  Prepared(PreparedStatement statement) {
    this.statement = statement;
  }

  PreparedStatement statement() {
    return statement;
  }

  /** Where each column of {@code rows} stands, the first being 1. */
  Map<String, Integer> columns(ResultSet rows) throws SQLException {
    if (columns == null) {
      columns = read(rows.getMetaData());
    }
    return columns;
  }

  private static Map<String, Integer> read(ResultSetMetaData data) throws SQLException {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 1; i <= data.getColumnCount(); i++) {
      places.put(data.getColumnLabel(i), i);
    }
    return places;
  }

  @Override
  public void close() throws SQLException {
    statement.close();
  }
}
