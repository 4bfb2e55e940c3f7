package io.hosu.query.worker;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.query.engine.Column;
import io.hosu.query.engine.FileFormat;
import io.hosu.query.engine.ObjectLook;
import io.hosu.query.engine.ObjectLook.Form;
import io.hosu.query.engine.SessionRequest;
import io.hosu.query.engine.Tally;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what Parquet files say of themselves, and no row of theirs. */
final class ParquetLook {
  private final Instances instances;

  ParquetLook(Instances instances) {
    this.instances = instances;
  }

  /** A file, and the object that it is. */
  record File(Path path, String object) {}

  /** What each file shows; one that is broken does not hold up others. */
  List<ObjectLook> look(List<File> files) throws SQLException {
    if (files.isEmpty()) {
      return List.of();
    }
    SessionRequest nothing = new SessionRequest("", List.of(), null, null, Duration.ZERO);
    List<Path> paths = files.stream().map(File::path).toList();
    try (Instance instance = instances.take(nothing, paths)) {
      return look(instance.sql(), files);
    }
  }

  private static List<ObjectLook> look(Sql sql, List<File> files) {
    try {
      return together(sql, files);
    } catch (SQLException e) {
      if (files.size() == 1) {
        String why = Faults.read(e).headline().replace(files.getFirst().path().toString(), "it");
        return List.of(
            ObjectLook.unreadable(files.getFirst().object(), "It is damaged Parquet: " + why));
      }
    }
    List<ObjectLook> looks = new ArrayList<>();
    int half = files.size() / 2;
    looks.addAll(look(sql, files.subList(0, half)));
    looks.addAll(look(sql, files.subList(half, files.size())));
    return looks;
  }

  private static List<ObjectLook> together(Sql sql, List<File> files) throws SQLException {
    String list = Quote.texts(files.stream().map(File::path).toList());
    Map<String, Long> rows = new HashMap<>();
    sql.list(
        "SELECT file_name, num_rows FROM parquet_file_metadata(%s)".formatted(list),
        row -> rows.put(row.getString(1), row.getLong(2)));
    Map<String, Map<String, Long>> nulls = new HashMap<>();
    sql.list(
        "SELECT file_name, path_in_schema, sum(coalesce(stats_null_count, 0)) FROM parquet_metadata(%s) GROUP BY ALL"
            .formatted(list),
        row ->
            nulls
                .computeIfAbsent(row.getString(1), _ -> new HashMap<>())
                .put(row.getString(2), row.getLong(3)));
    Map<String, List<Column>> shapes = new HashMap<>();
    Map<String, String> shapeOf = shapes(sql, list);
    List<ObjectLook> looks = new ArrayList<>();
    for (File file : files) {
      String path = file.path().toString();
      String shape = shapeOf.getOrDefault(path, path);
      if (!shapes.containsKey(shape)) {
        shapes.put(
            shape, sql.columns("SELECT * FROM read_parquet(%s)".formatted(Quote.text(path))));
      }
      looks.add(
          look(
              file,
              shapes.get(shape),
              rows.getOrDefault(path, 0L),
              nulls.getOrDefault(path, Map.of())));
    }
    return looks;
  }

  /** Files of the same declarations need only be asked once for what types these are. */
  private static Map<String, String> shapes(Sql sql, String list) throws SQLException {
    Map<String, String> shapes = new HashMap<>();
    sql.list(
        """
        SELECT file_name, md5(string_agg(concat_ws('|', name, type, type_length, repetition_type, num_children, converted_type, scale, precision, logical_type), ';'))
        FROM parquet_schema(%s) GROUP BY file_name\
        """
            .formatted(list),
        row -> shapes.put(row.getString(1), row.getString(2)));
    return shapes;
  }

  private static ObjectLook look(
      File file, List<Column> columns, long rows, Map<String, Long> nulls) {
    Map<String, Tally> tallies = new LinkedHashMap<>();
    for (Column column : columns) {
      Tally tally = new Tally();
      tally.declared(
          type(column.type()), rows, Math.min(rows, nulls.getOrDefault(column.name(), 0L)));
      tallies.put(column.name(), tally);
    }
    try {
      ColumnNames.check(tallies.keySet(), file.object());
    } catch (Invalid e) {
      return ObjectLook.unreadable(file.object(), e.what());
    }
    return new ObjectLook(
        file.object(), Form.of(FileFormat.PARQUET, ""), tallies, rows, true, "", "");
  }

  private static String type(String type) {
    return type.equals("TIMESTAMP WITH TIME ZONE") ? "TIMESTAMPTZ" : type;
  }
}
