package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hosu.kernel.Json;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The state database goes away under a running server, and comes back. */
class OutageTest {
  @TempDir Path folder;
  private Postgres postgres;
  private SmallLake lake;

  @BeforeEach
  void start() throws Exception {
    postgres = Postgres.start(folder.resolve("postgres"));
    lake = SmallLake.start(folder, postgres.options());
  }

  @AfterEach
  void stop() throws Exception {
    lake.close();
    postgres.close();
  }

  @Test
  void withoutTheStateDatabaseRequestsFailClearlyAndNothingIsLostWhenItIsBack() throws Exception {
    lake.put("shop/orders/1.csv", "id,name,amount\n1,before,1\n");
    postgres.kill();
    everyDoorSaysThatTheDatabaseIsAway();
    postgres.startAgain();
    lake.put("shop/orders/2.csv", "id,name,amount\n2,after,1\n");
    assertThat(lake.hosu.sql("SELECT id, name FROM shop.stage.orders ORDER BY id"))
        .containsExactly("1,before", "2,after");
    assertThat(lake.array("dlq", "list", "-o", "json")).isEmpty();
  }

  private void everyDoorSaysThatTheDatabaseIsAway() throws Exception {
    var answer = lake.hosu.get("/v1/tables");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(Json.parse(answer.body()).path("code").asText()).isEqualTo("DATABASE_UNAVAILABLE");
    assertThat(Json.parse(answer.body()).path("remedy").asText()).isNotBlank();
    assertThat(answer.body()).doesNotContain("jdbc", "localhost", "127.0.0.1", "user=");
    assertThatExceptionOfType(S3Exception.class)
        .isThrownBy(() -> lake.put("shop/orders/lost.csv", "id,name,amount\n9,lost,1\n"))
        .satisfies(e -> assertThat(e.statusCode()).isEqualTo(503));
  }
}
