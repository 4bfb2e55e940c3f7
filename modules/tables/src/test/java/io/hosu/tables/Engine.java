package io.hosu.tables;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.util.BucketUtil;
import org.duckdb.DuckDBDataChunkWriter;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBTableFunction;
import org.duckdb.DuckDBTableFunctionBindInfo;
import org.duckdb.DuckDBTableFunctionCallInfo;
import org.duckdb.DuckDBTableFunctionInitInfo;
import org.duckdb.DuckDBValue;
import org.jspecify.annotations.Nullable;

/** The engine in the test's own process, as a worker would drive it. */
final class Engine implements AutoCloseable {
  private final Connection connection;

  Engine() {
    try {
      connection = DriverManager.getConnection("jdbc:duckdb:");
      run("SET TimeZone = 'America/New_York'");
      DuckDBFunctions.scalarFunction()
          .withName("hosu_bucket_long")
          .withParameter(long.class)
          .withParameter(int.class)
          .withReturnType(int.class)
          .withFunction((Long value, Integer count) -> bucket(BucketUtil.hash(value), count))
          .register(connection);
      DuckDBFunctions.scalarFunction()
          .withName("hosu_bucket_text")
          .withParameter(String.class)
          .withParameter(int.class)
          .withReturnType(int.class)
          .withFunction((String value, Integer count) -> bucket(BucketUtil.hash(value), count))
          .register(connection);
      DuckDBFunctions.tableFunction()
          .withName(DeletionVectors.FUNCTION)
          .withParameter(String.class)
          .withFunction(new Deletions())
          .register(connection);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Deletions
      implements DuckDBTableFunction<String, DeletionVectors.Rows, Object> {
    @Override
    public String bind(DuckDBTableFunctionBindInfo info) {
      info.addResultColumn("file", long.class);
      info.addResultColumn("pos", long.class);
      try (DuckDBValue argument = info.getParameter(0)) {
        return argument.getString();
      }
    }

    @Override
    public DeletionVectors.Rows init(DuckDBTableFunctionInitInfo info) {
      info.setMaxThreads(1);
      return new DeletionVectors.Rows(DeletionVectors.parse(info.getBindData()));
    }

    @Override
    public long apply(DuckDBTableFunctionCallInfo info, DuckDBDataChunkWriter out)
        throws Exception {
      DeletionVectors.Rows rows = info.getInitData();
      long[] files = new long[(int) Math.min(100, out.capacity())];
      long[] positions = new long[files.length];
      int count = rows.read(files, positions);
      for (int i = 0; i < count; i++) {
        out.vector(0).setLong(i, files[i]);
        out.vector(1).setLong(i, positions[i]);
      }
      return count;
    }
  }

  private static int bucket(int hash, int count) {
    return (hash & Integer.MAX_VALUE) % count;
  }

  void run(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Rows as the text of each column, null for NULL. */
  List<List<@Nullable String>> query(String sql) {
    List<List<@Nullable String>> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int width = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<@Nullable String> row = new ArrayList<>();
        for (int i = 1; i <= width; i++) {
          row.add(Objects.toString(result.getObject(i), null));
        }
        rows.add(row);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
    return rows;
  }

  List<SqlColumn> describe(String sql) {
    return query("DESCRIBE " + sql).stream()
        .map(row -> new SqlColumn(row.get(0), row.get(1)))
        .toList();
  }

  /** Writes rows and tells of each file what a worker tells, through JSON. */
  List<FileStatistics> write(WriteShape shape, String rows, Path target, String... options) {
    List<FileStatistics> files = new ArrayList<>();
    String sql = copy(shape, rows, target, List.of(options));
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        ObjectNode row = Json.object();
        row.put("filename", result.getString("filename"));
        row.put("count", result.getLong("count"));
        row.put("file_size_bytes", result.getLong("file_size_bytes"));
        row.set(
            "column_statistics",
            Json.mapper().valueToTree(texts(result.getObject("column_statistics"))));
        row.set(
            "partition_keys", Json.mapper().valueToTree(texts(result.getObject("partition_keys"))));
        files.add(FileStatistics.fromJson(Json.parse(Json.print(row))));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
    return files;
  }

  private static String copy(WriteShape shape, String rows, Path target, List<String> more) {
    List<String> options = new ArrayList<>(List.of("FORMAT parquet", "COMPRESSION zstd"));
    options.add("RETURN_STATS true");
    options.add("FIELD_IDS " + shape.fieldIds());
    List<String> names =
        IntStream.range(0, shape.partitions().size()).mapToObj(i -> "__p" + i).toList();
    if (!names.isEmpty()) {
      options.add(
          "PARTITION_BY (%s), FILENAME_PATTERN '{uuid}'".formatted(String.join(", ", names)));
    }
    options.addAll(more);
    String columns =
        shape.columns().stream()
            .map(c -> "%s::%s AS %s".formatted(c.expression(), c.type(), Sql.name(c.name())))
            .collect(Collectors.joining(", "));
    String select = "SELECT %s FROM (%s) AS __rows".formatted(columns, rows);
    if (!names.isEmpty()) {
      String partitions =
          IntStream.range(0, names.size())
              .mapToObj(i -> shape.partitions().get(i) + " AS " + names.get(i))
              .collect(Collectors.joining(", "));
      select = "SELECT *, %s FROM (%s) AS __cast".formatted(partitions, select);
    }
    if (!shape.order().isEmpty()) {
      select += " ORDER BY " + String.join(", ", shape.order());
    }
    return "COPY (%s) TO %s (%s)"
        .formatted(select, Sql.text(target.toString()), String.join(", ", options));
  }

  private static @Nullable Object texts(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> texts = new java.util.LinkedHashMap<>();
      map.forEach((key, item) -> texts.put(key.toString(), texts(item)));
      return texts;
    }
    return value == null ? null : value.toString();
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
