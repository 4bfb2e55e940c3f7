package io.hosu.e2e.spark;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Runs each argument as one SQL statement in Spark, configured by system properties, and prints
 * each row as a line of CSV behind the number of its statement: {@code 0>1,plain,}. An argument
 * {@code RECORDS table tag} has Iceberg's own reader read the table instead, without Spark.
 */
public final class SparkLines {
  private static final String RECORDS = "RECORDS ";

  private SparkLines() {}

  /** Ends with 1 at the first statement that fails. */
  public static void main(String[] statements) throws Exception {
    try (SparkSession spark = SparkSession.builder().master("local[1]").getOrCreate()) {
      for (int i = 0; i < statements.length; i++) {
        for (String line : lines(spark, statements[i])) {
          System.out.println(i + ">" + line);
        }
      }
    }
  }

  private static List<String> lines(SparkSession spark, String statement) throws Exception {
    if (statement.startsWith(RECORDS)) {
      String[] words = statement.split(" ", -1);
      return records(Spark3Util.loadIcebergTable(spark, words[1]), words[2]);
    }
    return spark.sql(statement).collectAsList().stream().map(SparkLines::line).toList();
  }

  private static List<String> records(Table table, String tag) throws Exception {
    List<String> lines = new ArrayList<>();
    Snapshot snapshot = table.snapshot(requireNonNull(table.refs().get(tag), tag).snapshotId());
    // A record may have a place of its own behind the columns.
    List<NestedField> columns = requireNonNull(table.schemas().get(snapshot.schemaId())).columns();
    try (CloseableIterable<Record> records =
        IcebergGenerics.read(table).useSnapshot(snapshot.snapshotId()).build()) {
      for (Record one : records) {
        lines.add(
            columns.stream()
                .map(column -> field(one.getField(column.name())))
                .collect(Collectors.joining(",")));
      }
    }
    return lines;
  }

  private static String line(Row row) {
    return IntStream.range(0, row.size())
        .mapToObj(i -> field(row.isNullAt(i) ? null : row.get(i)))
        .collect(Collectors.joining(","));
  }

  private static String field(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    String text = value.toString();
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n');
    return plain && !text.isEmpty() ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
