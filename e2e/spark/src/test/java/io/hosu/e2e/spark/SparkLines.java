package io.hosu.e2e.spark;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Runs each argument as one SQL statement in Spark, configured by system properties, and prints
 * each row as a line of CSV behind the number of its statement: {@code 0>1,plain,}.
 */
public final class SparkLines {
  private SparkLines() {}

  /** Ends with 1 at the first statement that fails. */
  public static void main(String[] statements) throws IOException {
    try (SparkSession spark = SparkSession.builder().master("local[1]").getOrCreate()) {
      for (int i = 0; i < statements.length; i++) {
        List<Row> rows = spark.sql(statements[i]).collectAsList();
        for (Row row : rows) {
          System.out.println(i + ">" + line(row));
        }
      }
    }
  }

  private static String line(Row row) {
    return IntStream.range(0, row.size())
        .mapToObj(i -> row.isNullAt(i) ? "" : field(row.get(i).toString()))
        .collect(Collectors.joining(","));
  }

  private static String field(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n');
    return plain && !text.isEmpty() ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
