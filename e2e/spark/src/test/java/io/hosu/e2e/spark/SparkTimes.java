package io.hosu.e2e.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * Times SQL in Spark on all cores, configured by system properties: each statement runs once to
 * warm up and then {@code runs} times (2 unless set), in their order; of each the least time counts
 * and is printed behind the number of its statement, with the rows that came: {@code 0>1234.5 ms
 * 4}.
 */
public final class SparkTimes {
  private SparkTimes() {}

  /** Ends with 1 at the first statement that fails. */
  public static void main(String[] statements) throws IOException {
    try (SparkSession spark = SparkSession.builder().master("local[*]").getOrCreate()) {
      for (int i = 0; i < statements.length; i++) {
        System.out.println(i + ">" + least(spark, statements[i]));
      }
    }
  }

  private static String least(SparkSession spark, String statement) {
    int rows = spark.sql(statement).collectAsList().size();
    List<Double> millis = new ArrayList<>();
    for (int run = 0; run < Integer.getInteger("runs", 2); run++) {
      long begin = System.nanoTime();
      spark.sql(statement).collectAsList();
      millis.add((System.nanoTime() - begin) / 1e6);
    }
    return millis.stream().min(Double::compare).orElseThrow() + " ms " + rows;
  }
}
