package io.hosu.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Runs the everyday commands once against a server that always gives the same answers, so that the
 * virtual machine can note which classes they load. The build runs it; nobody else need.
 */
public final class Training {
  private static final String ITEM =
      """
      {"id":"01jdq3","name":"a.b.c","key":"k","pipeline":"p","stage":"s","status":"SUCCEEDED",
       "size":1,"duration_ms":1,"rows":1,"time":"2026-11-25T17:00:00.000Z"}\
      """;
  private static final String JSON =
      "{\"items\":[%s],\"next\":null,\"version\":\"1\",\"pending\":{\"events\":0},\"columns\":[%s]}"
          .formatted(ITEM, ITEM);
  private static final String CSV = "name,rows\na,1\n";

  private static final List<List<String>> LESSONS =
      List.of(
          List.of("version"),
          List.of("help"),
          List.of("statsu"),
          List.of("status"),
          List.of("ls", "raw/a/"),
          List.of("tables", "-o", "json"),
          List.of("executions"),
          List.of("executions", "show", "01jdq3"),
          List.of("events", "-o", "csv", "--since", "1h"),
          List.of("dlq"),
          List.of("wait", "--timeout", "1s"),
          List.of("put", "-", "raw/a/b.csv"),
          List.of("cat", "raw/a/b.csv"),
          List.of("sql", "-c", "SELECT 1"),
          List.of("sql", "-o", "csv", "-c", "SELECT 1"),
          List.of("version", "--nonsense"));

  private Training() {}

  /** Runs every lesson; what they print is of no interest. */
  public static void main(String[] args) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofPlatform().daemon().start(() -> serve(server));
      String url = "http://127.0.0.1:" + server.getLocalPort();
      Context context = Context.ofProcess(new NoLocalServer());
      for (List<String> lesson : LESSONS) {
        new Cli(at(url, context)).run(lesson.toArray(String[]::new));
      }
    }
  }

  private static Context at(String url, Context context) {
    Terminal own = context.terminal();
    var environment = java.util.Map.of("HOSU_URL", url, "HOSU_TOKEN", "none");
    Screen screen = new Screen(100, false, true, true, true);
    Terminal terminal =
        new Terminal(
            InputStream.nullInputStream(), own.out(), own.err(), environment, own.folder(), screen);
    return new Context(terminal, context.local(), context.clock(), context.pause());
  }

  private static void serve(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        answer(socket);
      } catch (IOException e) {
        return;
      }
    }
  }

  /** Reads the head of a request and what came with it, and gives the answer that is asked for. */
  private static void answer(Socket socket) throws IOException {
    var in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    boolean csv = false;
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      csv |= line.equals("Accept: text/csv");
    }
    String body = csv ? CSV : JSON;
    String type = csv ? "text/csv" : "application/json";
    String head =
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(type, body.length());
    socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
    while (in.ready()) {
      in.read();
    }
  }
}
