package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Spark reads every table that stages wrote, and sees what {@code hosu sql} sees. */
class SparkTest {
  private static final String PIPELINE =
      """
      stages:
        typed:
          on: { objects: raw/shop/typed/*.jsonl }
          sql: typed.sql
          into: { table: stage.typed, mode: append }
        by_day:
          on: { objects: raw/shop/orders/*.csv }
          sql: orders.sql
          into: { table: stage.by_day, mode: append, partition_by: [day(placed), "bucket(4, id)"] }
        latest:
          on: { objects: raw/shop/orders/*.csv }
          sql: orders.sql
          into: { table: stage.latest, mode: merge, key: [id] }
        narrow:
          on: { objects: raw/shop/narrow/*.csv }
          sql: narrow.sql
          into: { table: stage.evolved, mode: append }
        wide:
          on: { objects: raw/shop/wide/*.csv }
          sql: wide.sql
          into: { table: stage.evolved, mode: append }
        totals:
          on: { tables: [stage.by_day] }
          sql: totals.sql
          into: { table: analytics.totals, mode: overwrite }
      """;
  private static final String TYPED =
      """
      SELECT
        id::BIGINT AS id,
        id::INTEGER AS small,
        price::DECIMAL(18, 2) AS price,
        ratio::DOUBLE AS ratio,
        ratio::FLOAT AS half,
        placed::DATE AS day,
        placed::TIMESTAMP AS placed,
        placed::TIMESTAMPTZ AS instant,
        good::BOOLEAN AS good,
        note::VARCHAR AS note,
        encode(note) AS bytes,
        tags,
        address
      FROM input
      """;

  /** What both are asked; what is text in both prints alike. */
  private static final List<String> BOTH =
      List.of(
          """
          SELECT id, small, price, ratio, half, good, note, hex(bytes) AS bytes,
            CAST(day AS STRING) AS day, CAST(placed AS STRING) AS placed,
            CAST(CAST(instant AS TIMESTAMP) AS STRING) AS instant,
            to_json(tags) AS tags, to_json(address) AS address, address.geo.lat AS lat
          FROM shop.stage.typed ORDER BY id
          """,
          "SELECT id FROM shop.stage.typed WHERE note = 'plain'",
          "SELECT id FROM shop.stage.typed WHERE note IS NULL",
          "SELECT id FROM shop.stage.typed WHERE price > 2 ORDER BY id",
          "SELECT id FROM shop.stage.typed WHERE address.city = 'Seoul' ORDER BY id",
          "SELECT id, CAST(placed AS STRING) AS placed, amount FROM shop.stage.by_day ORDER BY id,"
              + " placed",
          "SELECT id FROM shop.stage.by_day WHERE placed < TIMESTAMP '1970-01-01 00:00:00'",
          "SELECT id FROM shop.stage.by_day WHERE placed = TIMESTAMP '2024-02-28 23:59:59.999'",
          "SELECT amount FROM shop.stage.by_day WHERE id = 1",
          "SELECT amount FROM shop.stage.by_day WHERE id = 2 ORDER BY amount",
          "SELECT amount FROM shop.stage.by_day WHERE id = 3",
          "SELECT id, amount FROM shop.stage.latest ORDER BY id",
          "SELECT id, name, rank, note FROM shop.stage.evolved ORDER BY id",
          "SELECT name FROM shop.stage.evolved WHERE note IS NULL",
          "SELECT CAST(day AS STRING) AS day, orders FROM shop.analytics.totals ORDER BY day");

  private static final String PARTITIONS =
      "SELECT CAST(partition.placed_day AS STRING) AS day, record_count"
          + " FROM shop.stage.by_day.partitions ORDER BY day";
  private static final String SNAPSHOTS =
      "SELECT operation FROM shop.stage.latest.snapshots ORDER BY committed_at";

  private static final String BEFORE =
      "SELECT id, amount FROM shop.stage.latest VERSION AS OF %s ORDER BY id";

  private static final List<String> TABLES =
      List.of("stage.typed", "stage.by_day", "stage.latest", "stage.evolved", "analytics.totals");

  @TempDir static Path folder;
  private static SmallLake lake;
  private static final Map<String, List<String>> seen = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    lake = SmallLake.again(project(), folder.resolve("data"));
    fillTheTables();
    askSparkOnce();
  }

  private static Path project() throws IOException {
    Path project = folder.resolve("project");
    SmallLake.write(project, "lake.yaml", "name: spark\nlayers: [raw, stage, analytics]\n");
    SmallLake.write(project, "domains/shop/domain.yaml", "owner: shop\n");
    SmallLake.write(project, "domains/shop/pipelines/all.yaml", PIPELINE);
    SmallLake.write(project, "domains/shop/transforms/typed.sql", TYPED);
    SmallLake.write(
        project,
        "domains/shop/transforms/orders.sql",
        "SELECT id, placed::TIMESTAMP AS placed, amount FROM input\n");
    SmallLake.write(
        project,
        "domains/shop/transforms/narrow.sql",
        "SELECT id::INTEGER AS id, name, rank::FLOAT AS rank FROM input\n");
    SmallLake.write(
        project,
        "domains/shop/transforms/wide.sql",
        "SELECT id::BIGINT AS id, name, rank::DOUBLE AS rank, note FROM input\n");
    SmallLake.write(
        project,
        "domains/shop/transforms/totals.sql",
        "SELECT placed::DATE AS day, count(*) AS orders FROM stage.by_day GROUP BY ALL\n");
    return project;
  }

  private static void fillTheTables() throws Exception {
    lake.put(
        "shop/typed/1.jsonl", typed(1, "\"plain\"", "[\"a\", \"b\"]") + typed(2, "null", "[]"));
    lake.put("shop/typed/2.jsonl", typed(3, "\"gr\u00fcn, 'two words'\"", "[null]"));
    lake.put(
        "shop/orders/1.csv", "id,placed,amount\n1,2024-02-28 23:59:59.999,1\n2,2024-02-29,2\n");
    lake.put("shop/orders/2.csv", "id,placed,amount\n2,2024-03-01,20\n3,1969-12-31 12:00:00,3\n");
    lake.put("shop/narrow/1.csv", "id,name,rank\n1,first,0.5\n");
    lake.put("shop/wide/2.csv", "id,name,rank,note\n3000000000,second,7e300,late\n");
  }

  private static void askSparkOnce() throws Exception {
    JsonNode history = Json.parse(lake.hosu.get("/v1/tables/shop.stage.latest/history").body());
    String first = history.at("/items/1/id").asText();
    List<String> sql = new ArrayList<>(BOTH);
    sql.addAll(List.of(PARTITIONS, SNAPSHOTS, BEFORE.formatted(first)));
    List<List<String>> rows = Spark.ofFiles(lake.hosu, "shop", TABLES).sql(sql);
    for (int i = 0; i < sql.size(); i++) {
      seen.put(sql.get(i), rows.get(i));
    }
    seen.put(BEFORE, rows.getLast());
  }

  private static String typed(int id, String note, String tags) {
    return """
    {"id": %d, "price": "%d.25", "ratio": 0.5, "placed": "2024-02-29T12:34:56.789012", "good": true, \
    "note": %s, "tags": %s, "address": {"city": "Seoul", "geo": {"lat": 37.5, "levels": [1, 2]}}}
    """
        .formatted(id, id, note, tags);
  }

  @AfterAll
  static void stop() {
    lake.close();
  }

  static List<String> both() {
    return BOTH;
  }

  @ParameterizedTest
  @MethodSource("both")
  void sparkSeesWhatHosuSees(String sql) throws Exception {
    List<String> rows = lake.hosu.sql(sql);
    assertThat(rows).isNotEmpty();
    assertThat(seen.get(sql)).isEqualTo(rows);
  }

  @Test
  void sparkReadsATableAsItWasBefore() {
    assertThat(seen.get(BEFORE)).containsExactly("1,1", "2,2");
  }

  @Test
  void sparkFindsThePartitionsAndSnapshots() {
    assertThat(seen.get(PARTITIONS))
        .containsExactly("1969-12-31,1", "2024-02-28,1", "2024-02-29,1", "2024-03-01,1");
    assertThat(seen.get(SNAPSHOTS)).containsExactly("append", "overwrite");
  }
}
