package io.hosu.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import io.hosu.tables.FileStatistics;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The bare engine in this process, with the options that Hosu's engines write by. */
final class Duck implements AutoCloseable {
  static final String OPTIONS =
      "FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v1, RETURN_STATS true";
  private final Connection connection;

  Duck() throws SQLException {
    connection = DriverManager.getConnection("jdbc:duckdb:");
    run("SET TimeZone = 'UTC'");
    run("SET memory_limit = '1GiB'"); // as Hosu's engines have it by default
  }

  void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** All rows, each as one text with commas. */
  List<String> rows(String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int width = result.getMetaData().getColumnCount();
      while (result.next()) {
        StringBuilder row = new StringBuilder();
        for (int i = 1; i <= width; i++) {
          row.append(i == 1 ? "" : ",").append(result.getString(i));
        }
        rows.add(row.toString());
      }
    }
    return rows;
  }

  /** Runs a COPY with RETURN_STATS and gives what it says of the files. */
  List<FileStatistics> copy(String sql) throws SQLException {
    List<FileStatistics> files = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        ObjectNode row = Json.object();
        row.put("filename", result.getString("filename"));
        row.put("count", result.getLong("count"));
        row.put("file_size_bytes", result.getLong("file_size_bytes"));
        fill(row.putObject("column_statistics"), result.getObject("column_statistics"));
        fill(row.putObject("partition_keys"), result.getObject("partition_keys"));
        files.add(FileStatistics.fromJson(row));
      }
    }
    return files;
  }

  private static void fill(ObjectNode json, @Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        String key = String.valueOf(entry.getKey());
        switch (entry.getValue()) {
          case null -> json.putNull(key);
          case Map<?, ?> nested -> fill(json.putObject(key), nested);
          default -> json.put(key, entry.getValue().toString());
        }
      }
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
