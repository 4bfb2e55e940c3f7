package io.hosu.query.worker;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import io.hosu.query.engine.WriteRequest;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes rows as Parquet files and tells their statistics. */
final class ParquetWriting {
  private ParquetWriting() {}

  static ObjectNode write(Sql sql, String select, WriteRequest request) throws SQLException {
    ObjectNode outcome = Json.object();
    String rows = projected(select, request);
    String to = Quote.text(target(request).toString());
    sql.use(
        "COPY (%s) TO %s (%s)".formatted(rows, to, options(request)),
        rows,
        files -> collect(files, outcome));
    return outcome;
  }

  /** Writes the rows as one file, and tells how many there are. */
  static long write(Sql sql, String select, Path file) throws SQLException {
    AtomicLong rows = new AtomicLong();
    sql.use(
        "COPY (%s) TO %s (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v1, RETURN_STATS true)"
            .formatted(select, Quote.text(file.toString())),
        select,
        result -> {
          while (result.next()) {
            rows.addAndGet(result.getLong("count"));
          }
        });
    return rows.get();
  }

  /** A directory of its own in the wanted one, so that files of several writes never meet. */
  private static Path target(WriteRequest request) {
    return request.directory().resolve("w" + Long.toHexString(System.nanoTime()));
  }

  private static String projected(String select, WriteRequest request) {
    List<String> columns = new ArrayList<>();
    request
        .columns()
        .forEach(column ->
            columns.add(
                "CAST(%s AS %s) AS %s"
                    .formatted(column.expression(), column.type(), Quote.name(column.name()))));
    String order =
        request.order().isEmpty() ? "" : " ORDER BY " + String.join(", ", request.order());
    String typed = "SELECT %s FROM (%s)".formatted(String.join(", ", columns), select);
    if (request.partitions().isEmpty()) {
      return typed.isEmpty() || order.isEmpty()
          ? typed
          : "SELECT * FROM (%s)%s".formatted(typed, order);
    }
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < request.partitions().size(); i++) {
      parts.add(request.partitions().get(i) + " AS __p" + i);
    }
    return "SELECT *, %s FROM (%s)%s".formatted(String.join(", ", parts), typed, order);
  }

  private static String options(WriteRequest request) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "FORMAT parquet",
                "COMPRESSION zstd",
                "PARQUET_VERSION v1",
                "RETURN_STATS true",
                "FILENAME_PATTERN '{uuid}'"));
    if (!request.fieldIds().isEmpty()) {
      options.add("FIELD_IDS " + request.fieldIds());
    }
    if (request.partitions().isEmpty()) {
      options.add("FILE_SIZE_BYTES %d".formatted(request.fileBytes()));
    } else {
      options.add(
          java.util.stream.IntStream.range(0, request.partitions().size())
              .mapToObj(i -> "__p" + i)
              .collect(Collectors.joining(", ", "PARTITION_BY (", ")")));
    }
    return String.join(", ", options);
  }

  private static void collect(ResultSet files, ObjectNode outcome) throws SQLException {
    ArrayNode list = outcome.putArray("files");
    long rows = 0;
    long bytes = 0;
    while (files.next()) {
      ObjectNode file = list.addObject();
      file.put("filename", files.getString("filename"));
      file.put("count", files.getLong("count"));
      file.put("file_size_bytes", files.getLong("file_size_bytes"));
      file.put("footer_size_bytes", files.getLong("footer_size_bytes"));
      map(file.putObject("column_statistics"), (Map<?, ?>) files.getObject("column_statistics"));
      map(file.putObject("partition_keys"), (Map<?, ?>) files.getObject("partition_keys"));
      rows += files.getLong("count");
      bytes += files.getLong("file_size_bytes");
    }
    outcome.put("rows", rows).put("bytes", bytes);
  }

  private static void map(ObjectNode json, @Nullable Map<?, ?> map) {
    if (map == null) {
      return;
    }
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      String key = String.valueOf(entry.getKey());
      switch (entry.getValue()) {
        case null -> json.putNull(key);
        case Map<?, ?> nested -> map(json.putObject(key), nested);
        default -> json.put(key, entry.getValue().toString());
      }
    }
  }
}
