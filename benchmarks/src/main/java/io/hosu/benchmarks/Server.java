package io.hosu.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The program as it is shipped, serving in a process of its own, and what a client does with it.
 */
final class Server implements AutoCloseable {
  private final Process process;
  private final Map<String, String> env;
  private final HttpClient http = HttpClient.newHttpClient();
  final S3Client s3;

  private Server(Process process, Map<String, String> env) {
    this.process = process;
    this.env = env;
    this.s3 =
        S3Client.builder()
            .endpointOverride(URI.create(value("AWS_ENDPOINT_URL_S3")))
            .region(Region.of(value("AWS_REGION")))
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                        value("AWS_ACCESS_KEY_ID"), value("AWS_SECRET_ACCESS_KEY"))))
            .forcePathStyle(true)
            .httpClient(UrlConnectionHttpClient.create())
            .build();
  }

  /** Starts {@code hosu up} and returns when it says that it is ready. */
  static Server start(Path project, Path data, String... options) throws IOException {
    Path program = Benchmarks.root().resolve("dist/target/hosu/bin/hosu");
    List<String> command = new ArrayList<>(List.of(program.toString(), "up"));
    command.addAll(List.of("--project", project.toString(), "--data", data.toString()));
    command.addAll(List.of("--http-port", "0", "--s3-port", "0"));
    command.addAll(List.of(options));
    Path log = data.resolveSibling("server.log");
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line;
    while ((line = out.readLine()) != null) {
      if (line.startsWith("ready")) {
        return new Server(process, env(data.resolve("admin.env")));
      }
    }
    throw new IOException("The server ended before it was ready: " + Files.readString(log));
  }

  private static Map<String, String> env(Path file) throws IOException {
    Map<String, String> env = new HashMap<>();
    for (String line : Files.readAllLines(file)) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        env.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return env;
  }

  /** What {@code admin.env} says of {@code key}. */
  String value(String key) {
    return Objects.requireNonNull(env.get(key), key);
  }

  /** Runs SQL; the lines of CSV below the header, or nothing while its table does not exist yet. */
  List<String> sql(String sql) throws IOException {
    return sql(value("HOSU_TOKEN"), sql);
  }

  /** The same as somebody else. */
  List<String> sql(String token, String sql) throws IOException {
    HttpResponse<String> answer =
        send(
            request("/v1/queries", token)
                .header("Content-Type", "application/json")
                .header("Accept", "text/csv")
                .POST(HttpRequest.BodyPublishers.ofString(Json.print(Map.of("sql", sql)))));
    if (answer.statusCode() != 200) {
      if (answer.body().contains("TABLE_NOT_FOUND")) {
        return List.of();
      }
      throw new IOException(answer.statusCode() + " " + answer.body());
    }
    return answer.body().lines().skip(1).toList();
  }

  /** Asks the API as the administrator. */
  JsonNode get(String path) throws IOException {
    HttpResponse<String> answer = send(request(path).GET());
    if (answer.statusCode() != 200) {
      throw new IOException(answer.statusCode() + " " + answer.body());
    }
    return Json.parse(answer.body());
  }

  /** Sends JSON as the administrator; returns the answer, which is empty where there is none. */
  JsonNode post(String path, String json) throws IOException {
    HttpResponse<String> answer =
        send(
            request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(answer.statusCode() + " " + answer.body());
    }
    return answer.body().isEmpty() ? Json.object() : Json.parse(answer.body());
  }

  /** A new token of a principal. */
  String token(String principal) throws IOException {
    HttpResponse<String> answer =
        send(
            request("/v1/principals/%s/tokens".formatted(principal))
                .POST(HttpRequest.BodyPublishers.noBody()));
    if (answer.statusCode() != 201) {
      throw new IOException(answer.statusCode() + " " + answer.body());
    }
    return Json.parse(answer.body()).path("token").asText();
  }

  private HttpRequest.Builder request(String path) {
    return request(path, value("HOSU_TOKEN"));
  }

  private HttpRequest.Builder request(String path, String token) {
    return HttpRequest.newBuilder(URI.create(value("HOSU_URL") + path))
        .header("Authorization", "Bearer " + token);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Asks until the answer's first line is {@code expected}; fails after {@code seconds}. */
  void await(String sql, String expected, long pauseMillis, long seconds) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (true) {
      List<String> lines = sql(sql);
      if (!lines.isEmpty() && lines.getFirst().equals(expected)) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "After %d s: %s is %s; executions: %s"
                .formatted(seconds, sql, lines, get("/v1/executions?status=FAILED&limit=3")));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMillis));
    }
  }

  /** Resident megabytes of the server's own process. */
  double residentMegabytes() throws IOException {
    return resident(process.pid());
  }

  /** Resident megabytes of the server and its engine workers; pages they share count in each. */
  double residentMegabytesOfAll() throws IOException {
    double sum = residentMegabytes();
    for (ProcessHandle child : process.descendants().toList()) {
      sum += resident(child.pid());
    }
    return sum;
  }

  private static double resident(long pid) throws IOException {
    return status(pid, "VmRSS");
  }

  /** The milliseconds of a core that the server's own process has used. */
  double cpuMillis() {
    return process.toHandle().info().totalCpuDuration().orElseThrow().toNanos() / 1e6;
  }

  /** The most that the server's own process ever held, in megabytes. */
  double peakMegabytes() throws IOException {
    return status(process.pid(), "VmHWM");
  }

  /** How many files the server's own process has open, connections among them. */
  int openFiles() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
      return (int) open.count();
    }
  }

  private static double status(long pid, String key) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
              .filter(line -> line.startsWith(key))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .sum()
          / 1024.0;
    }
  }

  @Override
  public void close() {
    s3.close();
    process.destroy();
    process.onExit().orTimeout(10, TimeUnit.SECONDS).exceptionally(_ -> process.destroyForcibly());
    process.onExit().join();
  }
}
