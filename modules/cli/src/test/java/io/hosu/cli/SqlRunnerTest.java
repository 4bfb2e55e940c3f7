package io.hosu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Statements that are cancelled before the server has answered anything. */
@Timeout(60)
class SqlRunnerTest {
  private final CompletableFuture<String> sentId = new CompletableFuture<>();
  private final CompletableFuture<String> deleted = new CompletableFuture<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private HttpServer server;
  private int deleteStatus = 204;
  private SqlRunner runner;

  @BeforeEach
  void begin() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8),
            new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8),
            Map.of(),
            Path.of(""),
            Screen.NONE);
    Context context = new Context(terminal, new NoLocalServer(), InstantSource.system(), _ -> {});
    runner = new SqlRunner(new LakeClient(new ServerAddress(url, "", Optional.empty())), context);
  }

  @AfterEach
  void end() {
    over.countDown();
    server.stop(0);
  }

  /** A query is never answered; that it shall end is. */
  private void handle(HttpExchange exchange) throws IOException {
    if (exchange.getRequestMethod().equals("DELETE")) {
      String path = exchange.getRequestURI().getPath();
      deleted.complete(path.substring(path.lastIndexOf('/') + 1));
      exchange.sendResponseHeaders(deleteStatus, -1);
      exchange.close();
      return;
    }
    sentId.complete(exchange.getRequestHeaders().getFirst("Hosu-Query-Id"));
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.close();
  }

  private CompletableFuture<Boolean> run() {
    return CompletableFuture.supplyAsync(() -> {
      try {
        return runner.run("SELECT 1", Format.TABLE);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    });
  }

  @Test
  void aStatementIsCancelledByItsIdBeforeItsFirstRowAndReturnsAtOnce() throws Exception {
    var running = run();
    String id = sentId.get(20, TimeUnit.SECONDS);
    assertThat(runner.cancel()).isTrue();

    assertThat(deleted.get(20, TimeUnit.SECONDS)).isEqualTo(id);
    assertThat(running.get(20, TimeUnit.SECONDS)).isFalse();
    assertThat(runner.cancel()).as("nothing runs any more").isFalse();
  }

  @Test
  void aStatementReturnsAlsoWhenTheServerDoesNotKnowItsId() throws Exception {
    deleteStatus = 404;
    var running = run();
    sentId.get(20, TimeUnit.SECONDS);
    assertThat(runner.cancel()).isTrue();

    assertThat(running.get(20, TimeUnit.SECONDS)).isFalse();
  }
}
