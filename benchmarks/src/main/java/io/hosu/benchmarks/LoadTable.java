package io.hosu.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
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
 *
 * <p>The clients share the cores with the server, so they are the JDK's plain blocking ones, each
 * with a connection of its own that is kept; what they cost is told beside.
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
      URL table =
          URI.create(server.value("HOSU_ICEBERG_URI") + "/v1/shop/namespaces/stage/tables/wide")
              .toURL();
      String token = server.value("HOSU_TOKEN");
      Asked load = new Asked("GET", table, token);
      Asked look = new Asked("HEAD", table, token);
      ask(load, TIME);
      Cpu begin = Cpu.now(server);
      List<Double> looks = ask(look, TIME);
      Cpu between = Cpu.now(server);
      List<Double> loads = ask(load, TIME);
      Cpu loading = Cpu.now(server).since(between, loads.size());
      Cpu looking = between.since(begin, looks.size());
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
              loading.server(),
              looking.server(),
              "ms",
              "",
              true),
          new Measure(
              "loadTable, the client's time on a core",
              loading.client(),
              looking.client(),
              "ms",
              "",
              true));
    }
  }

  private record Asked(String method, URL url, String token) {}

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
  private static List<Double> ask(Asked asked, Duration time) throws Exception {
    System.setProperty("http.maxConnections", Integer.toString(CLIENTS));
    ConcurrentLinkedQueue<Double> millis = new ConcurrentLinkedQueue<>();
    long until = System.nanoTime() + time.toNanos();
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        all.add(
            threads.submit(() -> {
              while (System.nanoTime() < until) {
                millis.add(once(asked));
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

  private static double once(Asked asked) throws IOException {
    long begin = System.nanoTime();
    HttpURLConnection http = (HttpURLConnection) asked.url().openConnection();
    http.setRequestMethod(asked.method());
    http.setRequestProperty("Authorization", "Bearer " + asked.token());
    if (http.getResponseCode() / 100 != 2) {
      throw new IOException("Answered " + http.getResponseCode());
    }
    try (InputStream body = http.getInputStream()) {
      body.transferTo(OutputStream.nullOutputStream());
    }
    return (System.nanoTime() - begin) / 1e6;
  }
}
