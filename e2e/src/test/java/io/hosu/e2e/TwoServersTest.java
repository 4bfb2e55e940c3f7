package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import io.hosu.testing.HosuProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Two real servers on one PostgreSQL and one data directory share the work; what one leaves that is
 * killed, the other takes over.
 */
class TwoServersTest {
  private static final Duration LEASE = Duration.ofSeconds(5);
  private static final int FILES = 24;

  /** One file an execution, each of which takes some time. */
  private static final String PIPELINE =
      """
      stages:
        copy:
          on: { objects: raw/shop/orders/*.csv }
          sql: copy.sql
          into: { table: stage.copies, mode: append }
          batch: { max: 1 }
          concurrency: 4
        totals:
          on: { tables: [stage.copies] }
          sql: totals.sql
          into: { table: analytics.totals, mode: overwrite }
      """;

  private static final String SLOW =
      """
      SELECT id, amount, (SELECT count(*) FROM range(20000000) AS r(n) WHERE hash(n) > 0) AS work
      FROM input
      """;

  @TempDir Path folder;
  private Postgres postgres;
  private Path project;
  private HosuProcess one;
  private HosuProcess other;

  @BeforeEach
  void start() throws Exception {
    postgres = Postgres.start(folder.resolve("postgres"));
    project = folder.resolve("project");
    SmallLake.write(project, "lake.yaml", "name: two\nlayers: [raw, stage, analytics]\n");
    SmallLake.write(project, "domains/shop/domain.yaml", "owner: shop\ndescription: Orders.\n");
    SmallLake.write(project, "domains/shop/pipelines/orders.yaml", PIPELINE);
    SmallLake.write(project, "domains/shop/transforms/copy.sql", SLOW);
    SmallLake.write(
        project,
        "domains/shop/transforms/totals.sql",
        "SELECT count(*) AS rows, sum(amount)::BIGINT AS amount FROM stage.copies\n");
    one = server();
    other = server();
  }

  @AfterEach
  void stop() throws Exception {
    one.close();
    other.close();
    postgres.close();
  }

  private HosuProcess server() throws Exception {
    return HosuProcess.start(project, folder.resolve("data"), postgres.options());
  }

  @Test
  void theyShareTheWorkAndWhatAKilledOneHeldIsTakenOverWithinItsLease() throws Exception {
    put(0);
    awaitShared();
    String id = idOf(one);
    long killed = System.nanoTime();
    one.kill();
    Set<String> held = held(id);
    assertThat(held).as("what the killed server held").isNotEmpty();
    Duration takenOver = awaitNoneHeld(held, killed);
    awaitNothingPending(other);
    everythingIsThereOnce(FILES);
    assertThat(outcomes("LOST")).as("attempts lost with the server").isEqualTo(held);
    assertThat(takenOver)
        .as("time until what it held was taken over: its lease")
        .isLessThan(LEASE.plusSeconds(2));
    one = server(); // and back again, beside the one that lives
    put(FILES);
    awaitNothingPending(one);
    awaitNothingPending(other);
    everythingIsThereOnce(2 * FILES);
    System.out.printf(
        "%d executions held by a killed server were taken over after %d ms (lease %s)%n",
        held.size(), takenOver.toMillis(), LEASE);
  }

  /** Half of the files through each server's door. */
  private void put(int from) {
    try (S3Client s3 = S3Clients.of(one);
        S3Client beside = S3Clients.of(other)) {
      for (int file = from; file < from + FILES; file++) {
        String key = "shop/orders/%03d.csv".formatted(file);
        RequestBody body = RequestBody.fromString("id,amount\n%d,%d\n".formatted(file, 10 * file));
        (file % 2 == 0 ? s3 : beside).putObject(r -> r.bucket("raw").key(key), body);
      }
    }
  }

  /** The id of a server: the ids are ordered by when they started. */
  private String idOf(HosuProcess server) throws SQLException {
    return rows("SELECT id FROM servers ORDER BY started_at").get(server == one ? 0 : 1);
  }

  private Set<String> held(String server) throws SQLException {
    return new TreeSet<>(
        rows(
            "SELECT id FROM executions WHERE status = 'RUNNING' AND server = '%s'"
                .formatted(server)));
  }

  /** Both have published something, and the first one holds something more. */
  private void awaitShared() throws SQLException {
    await("executions of both servers", () -> servers().size() == 2 && !held(idOf(one)).isEmpty());
  }

  private Duration awaitNoneHeld(Set<String> ids, long since) throws SQLException {
    String in = String.join("', '", ids);
    await(
        "no execution of the killed server any more",
        () ->
            rows("SELECT id FROM executions WHERE id IN ('%s')".formatted(in)
                    + " AND attempt = 1 AND status = 'RUNNING'")
                .isEmpty());
    return Duration.ofNanos(System.nanoTime() - since);
  }

  private Set<String> servers() throws SQLException {
    return new TreeSet<>(rows("SELECT server FROM attempts WHERE outcome = 'SUCCEEDED'"));
  }

  private Set<String> outcomes(String outcome) throws SQLException {
    return new TreeSet<>(
        rows("SELECT execution FROM attempts WHERE outcome = '%s'".formatted(outcome)));
  }

  private List<String> rows(String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(postgres.url());
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        rows.add(result.getString(1));
      }
    }
    return rows;
  }

  private interface Condition {
    boolean holds() throws SQLException;
  }

  private static void await(String what, Condition condition) throws SQLException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("waited for " + what).isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  private static void awaitNothingPending(HosuProcess server) throws Exception {
    var waited = server.hosu("wait", "--timeout", "180s");
    assertThat(waited.exit()).as(waited.err()).isZero();
  }

  private void everythingIsThereOnce(int files) throws Exception {
    assertThat(other.sql("SELECT id, amount FROM shop.stage.copies ORDER BY id"))
        .isEqualTo(IntStream.range(0, files).mapToObj(file -> file + "," + 10L * file).toList());
    assertThat(other.sql("SELECT rows, amount FROM shop.analytics.totals"))
        .containsExactly(files + "," + 10L * files * (files - 1) / 2);
    JsonNode letters = Json.parse(other.get("/v1/dead-letters?limit=1000").body()).path("items");
    assertThat(letters).isEmpty();
  }
}
