package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Spark deletes, updates and merges rows by files with deletes beside those with rows: by positions
 * in a table of version 2, by deletion vectors in one of version 3. Spark, Iceberg's own reader and
 * the lake see the same rows of every snapshot.
 */
class SparkMergeOnReadTest {
  private static final List<String> TABLES = List.of("placed", "vectors");
  private static final List<String> TAGS =
      List.of("filled", "deleted", "updated", "merged", "widened");

  /** A table, and after each change a tag: {@code T} stands for its name. */
  private static final List<String> WORK =
      List.of(
          "INSERT INTO T VALUES (1, 'Oslo', 10), (2, 'Bern', 20), (3, 'Rome', 30), (4, 'Oslo', 40)",
          "INSERT INTO T VALUES (5, 'Bern', 50), (6, NULL, 60), (7, 'Rome', NULL), (8, 'Oslo', 80)",
          "ALTER TABLE T CREATE TAG filled",
          "DELETE FROM T WHERE id IN (2, 6)",
          "ALTER TABLE T CREATE TAG deleted",
          "UPDATE T SET amount = amount + 100 WHERE city = 'Oslo'",
          "ALTER TABLE T CREATE TAG updated",
          """
          MERGE INTO T t
          USING (SELECT 1 AS id, 'Bonn' AS city UNION ALL SELECT 3, 'gone' UNION ALL SELECT 9, 'Graz')
          s ON t.id = s.id
          WHEN MATCHED AND s.city = 'gone' THEN DELETE
          WHEN MATCHED THEN UPDATE SET city = s.city
          WHEN NOT MATCHED THEN INSERT (id, city, amount) VALUES (s.id, s.city, 90)
          """,
          "ALTER TABLE T CREATE TAG merged",
          "ALTER TABLE T ADD COLUMN note STRING",
          "UPDATE T SET note = 'late' WHERE id = 5",
          "ALTER TABLE T CREATE TAG widened");

  @TempDir static Path folder;
  private static SmallLake lake;
  private static final Map<String, List<String>> seen = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    Path project = folder.resolve("project");
    SmallLake.write(project, "lake.yaml", "name: spark\nlayers: [raw, stage, analytics]\n");
    SmallLake.write(project, "domains/shop/domain.yaml", "owner: shop\n");
    lake = SmallLake.again(project, folder.resolve("data"));
    List<String> sql = new ArrayList<>();
    TABLES.forEach(table -> sql.addAll(work(table)));
    TABLES.forEach(table -> sql.addAll(questions(table)));
    List<List<String>> answers =
        Spark.throughDoor(
                lake.hosu,
                "shop",
                lake.hosu.value("AWS_ACCESS_KEY_ID")
                    + ":"
                    + lake.hosu.value("AWS_SECRET_ACCESS_KEY"))
            .sql(sql);
    for (int i = 0; i < sql.size(); i++) {
      seen.put(sql.get(i), answers.get(i));
    }
  }

  @AfterAll
  static void stop() {
    lake.close();
  }

  private static List<String> work(String table) {
    List<String> work = new ArrayList<>();
    work.add(
        """
        CREATE TABLE shop.stage.%s (id INT, city STRING, amount INT) USING iceberg TBLPROPERTIES (
          'format-version' = '%s', 'write.delete.mode' = 'merge-on-read',
          'write.update.mode' = 'merge-on-read', 'write.merge.mode' = 'merge-on-read')
        """
            .formatted(table, table.equals("placed") ? "2" : "3"));
    WORK.forEach(one -> work.add(one.replaceAll("\\bT\\b", "shop.stage." + table)));
    return work;
  }

  private static List<String> questions(String table) {
    List<String> questions = new ArrayList<>();
    for (String tag : TAGS) {
      questions.add(bySpark(table, tag));
      questions.add(byIceberg(table, tag));
    }
    questions.add(deletes(table));
    return questions;
  }

  private static String bySpark(String table, String tag) {
    return "SELECT * FROM shop.stage.%s VERSION AS OF '%s' ORDER BY id".formatted(table, tag);
  }

  private static String byIceberg(String table, String tag) {
    return "RECORDS shop.stage.%s %s".formatted(table, tag);
  }

  private static String deletes(String table) {
    return "SELECT DISTINCT file_format FROM shop.stage.%s.all_delete_files".formatted(table);
  }

  @ParameterizedTest
  @CsvSource({
    "filled, '1,Oslo,10 2,Bern,20 3,Rome,30 4,Oslo,40 5,Bern,50 6,,60 7,Rome, 8,Oslo,80'",
    "deleted, '1,Oslo,10 3,Rome,30 4,Oslo,40 5,Bern,50 7,Rome, 8,Oslo,80'",
    "updated, '1,Oslo,110 3,Rome,30 4,Oslo,140 5,Bern,50 7,Rome, 8,Oslo,180'",
    "merged, '1,Bonn,110 4,Oslo,140 5,Bern,50 7,Rome, 8,Oslo,180 9,Graz,90'",
    "widened, '1,Bonn,110, 4,Oslo,140, 5,Bern,50,late 7,Rome,, 8,Oslo,180, 9,Graz,90,'"
  })
  void everyReaderSeesTheRowsOfEverySnapshot(String tag, String rows) throws Exception {
    List<String> expected = List.of(rows.split(" "));
    for (String table : TABLES) {
      String as = "%s at %s".formatted(table, tag);
      String sql = bySpark(table, tag).replace("VERSION", "FOR VERSION");
      assertThat(lake.hosu.sql(sql)).as(as).isEqualTo(expected);
      assertThat(seen.get(bySpark(table, tag))).as(as).isEqualTo(expected);
      assertThat(seen.get(byIceberg(table, tag)))
          .as(as)
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void theDeletesAreOfTheKindThatTheVersionHas() {
    assertThat(seen.get(deletes("placed"))).containsExactly("PARQUET");
    assertThat(seen.get(deletes("vectors"))).containsExactly("PUFFIN");
  }
}
