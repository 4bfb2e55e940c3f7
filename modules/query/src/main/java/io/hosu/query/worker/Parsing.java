package io.hosu.query.worker;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Turns SQL into its tree and back, in an instance that can do nothing else. */
final class Parsing {
  private final Connection connection;

  Parsing(WorkerConfig config) throws SQLException {
    connection = config.openForSmallResults();
    Sql sql = new Sql(connection);
    sql.run("SET max_expression_depth = 250");
    sql.run("SET enable_external_access = false");
    sql.run("SET lock_configuration = true");
    parse("SELECT 1");
  }

  /** The tree of a text, or DuckDB's description of what is wrong with it, as JSON. */
  String parse(String text) throws SQLException {
    return call("SELECT json_serialize_sql(?::VARCHAR)", text);
  }

  /** The text of a tree. */
  String print(String tree) throws SQLException {
    return call("SELECT json_deserialize_sql(?::JSON)", tree);
  }

  private String call(String function, String argument) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(function)) {
      statement.setString(1, argument);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return result.getString(1);
      }
    }
  }
}
