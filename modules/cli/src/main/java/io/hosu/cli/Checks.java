package io.hosu.cli;

import io.hosu.kernel.HosuException;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Sizes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** The doctor's questions, each answered without changing anything. */
final class Checks {
  private static final int JAVA = 25;
  private static final long SCARCE = 1L << 30;
  private static final long LITTLE = 10L << 30;
  private static final Instant BUILT = Instants.parse("2026-01-01T00:00:00Z");

  private final Context context;
  private final Path data;

  Checks(Context context, Path data) {
    this.context = context;
    this.data = data;
  }

  /** Asks them all. */
  List<Check> all(Supplier<LakeClient> client) {
    List<Check> checks = new ArrayList<>();
    checks.add(java());
    checks.add(memory());
    checks.add(folder());
    checks.add(disk());
    checks.add(clock());
    boolean reachable = checks.add(server(client)) && checks.getLast().result() == Check.Result.OK;
    if (!reachable) {
      checks.add(port("HTTP port", 8000, "--http-port"));
      checks.add(port("S3 port", 9000, "--s3-port"));
    }
    checks.add(worker());
    return checks;
  }

  private static Check java() {
    String found = "%s (%s)".formatted(Runtime.version(), System.getProperty("java.home"));
    return Runtime.version().feature() >= JAVA
        ? Check.ok("Java", found)
        : Check.fail("Java", found, "Install Java 25 (https://adoptium.net), or set JAVA_HOME.");
  }

  private static Check memory() {
    var system = java.lang.management.ManagementFactory.getOperatingSystemMXBean();
    long bytes =
        system instanceof com.sun.management.OperatingSystemMXBean known
            ? known.getTotalMemorySize()
            : 0;
    String found =
        "%s, %d processors".formatted(Sizes.print(bytes), system.getAvailableProcessors());
    return bytes >= 2 * SCARCE
        ? Check.ok("memory", found)
        : Check.warn("memory", found, "Give it at least 2GB: engine workers need room.");
  }

  private Check folder() {
    if (!Files.exists(data)) {
      Path parent = existing(data);
      return Files.isWritable(parent)
          ? Check.ok("data folder", data + " will be made")
          : Check.fail(
              "data folder",
              parent + " may not be written",
              "Change its owner, or name another folder with --data DIR");
    }
    return Files.isDirectory(data) && Files.isWritable(data)
        ? Check.ok("data folder", data.toString())
        : Check.fail(
            "data folder",
            data + " may not be written",
            "Change its owner, or name another folder with --data DIR");
  }

  private Check disk() {
    try {
      long free = Files.getFileStore(existing(data)).getUsableSpace();
      String found = Sizes.print(free) + " free";
      if (free < SCARCE) {
        return Check.fail("disk", found, "Free some room: below 1GB writes may fail.");
      }
      return free < LITTLE
          ? Check.warn("disk", found, "Free some room before larger loads.")
          : Check.ok("disk", found);
    } catch (IOException e) {
      return Check.warn("disk", "unknown: " + e.getMessage(), "Look with: df -h");
    }
  }

  private Check clock() {
    Instant now = context.clock().instant();
    String found = Instants.print(now);
    return now.isAfter(BUILT)
        ? Check.ok("clock", found)
        : Check.fail("clock", found, "Set the clock: signatures and tokens go by it.");
  }

  private Check server(Supplier<LakeClient> client) {
    try {
      Instant begin = context.clock().instant();
      LakeClient asked = client.get();
      asked.get(ApiPath.of("/v1/health"), Duration.ofSeconds(5));
      Duration took = Duration.between(begin, context.clock().instant());
      return Check.ok(
          "server", "%s answers in %s".formatted(asked.url(), Column.millis(took.toMillis())));
    } catch (HosuException e) {
      boolean none = e.code() == CliError.SERVER_UNKNOWN || e.code() == CliError.SERVER_UNREACHABLE;
      return none
          ? Check.warn("server", e.what(), e.remedy())
          : Check.fail("server", e.what(), e.remedy());
    }
  }

  private static Check port(String name, int port, String option) {
    try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return Check.ok(name, port + " is free");
    } catch (IOException e) {
      return Check.warn(
          name, port + " is taken by another program", "Start with: hosu up " + option + " 0");
    }
  }

  private Check worker() {
    try {
      Duration took = context.local().tryWorker();
      return Check.ok("engine worker", "answers in " + Column.millis(took.toMillis()));
    } catch (HosuException e) {
      return Check.fail("engine worker", e.what(), e.remedy());
    } catch (IOException e) {
      return Check.fail(
          "engine worker",
          String.valueOf(e.getMessage()),
          "Check that this user may start processes and write to the temporary folder.");
    }
  }

  private static Path existing(Path path) {
    Path at = path;
    while (!Files.exists(at)) {
      at = Objects.requireNonNullElse(at.getParent(), Path.of("/"));
    }
    return at;
  }
}
