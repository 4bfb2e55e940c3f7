package io.hosu.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;

/** A server that gives the answers it was told to give, and remembers what it was asked. */
final class FakeServer implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, Deque<Answer>> answers = new HashMap<>();
  private final List<Asked> asked = new ArrayList<>();
  private final Map<String, String> headers = new HashMap<>();

  /** What came in. */
  record Asked(String line, Map<String, String> headers, String body) {}

  private record Answer(int status, String type, String body) {}

  FakeServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /**
   * Answers {@code METHOD /path} (the query may be left out) with JSON; several answers in turn.
   */
  synchronized FakeServer on(String line, String json) {
    return on(line, 200, "application/json", json);
  }

  synchronized FakeServer on(String line, int status, String type, String body) {
    answers.computeIfAbsent(line, _ -> new ArrayDeque<>()).add(new Answer(status, type, body));
    return this;
  }

  /** Has every answer bear a header. */
  synchronized FakeServer header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /** What it was told to answer next. */
  synchronized String answer(String line) {
    return Objects.requireNonNull(answers.get(line), line).getFirst().body;
  }

  synchronized List<Asked> asked() {
    return List.copyOf(asked);
  }

  synchronized Asked lastAsked() {
    return asked.getLast();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Answer answer = record(exchange, body);
      exchange.getResponseHeaders().set("Content-Type", answer.type);
      headers.forEach(exchange.getResponseHeaders()::set);
      byte[] bytes = answer.body.getBytes(StandardCharsets.UTF_8);
      if (bytes.length == 0) {
        exchange.sendResponseHeaders(answer.status, -1);
      } else {
        exchange.sendResponseHeaders(answer.status, bytes.length);
        exchange.getResponseBody().write(bytes);
      }
    }
  }

  private synchronized Answer record(HttpExchange exchange, String body) {
    Map<String, String> headers = new HashMap<>();
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
    String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    asked.add(new Asked(line, headers, body));
    Deque<Answer> turn = answers.getOrDefault(line, answers.get(line.replaceFirst("\\?.*", "")));
    if (turn == null) {
      String problem = "{\"status\":404,\"detail\":\"No route %s.\"}".formatted(line);
      return new Answer(404, "application/problem+json", problem);
    }
    return turn.size() > 1 ? turn.removeFirst() : turn.getFirst();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
