package io.hosu.query.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.query.engine.Column;
import io.hosu.query.engine.FileFooter;
import io.hosu.query.engine.SessionRequest;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the footers of Parquet files, and no row of theirs. */
final class FooterReading {
  /** A footer of more bytes is none that a server should remember. */
  private static final long MOST_BYTES = 16L << 20;

  private final Instances instances;

  FooterReading(Instances instances) {
    this.instances = instances;
  }

  private record File(String path, String object) {}

  /** What the files of an operation say, in their order; a broken one does not hold up others. */
  ObjectNode run(JsonNode operation) throws SQLException {
    List<File> files = new ArrayList<>();
    for (JsonNode file : operation.path("files")) {
      files.add(new File(file.path("path").asText(), file.path("object").asText()));
    }
    SessionRequest nothing = new SessionRequest("", List.of(), null, null, Duration.ZERO);
    ObjectNode json = Json.object();
    ArrayNode footers = json.putArray("footers");
    try (Instance instance =
        instances.take(nothing, files.stream().map(file -> Path.of(file.path())).toList())) {
      read(instance.sql(), files).forEach(footer -> footers.add(footer.toJson()));
    }
    return json;
  }

  private static List<FileFooter> read(Sql sql, List<File> files) {
    try {
      return together(sql, files);
    } catch (SQLException e) {
      if (files.size() == 1) {
        File file = files.getFirst();
        String why = Faults.read(e).headline().replace(file.path(), "it");
        return List.of(FileFooter.unreadable(file.object(), "It is no whole Parquet: " + why));
      }
    }
    int half = files.size() / 2;
    List<FileFooter> read = new ArrayList<>(read(sql, files.subList(0, half)));
    read.addAll(read(sql, files.subList(half, files.size())));
    return read;
  }

  /** The rows and bytes of a file, and how long its footer is. */
  private record Size(long rows, long bytes, long footer) {}

  private static List<FileFooter> together(Sql sql, List<File> files) throws SQLException {
    String list = Quote.texts(files.stream().map(File::path).toList());
    Map<String, Size> sizes = new HashMap<>();
    sql.list(
        "SELECT file_name, num_rows, file_size_bytes, footer_size FROM parquet_file_metadata(%s)"
            .formatted(list),
        row ->
            sizes.put(row.getString(1), new Size(row.getLong(2), row.getLong(3), row.getLong(4))));
    List<File> small =
        files.stream()
            .filter(file -> sizes.getOrDefault(file.path(), NONE).footer() <= MOST_BYTES)
            .toList();
    Map<String, List<ParquetNode.Element>> elements =
        small.isEmpty() ? Map.of() : elements(sql, small);
    Map<String, Map<Long, List<LeafStatistics.Part>>> parts =
        small.isEmpty() ? Map.of() : parts(sql, small);
    List<FileFooter> footers = new ArrayList<>();
    for (File file : files) {
      List<ParquetNode.Element> its = elements.get(file.path());
      footers.add(
          its == null
              ? FileFooter.unreadable(file.object(), "Its footer has more than 16 MB.")
              : footer(
                  file,
                  ParquetNode.of(its.iterator()),
                  sizes.getOrDefault(file.path(), NONE),
                  parts.getOrDefault(file.path(), Map.of())));
    }
    return footers;
  }

  private static final Size NONE = new Size(0, 0, 0);

  private static Map<String, List<ParquetNode.Element>> elements(Sql sql, List<File> files)
      throws SQLException {
    Map<String, List<ParquetNode.Element>> all = new HashMap<>();
    String select =
        """
        SELECT file_name, name, coalesce(type, ''), coalesce(repetition_type, ''), concat_ws(' ', converted_type, logical_type), coalesce(duckdb_type, ''), field_id, coalesce(num_children, 0)
        FROM parquet_schema(%s) ORDER BY file_name, column_id\
        """
            .formatted(Quote.texts(files.stream().map(File::path).toList()));
    sql.use(
        select,
        select,
        rows -> {
          while (rows.next()) {
            all.computeIfAbsent(rows.getString(1), _ -> new ArrayList<>()).add(element(rows));
          }
        });
    return all;
  }

  private static ParquetNode.Element element(ResultSet row) throws SQLException {
    return new ParquetNode.Element(
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getString(6),
        row.getObject(7) != null,
        row.getInt(8));
  }

  private static Map<String, Map<Long, List<LeafStatistics.Part>>> parts(Sql sql, List<File> files)
      throws SQLException {
    Map<String, Map<Long, List<LeafStatistics.Part>>> all = new HashMap<>();
    String select =
        """
        SELECT file_name, column_id, num_values, total_compressed_size, stats_null_count,
          CASE WHEN min_is_exact IS NOT FALSE THEN stats_min_value END,
          CASE WHEN max_is_exact IS NOT FALSE THEN stats_max_value END
        FROM parquet_metadata(%s)\
        """
            .formatted(Quote.texts(files.stream().map(File::path).toList()));
    sql.use(
        select,
        select,
        rows -> {
          while (rows.next()) {
            all.computeIfAbsent(rows.getString(1), _ -> new HashMap<>())
                .computeIfAbsent(rows.getLong(2), _ -> new ArrayList<>())
                .add(part(rows));
          }
        });
    return all;
  }

  private static LeafStatistics.Part part(ResultSet row) throws SQLException {
    long nulls = row.getLong(5);
    @Nullable Long known = row.wasNull() ? null : (Long) nulls;
    return new LeafStatistics.Part(
        row.getLong(3), row.getLong(4), known, row.getString(6), row.getString(7));
  }

  private static FileFooter footer(
      File file, ParquetNode root, Size size, Map<Long, List<LeafStatistics.Part>> parts) {
    List<Column> columns = new ArrayList<>();
    Map<String, String> misfits = new LinkedHashMap<>();
    for (ParquetNode column : root.children()) {
      columns.add(new Column(column.name(), column.type()));
      if (!column.misfit().isEmpty()) {
        misfits.put(column.name(), column.misfit());
      }
    }
    try {
      ColumnNames.check(columns.stream().map(Column::name).toList(), file.object());
    } catch (Invalid e) {
      return FileFooter.unreadable(file.object(), e.what());
    }
    ObjectNode statistics = Json.object().put("filename", file.path());
    statistics.put("count", size.rows()).put("file_size_bytes", size.bytes());
    ObjectNode all = statistics.putObject("column_statistics");
    List<Long> leaf = new ArrayList<>();
    root.leaves(
        "",
        (path, node) -> {
          LeafStatistics its = new LeafStatistics();
          parts
              .getOrDefault((long) leaf.size(), List.of())
              .forEach(part -> its.add(part, node.type()));
          leaf.add(0L);
          all.set(path, its.toJson());
        });
    return new FileFooter(file.object(), columns, misfits, root.bearsId(), statistics, "");
  }
}
