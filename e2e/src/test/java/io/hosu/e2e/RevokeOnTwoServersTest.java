package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.e2e.MatrixDoors.Credentials;
import io.hosu.kernel.Json;
import io.hosu.testing.HosuProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two real servers on one PostgreSQL: what is taken from somebody at one is gone at both. */
@Timeout(180)
class RevokeOnTwoServersTest {
  private static final String TABLE = "GET /v1/tables/shop.stage.orders";
  private static final String ENDLESS =
      Json.print(
          Map.of(
              "sql",
              "SELECT n, (SELECT any_value(name) FROM shop.stage.orders)"
                  + " FROM range(100000000000000) AS r(n)"));

  @TempDir Path folder;
  private Postgres postgres;
  private SmallLake lake;
  private HosuProcess other;
  private final HttpClient http = HttpClient.newHttpClient();
  private MatrixDoors here;
  private MatrixDoors there;
  private Credentials ann;
  private String grant;

  @BeforeEach
  void start() throws Exception {
    postgres = Postgres.start(folder.resolve("postgres"));
    lake = SmallLake.start(folder, postgres.options());
    lake.put("shop/orders/1.csv", "id,name,amount\n1,a,1\n");
    other = HosuProcess.start(lake.project, lake.data, postgres.options());
    here = new MatrixDoors(lake.hosu);
    there = new MatrixDoors(other);
    here.done("POST /v1/principals", "{\"name\": \"ann\"}");
    ann =
        Credentials.of(
            here.done("POST /v1/principals/ann/tokens", "{}"),
            here.done("POST /v1/principals/ann/keys", "{}"));
    grant =
        here.done(
                "POST /v1/grants",
                """
                {"principal": "ann", "on": "shop.stage.orders", "permissions": ["SELECT"]}
                """)
            .path("id")
            .asText();
  }

  @AfterEach
  void stop() throws Exception {
    http.close();
    there.close();
    here.close();
    other.close();
    lake.close();
    postgres.close();
  }

  @Test
  void aGrantRevokedAtOneHoldsAtTheOtherWithinASecondAndEndsTheQueryThatRunsThere()
      throws Exception {
    awaitAllowedThere();
    CompletableFuture<Throwable> end = reading(begin());
    assertThat(end).isNotDone();

    here.done("DELETE /v1/grants/" + grant, "");
    long revoked = System.nanoTime();

    Duration allowed = lastAllowedThere(revoked);
    assertThat(end.get(60, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
    Duration cancelled = Duration.ofNanos(System.nanoTime() - revoked);
    assertThat(allowed).as("the last request allowed there").isLessThan(Duration.ofSeconds(1));
    assertThat(there.api(ann, TABLE, "").status()).isEqualTo(404);
    assertThat(newestQuery().path("status").asText()).isEqualTo("CANCELLED");
    assertThat(newestQuery().path("code").asText()).isEqualTo("PERMISSION_DENIED");
    System.out.printf(
        "revoked at one server: last allowed at the other %d ms later, its query ended after %d ms%n",
        allowed.toMillis(), cancelled.toMillis());
  }

  private void awaitAllowedThere() throws Exception {
    while (!there.api(ann, TABLE, "").isSuccess()) {
      Thread.onSpinWait();
    }
  }

  /** A query without an end; comes back when the first of its rows did. */
  private InputStream begin() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(other.value("HOSU_URL") + "/v1/queries"))
            .header("Authorization", "Bearer " + ann.token())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(ENDLESS))
            .build();
    HttpResponse<InputStream> answer =
        http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body().readNBytes(10_000)).hasSize(10_000);
    return answer.body();
  }

  /** Reads all that comes; how that ends. */
  private static CompletableFuture<Throwable> reading(InputStream rows) {
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() ->
            end.complete(catchThrowable(() -> rows.transferTo(OutputStream.nullOutputStream()))));
    return end;
  }

  private JsonNode newestQuery() throws Exception {
    return Json.parse(there.api(ann, "GET /v1/queries", "").text()).at("/items/0");
  }

  /** How long after {@code since} the last request was sent that was allowed; zero: none was. */
  private Duration lastAllowedThere(long since) throws Exception {
    long last = since;
    for (long sent = System.nanoTime();
        there.api(ann, TABLE, "").isSuccess();
        sent = System.nanoTime()) {
      last = sent;
    }
    return Duration.ofNanos(last - since);
  }
}
