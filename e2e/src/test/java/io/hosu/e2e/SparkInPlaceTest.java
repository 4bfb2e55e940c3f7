package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/** Spark reads and fills a table whose files lie where a client put them, by the table's key. */
class SparkInPlaceTest {
  private static final String ALL = "SELECT year, id FROM shop.stage.visits ORDER BY year, id";

  @TempDir static Path folder;
  private static SmallLake lake;

  @BeforeAll
  static void start() throws Exception {
    lake = SmallLake.start(folder);
    for (int year = 2024; year <= 2026; year++) {
      String key = "shop/visits/year=%d/1.parquet".formatted(year);
      lake.s3.putObject(r -> r.bucket("raw").key(key), RequestBody.fromBytes(MatrixLake.parquet()));
    }
    done("crawl", "raw/shop/visits", "--in-place", "--into", "stage.visits");
  }

  @AfterAll
  static void stop() {
    lake.close();
  }

  @Test
  void sparkReadsAndFillsItWithoutAnyRightOnTheObjects() throws Exception {
    done("principals", "create", "ana");
    done("grant", "user:ana", "SELECT,INSERT", "shop.stage.visits");
    JsonNode key = Json.parse(done("key", "create", "ana", "-o", "json"));
    String credential =
        key.path("access_key_id").asText() + ":" + key.path("secret_access_key").asText();

    List<List<String>> seen =
        Spark.throughDoor(lake.hosu, "shop", credential)
            .sql(
                List.of(
                    ALL,
                    "SELECT count(*) FROM shop.stage.visits WHERE year = 2025",
                    "INSERT INTO shop.stage.visits (id, year) VALUES (7, 2026)",
                    ALL));

    assertThat(seen.get(0)).containsExactly("2024,1", "2025,1", "2026,1");
    assertThat(seen.get(1)).containsExactly("1");
    assertThat(seen.get(3)).containsExactly("2024,1", "2025,1", "2026,1", "2026,7");
    assertThat(lake.hosu.sql(ALL)).isEqualTo(seen.get(3));
  }

  private static String done(String... command) throws Exception {
    var ran = lake.hosu.hosu(command);
    assertThat(ran.exit()).as(ran.err()).isZero();
    return ran.out();
  }
}
