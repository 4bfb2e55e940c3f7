package io.hosu.pipelines;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A system that is told of runs, on this machine, and keeps them in the order that they came in.
 */
final class Receiver implements AutoCloseable {
  private final HttpServer server;
  private final List<JsonNode> taken = new CopyOnWriteArrayList<>();
  private final List<String> authorized = new CopyOnWriteArrayList<>();

  /** What it answers; what it does not answer with 2xx, it does not keep. */
  volatile int status = 201;

  Receiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/v1/lineage", this::take);
    server.start();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      if (status / 100 == 2) {
        taken.add(Json.parse(body));
        authorized.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
      }
      exchange.sendResponseHeaders(status, -1);
    }
  }

  String url() {
    return "http://127.0.0.1:%d/api/v1/lineage".formatted(server.getAddress().getPort());
  }

  List<JsonNode> taken() {
    return taken;
  }

  /** What came, each as the type of the event and the job. */
  List<String> told() {
    return taken.stream()
        .map(event -> event.path("eventType").asText() + " " + event.at("/job/name").asText())
        .toList();
  }

  List<String> authorized() {
    return authorized;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
