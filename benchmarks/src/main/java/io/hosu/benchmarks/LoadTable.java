package io.hosu.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;

/**
 * How often a second clients of the program in its own process load a table of 16 columns and a few
 * snapshots over the Iceberg door, each with an access key of its own. The floor is the question
 * whether the table is there, with the same rights and the same audit.
 */
final class LoadTable implements Benchmark {
  private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("seconds", 15));
  private static final int CLIENTS = Integer.getInteger("clients", 16);
  private static final int COLUMNS = 16;

  @Override
  public List<Measure> run(Path folder) throws Exception {
    Path project = Project.write(folder, DoorToStart.STAGES, DoorToStart.TRANSFORMS);
    try (Server server = Server.start(project, folder.resolve("data"))) {
      make(server);
      HttpRequest.Builder request =
          HttpRequest.newBuilder(
                  URI.create(
                      server.value("HOSU_ICEBERG_URI") + "/v1/shop/namespaces/stage/tables/wide"))
              .header("Authorization", "Bearer " + server.value("HOSU_TOKEN"));
      HttpRequest load = request.copy().GET().build();
      HttpRequest look = request.copy().method("HEAD", HttpRequest.BodyPublishers.noBody()).build();
      ask(load, TIME.dividedBy(3));
      double begin = server.cpuMillis();
      List<Double> looks = ask(look, TIME);
      double between = server.cpuMillis();
      List<Double> loads = ask(load, TIME);
      double end = server.cpuMillis();
      double perSecond = loads.size() / (double) TIME.toSeconds();
      double p99 = Arrival.percentile(loads, 0.99);
      return List.of(
          new Measure(
              "loadTable, %d clients".formatted(CLIENTS),
              perSecond,
              looks.size() / (double) TIME.toSeconds(),
              "/s",
              "2000 /s or more",
              perSecond >= 2000),
          new Measure(
              "loadTable, %d clients, p99".formatted(CLIENTS),
              p99,
              Arrival.percentile(looks, 0.99),
              "ms",
              "under 20 ms",
              p99 < 20),
          new Measure(
              "loadTable, the server's time on a core",
              (end - between) / loads.size(),
              (between - begin) / looks.size(),
              "ms",
              "",
              true));
    }
  }

  private static void make(Server server) throws IOException {
    List<Types.NestedField> columns = new ArrayList<>();
    for (int i = 1; i <= COLUMNS; i++) {
      columns.add(Types.NestedField.optional(i, "column_" + i, Types.LongType.get()));
    }
    try (RESTCatalog catalog = ManyWriters.catalog(server)) {
      Table table =
          catalog.createTable(
              TableIdentifier.of(Namespace.of("stage"), "wide"), new Schema(columns));
      for (int i = 0; i < 10; i++) {
        table.newFastAppend().appendFile(ManyWriters.file(table)).commit();
      }
    }
  }

  /** The milliseconds of each answer. */
  private static List<Double> ask(HttpRequest request, Duration time) throws Exception {
    ConcurrentLinkedQueue<Double> millis = new ConcurrentLinkedQueue<>();
    long until = System.nanoTime() + time.toNanos();
    try (HttpClient http = HttpClient.newHttpClient();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        all.add(
            threads.submit(() -> {
              while (System.nanoTime() < until) {
                millis.add(once(http, request));
              }
              return true;
            }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    return List.copyOf(millis);
  }

  private static double once(HttpClient http, HttpRequest request) throws Exception {
    long begin = System.nanoTime();
    HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException("Answered " + answer.statusCode());
    }
    return (System.nanoTime() - begin) / 1e6;
  }
}
