package io.hosu.query.engine;

import static io.hosu.query.engine.TestEngines.csv;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.query.engine.WriteRequest.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteTest {
  @TempDir Path directory;

  private EngineSession open(EngineView... views) {
    return TestEngines.shared()
        .open(new SessionRequest("", List.of(views), null, directory, Duration.ofSeconds(30)));
  }

  @Test
  void filesComeWithTheirStatisticsAndFieldIds() {
    WriteRequest request =
        new WriteRequest(
            List.of(new Target("id", "i", "BIGINT"), new Target("text", "'t' || i", "VARCHAR")),
            "{\"id\": 7, \"text\": 9}",
            List.of(),
            List.of("id DESC"),
            directory,
            WriteRequest.STANDARD_FILE_BYTES);
    try (EngineSession session = open()) {
      WriteResult result =
          session.write("SELECT range::INTEGER AS i FROM range(10)", columns -> request);
      assertThat(result.rows()).isEqualTo(10);
      assertThat(result.files()).hasSize(1);
      ObjectNode file = result.files().getFirst();
      Path path = Path.of(file.path("filename").asText());
      assertThat(path).exists().startsWith(directory);
      assertThat(file.path("count").asLong()).isEqualTo(10);
      assertThat(file.path("file_size_bytes").asLong()).isEqualTo(path.toFile().length());
      assertThat(file.path("column_statistics").path("\"id\"").path("max").asText()).isEqualTo("9");
      assertThat(csv(session, "SELECT field_id FROM parquet_schema('%s')".formatted(path)))
          .isEqualTo("field_id\n\n7\n9\n");
      assertThat(csv(session, "SELECT first(id) AS id FROM read_parquet('%s')".formatted(path)))
          .isEqualTo("id\n9\n");
    }
  }

  @Test
  void partitionsAreWrittenApartAndBucketsAreIcebergs() {
    WriteRequest request =
        new WriteRequest(
            List.of(new Target("k", "k", "VARCHAR"), new Target("n", "n", "BIGINT")),
            "",
            List.of("hosu_bucket_text(k, 4)", "hosu_bucket_long(n, 2)"),
            List.of(),
            directory,
            WriteRequest.STANDARD_FILE_BYTES);
    try (EngineSession session = open()) {
      WriteResult result =
          session.write(
              "SELECT 'iceberg' AS k, 34 AS n UNION ALL SELECT NULL, NULL", columns -> request);
      assertThat(result.files())
          .extracting(file -> file.path("partition_keys"))
          .extracting(keys -> keys.path("__p0").asText("null") + keys.path("__p1").asText("null"))
          .hasSize(2)
          .contains((1210000089 % 4) + "" + (2017239379 % 2));
    }
  }

  @Test
  void ofOneKeyTheLastRowOfTheBatchWinsAndItsFilesAreFound() throws Exception {
    Path one =
        TestEngines.parquet(Files.createDirectories(directory.resolve("1")), "SELECT 1 AS id");
    Path two =
        TestEngines.parquet(Files.createDirectories(directory.resolve("2")), "SELECT 2 AS id");
    EngineView target =
        new EngineView(
            List.of("target"),
            "SELECT *, filename AS _file FROM read_parquet(['%s', '%s'])".formatted(one, two),
            List.of(one, two));
    try (EngineSession session = open(target)) {
      Batch batch =
          session.keep(
              "SELECT * FROM (VALUES (2, 'a'), (3, 'b'), (2, 'c')) v(id, t)", List.of("id"));
      assertThat(batch.rows()).isEqualTo(2);
      assertThat(csv(session, "SELECT id, t FROM batch")).isEqualTo("id,t\n3,b\n2,c\n");
      assertThat(session.filesHolding("SELECT id, _file FROM target", List.of("id")))
          .containsExactly(two.toString());
    }
  }

  @Test
  void aSortedWriteKeepsItsOrderAcrossPartitions() {
    WriteRequest request =
        new WriteRequest(
            List.of(new Target("n", "n", "BIGINT")),
            "",
            List.of("n % 2"),
            List.of("n DESC"),
            directory,
            WriteRequest.STANDARD_FILE_BYTES);
    try (EngineSession session = open()) {
      WriteResult result = session.write("SELECT range AS n FROM range(10)", columns -> request);
      assertThat(result.files()).hasSize(2);
      assertThat(result.rows()).isEqualTo(10);
    }
  }
}
