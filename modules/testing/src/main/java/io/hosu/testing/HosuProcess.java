package io.hosu.testing;

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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A real `hosu up` in a process of its own, on free ports, with what a client needs to use it. */
public final class HosuProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;
  private final String ready;
  private final Map<String, String> env;
  private final HttpClient http = HttpClient.newHttpClient();

  private HosuProcess(Process process, BufferedReader out, String ready, Map<String, String> env) {
    this.process = process;
    this.out = out;
    this.ready = ready;
    this.env = env;
  }

  /** Starts a server and returns once it printed that it is ready; its log goes to DATA.log. */
  public static HosuProcess start(Path project, Path data, String... options) throws IOException {
    return start(List.of(), project, data, options);
  }

  /** The same with options of the Java machine that it runs in, such as {@code -Xmx256m}. */
  public static HosuProcess start(List<String> machine, Path project, Path data, String... options)
      throws IOException {
    List<String> command = new ArrayList<>(java());
    command.addAll(1, machine);
    command.addAll(List.of("up", "--project", project.toString(), "--data", data.toString()));
    command.addAll(List.of("--http-port", "0", "--s3-port", "0"));
    command.addAll(List.of(options));
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log(data).toFile()))
            .start();
    process.getOutputStream().close();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line;
    while ((line = out.readLine()) != null) {
      if (line.startsWith("ready")) {
        Map<String, String> env = env(data.resolve("admin.env"));
        env.putAll(doors(line)); // the file names those of the server that started last
        return new HosuProcess(process, out, line, env);
      }
    }
    process.destroyForcibly();
    throw new IOException("The server ended before it was ready: " + Files.readString(log(data)));
  }

  private static Path log(Path data) {
    return data.resolveSibling(data.getFileName() + ".log");
  }

  /** The beginning of a command line that runs the program of this build. */
  public static List<String> java() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        System.getProperty("java.class.path"),
        "io.hosu.cli.Main");
  }

  private static Map<String, String> env(Path file) throws IOException {
    Map<String, String> env = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        env.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return env;
  }

  /** What a line says that ends with {@code console/API URL S3 URL}. */
  private static Map<String, String> doors(String ready) {
    List<String> words = List.of(ready.strip().split(" +"));
    return Map.of(
        "HOSU_URL",
        words.get(words.indexOf("console/API") + 1),
        "AWS_ENDPOINT_URL_S3",
        words.get(words.indexOf("S3") + 1));
  }

  /** The line that said the server is ready. */
  public String ready() {
    return ready;
  }

  /** The id of its process. */
  public long pid() {
    return process.pid();
  }

  /** What the server printed after that line; the process must have ended. */
  public String printedLater() {
    return out.lines().collect(Collectors.joining("\n"));
  }

  /** What {@code admin.env} says, for a command's environment. */
  public Map<String, String> env() {
    return env;
  }

  /** One value of {@code admin.env}. */
  public String value(String key) {
    String value = env.get(key);
    if (value == null) {
      throw new IllegalStateException("admin.env has no " + key);
    }
    return value;
  }

  /** Asks the API as the administrator. */
  public HttpResponse<String> get(String path) throws IOException {
    return send(request(path).GET());
  }

  /** Posts JSON to the API as the administrator. */
  public HttpResponse<String> post(String path, String json) throws IOException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  /** Runs SQL and returns the lines of CSV below the header. */
  public List<String> sql(String sql) throws IOException {
    var answer =
        send(
            request("/v1/queries")
                .header("Content-Type", "application/json")
                .header("Accept", "text/csv")
                .POST(HttpRequest.BodyPublishers.ofString(Json.print(Map.of("sql", sql)))));
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(answer.statusCode() + " " + answer.body());
    }
    return answer.body().lines().skip(1).toList();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(value("HOSU_URL") + path))
        .header("Authorization", "Bearer " + value("HOSU_TOKEN"));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Runs a command of the program against this server and returns what it did. */
  public Ran hosu(String... arguments) throws IOException, InterruptedException {
    return hosu(Map.of(), arguments);
  }

  /** The same with other values in the command's environment, to act as somebody else. */
  public Ran hosu(Map<String, String> others, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(java());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(env);
    builder.environment().putAll(others);
    Process ran = builder.start();
    ran.getOutputStream().close();
    String[] err = new String[1];
    Thread errors =
        Thread.ofVirtual()
            .start(() -> err[0] = ran.errorReader().lines().reduce("", (a, b) -> a + b + "\n"));
    String out = new String(ran.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = ran.waitFor();
    errors.join();
    return new Ran(exit, out, err[0]);
  }

  /** What a command did: its exit code and what it printed. */
  public record Ran(int exit, String out, String err) {}

  /** SIGKILL: nothing of the process runs any more, not a hook, not a finally. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  /**
   * SIGTERM, and how long the server took to end, or -1 when it had not ended after ten seconds.
   */
  public long stopMillis() throws InterruptedException {
    long start = System.nanoTime();
    process.toHandle().destroy(); // the process's own destroy() would close what it printed
    boolean ended = process.waitFor(10, TimeUnit.SECONDS);
    return ended ? (System.nanoTime() - start) / 1_000_000 : -1;
  }

  /** The exit code; the process must have ended. */
  public int exit() {
    return process.exitValue();
  }

  @Override
  public void close() {
    kill();
  }
}
