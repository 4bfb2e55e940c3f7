package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.testing.HosuProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A real server with little memory, and more files at once than it could hold; {@code
 * -Dfiles=100000} drops as many, of which a build drops fewer.
 */
class FloodedServerTest {
  private static final int FILES = Integer.getInteger("files", 2000);
  private static final int HEAP_MB = 128;

  /** Its heap, and what the Java machine and SQLite need beside it. */
  private static final long MOST_RESIDENT_MB = HEAP_MB + 192;

  private static final int MOST_OPEN_FILES = 400;

  /** How much of what the server may use it was seen to use. */
  private record Used(long residentMb, long openFiles) {
    static Used of(long pid) throws IOException {
      Path process = Path.of("/proc", Long.toString(pid));
      long kilobytes =
          Files.readAllLines(process.resolve("status")).stream()
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElseThrow();
      try (var open = Files.list(process.resolve("fd"))) {
        return new Used(kilobytes >> 10, open.count());
      }
    }

    Used and(Used other) {
      return new Used(Math.max(residentMb, other.residentMb), Math.max(openFiles, other.openFiles));
    }
  }

  @TempDir Path folder;

  @Test
  void filesDroppedAtOnceAreWorkedOnWithBoundedMemoryAndBoundedOpenFiles() throws Exception {
    Path project = project();
    try (HosuProcess hosu =
        HosuProcess.start(List.of("-Xmx" + HEAP_MB + "m"), project, folder.resolve("data"))) {
      Used used = Used.of(hosu.pid());
      CompletableFuture<Void> dropped = drop(hosu);
      do {
        used = used.and(Used.of(hosu.pid()));
        hosu.get("/v1/pending?wait=200ms");
      } while (!dropped.isDone() || !isQuiet(hosu));
      dropped.get();
      System.out.printf("%d files with a heap of %dMB: %s%n", FILES, HEAP_MB, used);
      assertThat(used.residentMb()).isLessThan(MOST_RESIDENT_MB);
      assertThat(used.openFiles()).isLessThan(MOST_OPEN_FILES);
      assertThat(hosu.sql("SELECT count(*), count(DISTINCT id) FROM shop.stage.orders"))
          .containsExactly(FILES + "," + FILES);
      assertThat(hosu.get("/v1/dead-letters").body()).contains("\"items\":[]");
    }
  }

  private Path project() throws IOException {
    Path project = folder.resolve("project");
    SmallLake.write(project, "lake.yaml", "name: flood\nlayers: [raw, stage, analytics]\n");
    SmallLake.write(project, "domains/shop/domain.yaml", "owner: shop\ndescription: Orders.\n");
    SmallLake.write(
        project,
        "domains/shop/pipelines/orders.yaml",
        """
        stages:
          add:
            on: { objects: raw/shop/orders/*.csv }
            batch: { max: 500 }
            sql: add.sql
            into: { table: stage.orders }
        """);
    SmallLake.write(project, "domains/shop/transforms/add.sql", "SELECT id, amount FROM input\n");
    return project;
  }

  /** Puts all files, several at a time. */
  private static CompletableFuture<Void> drop(HosuProcess hosu) {
    S3Client s3 = S3Clients.of(hosu);
    ExecutorService clients = Executors.newFixedThreadPool(8);
    return CompletableFuture.allOf(
            IntStream.range(0, FILES)
                .mapToObj(file -> CompletableFuture.runAsync(() -> put(s3, file), clients))
                .toArray(CompletableFuture<?>[]::new))
        .whenComplete((_, _) -> {
          clients.shutdown();
          s3.close();
        });
  }

  private static void put(S3Client s3, int file) {
    s3.putObject(
        r -> r.bucket("raw").key("shop/orders/%06d.csv".formatted(file)),
        RequestBody.fromString("id,amount\n%d,%d\n".formatted(file, 10 * file)));
  }

  private static boolean isQuiet(HosuProcess hosu) throws IOException {
    return hosu.get("/v1/pending").body().contains("\"total\":0");
  }
}
