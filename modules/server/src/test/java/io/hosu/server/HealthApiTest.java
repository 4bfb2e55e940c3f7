package io.hosu.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a load balancer is told. */
@Timeout(60)
class HealthApiTest {
  private static HttpResponse<String> ask(BooleanSupplier applied) throws Exception {
    Router router = Router.builder().add(new HealthApi(applied, Duration.ofMillis(200))).build();
    try (Listener listener = new Listener(ListenerConfig.local(0), router);
        HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(listener.address().resolve("/v1/health")).build(),
          BodyHandlers.ofString());
    }
  }

  private static void isUnavailable(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).isEqualTo("{\"status\":\"unavailable\"}");
  }

  @Test
  void aServerWhoseProjectIsAppliedIsWell() throws Exception {
    HttpResponse<String> answer = ask(() -> true);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"status\":\"ok\"}");
  }

  @Test
  void oneWithoutAProjectIsUnavailable() throws Exception {
    isUnavailable(ask(() -> false));
  }

  @Test
  void oneWhoseDatabaseFailsIsUnavailableAndSaysNothingOfIt() throws Exception {
    isUnavailable(
        ask(() -> {
          throw new IllegalStateException("jdbc:postgresql://secret");
        }));
  }

  @Test
  void oneWhoseDatabaseHangsIsUnavailableInTime() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try {
      isUnavailable(
          ask(() -> {
            try {
              never.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return true;
          }));
    } finally {
      never.countDown();
    }
  }
}
