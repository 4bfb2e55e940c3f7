package io.hosu.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;

/**
 * Append commits to one table of the program in its own process, by Iceberg's own client, which
 * never tries again: from the look at the table and the PUTs of manifest and manifest list to the
 * answer. The data files lie there before. Beside many writers, one. Twice as many commits to other
 * tables go before, as a server that just started spends most of its time on compiling.
 */
final class ManyWriters implements Benchmark {
  private static final int WRITERS = Integer.getInteger("writers", 32);
  private static final int COMMITS = Integer.getInteger("commits", 640);
  private static final Schema NUMBERS =
      new Schema(Types.NestedField.required(1, "id", Types.LongType.get()));
  private static final byte[] FILE = parquet();

  @Override
  public List<Measure> run(Path folder) throws Exception {
    Path project = Project.write(folder, DoorToStart.STAGES, DoorToStart.TRANSFORMS);
    try (Server server = Server.start(project, folder.resolve("data"));
        RESTCatalog catalog = catalog(server)) {
      commits(server, catalog, "warm", WRITERS, COMMITS);
      commits(server, catalog, "warmer", WRITERS, COMMITS);
      Run one = commits(server, catalog, "one", 1, COMMITS / 8);
      Run many = commits(server, catalog, "many", WRITERS, COMMITS);
      return List.of(
          new Measure(
              "append commits to one table, %d writers beside one".formatted(WRITERS),
              many.perSecond(),
              one.perSecond(),
              "/s",
              "100 /s or more",
              many.perSecond() >= 100),
          new Measure(
              "an append commit of %d writers beside one, p50".formatted(WRITERS),
              Arrival.percentile(many.millis(), 0.5),
              Arrival.percentile(one.millis(), 0.5),
              "ms",
              "",
              true),
          new Measure(
              "an append commit of %d writers beside one, p99".formatted(WRITERS),
              Arrival.percentile(many.millis(), 0.99),
              Arrival.percentile(one.millis(), 0.99),
              "ms",
              "",
              true),
          new Measure(
              "an append commit of %d writers beside one, the server's time on a core"
                  .formatted(WRITERS),
              many.cpu().server(),
              one.cpu().server(),
              "ms",
              "",
              true),
          new Measure(
              "an append commit of %d writers beside one, the client's time on a core"
                  .formatted(WRITERS),
              many.cpu().client(),
              one.cpu().client(),
              "ms",
              "",
              true),
          new Measure(
              "conflicts of %d appends".formatted(COMMITS),
              many.conflicts(),
              Double.NaN,
              "",
              "none",
              many.conflicts() == 0));
    }
  }

  static RESTCatalog catalog(Server server) {
    Map<String, String> properties = new HashMap<>();
    properties.put("uri", server.value("HOSU_ICEBERG_URI"));
    properties.put("warehouse", "shop");
    properties.put("token", server.value("HOSU_TOKEN"));
    properties.put("rest.auth.type", "oauth2");
    properties.put("oauth2-server-uri", server.value("HOSU_ICEBERG_URI") + "/v1/oauth/tokens");
    properties.put("token-refresh-enabled", "false");
    properties.put("rest-metrics-reporting-enabled", "false");
    properties.put("snapshot-loading-mode", "refs");
    properties.put("io-impl", ClientFiles.class.getName());
    RESTCatalog catalog = new RESTCatalog();
    catalog.initialize("lake", properties);
    return catalog;
  }

  /** What so many commits took; {@code cpu}: each. */
  private record Run(double seconds, Cpu cpu, List<Double> millis, long conflicts) {
    double perSecond() {
      return millis.size() / seconds;
    }
  }

  private static Run commits(
      Server server, RESTCatalog catalog, String name, int writers, int count) throws Exception {
    TableIdentifier id = TableIdentifier.of(Namespace.of("stage"), name);
    Table made =
        catalog.buildTable(id, NUMBERS).withProperty("commit.retry.num-retries", "0").create();
    ConcurrentLinkedQueue<DataFile> files = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < count; i++) {
      files.add(file(made));
    }
    List<Table> tables = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      tables.add(catalog.loadTable(id));
    }
    ConcurrentLinkedQueue<Double> millis = new ConcurrentLinkedQueue<>();
    LongAdder conflicts = new LongAdder();
    Cpu before = Cpu.now(server);
    long begin = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all =
          tables.stream()
              .<Future<?>>map(
                  table -> threads.submit(() -> commitAll(table, files, millis, conflicts)))
              .toList();
      for (Future<?> one : all) {
        one.get();
      }
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    Cpu cpu = Cpu.now(server).since(before, millis.size());
    return new Run(seconds, cpu, List.copyOf(millis), conflicts.sum());
  }

  private static void commitAll(
      Table table,
      ConcurrentLinkedQueue<DataFile> files,
      ConcurrentLinkedQueue<Double> millis,
      LongAdder conflicts) {
    for (DataFile file = files.poll(); file != null; file = files.poll()) {
      long begin = System.nanoTime();
      try {
        table.newFastAppend().appendFile(file).commit();
        millis.add((System.nanoTime() - begin) / 1e6);
      } catch (CommitFailedException _) {
        conflicts.increment();
      }
    }
  }

  /** A data file that lies there, and that no commit names yet. */
  static DataFile file(Table table) {
    String location = table.location() + "/data/" + UUID.randomUUID() + ".parquet";
    ((ClientFiles) table.io()).put(location, FILE);
    return DataFiles.builder(PartitionSpec.unpartitioned())
        .withPath(location)
        .withFormat(FileFormat.PARQUET)
        .withFileSizeInBytes(FILE.length)
        .withRecordCount(1)
        .build();
  }

  /** A file of one row without columns. */
  private static byte[] parquet() {
    ByteArrayOutputStream footer = new ByteArrayOutputStream();
    List<SchemaElement> root = List.of(new SchemaElement("root").setNum_children(0));
    try {
      Util.writeFileMetaData(new FileMetaData(1, root, 1, List.of()), footer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ByteBuffer file = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN);
    file.position(1000 - footer.size() - 8);
    file.put(footer.toByteArray()).putInt(footer.size()).put("PAR1".getBytes(US_ASCII));
    return file.array();
  }
}
