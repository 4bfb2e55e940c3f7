package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spark makes, fills, changes and reads tables through the Iceberg door, as the lake does. */
class SparkDoorTest {
  private static final String PIPELINE =
      """
      stages:
        totals:
          on: { tables: [stage.orders] }
          sql: totals.sql
          into: { table: analytics.totals, mode: overwrite }
      """;

  private static final String DATASET =
      """
      tables:
        stage.orders:
          columns: { id: INTEGER, city: VARCHAR }
          partition_by: ["bucket(4, id)"]
      """;

  private static final String ORDERS = "SELECT id, city, note FROM shop.stage.orders ORDER BY id";
  private static final String TOTALS =
      "SELECT city, orders FROM shop.analytics.totals ORDER BY city";
  private static final String COPY = "SELECT id FROM shop.analytics.copy ORDER BY id";

  private static final List<String> WORK =
      List.of(
          "INSERT INTO shop.stage.orders VALUES (1, 'Oslo'), (2, 'Bern'), (3, 'Rome')",
          "ALTER TABLE shop.stage.orders ADD COLUMN note STRING",
          "INSERT INTO shop.stage.orders VALUES (4, 'Oslo', 'late')",
          "DELETE FROM shop.stage.orders WHERE id = 2",
          "UPDATE shop.stage.orders SET city = 'Roma' WHERE id = 3",
          """
          MERGE INTO shop.stage.orders t
          USING (SELECT 4 AS id, 'Bonn' AS city UNION ALL SELECT 5, 'Graz') s ON t.id = s.id
          WHEN MATCHED THEN UPDATE SET city = s.city
          WHEN NOT MATCHED THEN INSERT (id, city, note) VALUES (s.id, s.city, NULL)
          """,
          "CREATE TABLE shop.analytics.copy USING iceberg AS SELECT id FROM shop.stage.orders",
          """
          CREATE TABLE shop.analytics.passing (id INT, day DATE) USING iceberg
          PARTITIONED BY (days(day))
          """,
          "DROP TABLE shop.analytics.passing");

  @TempDir static Path folder;
  private static SmallLake lake;
  private static List<List<String>> seen;

  @BeforeAll
  static void start() throws Exception {
    Path project = folder.resolve("project");
    SmallLake.write(project, "lake.yaml", "name: spark\nlayers: [raw, stage, analytics]\n");
    SmallLake.write(project, "domains/shop/domain.yaml", "owner: shop\n");
    SmallLake.write(project, "domains/shop/pipelines/all.yaml", PIPELINE);
    SmallLake.write(
        project,
        "domains/shop/transforms/totals.sql",
        "SELECT city, count(*) AS orders FROM stage.orders GROUP BY ALL\n");
    SmallLake.write(project, "domains/shop/datasets/orders.yaml", DATASET);
    lake = SmallLake.again(project, folder.resolve("data"));
    List<String> all =
        Stream.concat(WORK.stream(), List.of(ORDERS, "SHOW TABLES IN shop.stage").stream())
            .toList();
    seen = spark().sql(all).subList(WORK.size(), WORK.size() + 2);
  }

  private static Spark spark() {
    return Spark.throughDoor(
        lake.hosu,
        "shop",
        lake.hosu.value("AWS_ACCESS_KEY_ID") + ":" + lake.hosu.value("AWS_SECRET_ACCESS_KEY"));
  }

  @AfterAll
  static void stop() {
    lake.close();
  }

  @Test
  void sparkAndTheLakeSeeTheSameRows() throws Exception {
    List<String> rows = List.of("1,Oslo,", "3,Roma,", "4,Bonn,late", "5,Graz,");
    assertThat(seen.get(0)).isEqualTo(rows);
    assertThat(lake.hosu.sql(ORDERS)).isEqualTo(rows);
    assertThat(lake.hosu.sql(COPY)).containsExactly("1", "3", "4", "5");
    assertThat(seen.get(1)).containsExactly("stage,orders,false");
  }

  @Test
  void aStageThatWaitsForTheTableRunsAfterACommitOfSpark() throws Exception {
    assertThat(lake.hosu.hosu("wait", "--timeout", "60s").exit()).isZero();
    assertThat(lake.hosu.sql(TOTALS)).containsExactly("Bonn,1", "Graz,1", "Oslo,1", "Roma,1");
  }

  @Test
  void whatSparkDidIsInTheHistoryAndOnTheRecord() throws Exception {
    JsonNode history = Json.parse(lake.hosu.get("/v1/tables/shop.stage.orders/history").body());
    assertThat(history.get("items")).hasSize(5);
    assertThat(history.at("/items/0/principal").asText()).isEqualTo("admin");
    Map<String, Long> events =
        lake.array("events", "--limit", "0", "-o", "json").stream()
            .map(event -> event.path("detail-type").asText())
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    assertThat(events).containsEntry("Table Dropped", 1L).containsKey("Table Created");
    JsonNode audit = Json.parse(lake.hosu.get("/v1/audit?limit=1000").body()).get("items");
    assertThat(
            StreamSupport.stream(audit.spliterator(), false)
                .filter(record -> record.path("door").asText().equalsIgnoreCase("iceberg"))
                .map(record -> record.path("action").asText()))
        .contains("CREATE_TABLE", "INSERT", "DELETE", "ALTER", "DROP", "SELECT");
  }
}
