package io.hosu.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs the benchmarks named on the command line, or all, and writes the table of their figures. */
public final class Benchmarks {
  private static final Map<String, Benchmark> ALL = new LinkedHashMap<>();

  static {
    ALL.put("arrival", new Arrival());
    ALL.put("query", new Query());
    ALL.put("bulk", new Bulk());
    ALL.put("small", new SmallObjects());
    ALL.put("start", new Start());
  }

  private Benchmarks() {}

  /** Exit code 2 for a name that is none; a benchmark that fails is told and the others run. */
  public static void main(String... names) throws IOException {
    List<String> chosen = names.length == 0 ? List.copyOf(ALL.keySet()) : List.of(names);
    if (!ALL.keySet().containsAll(chosen)) {
      System.err.println("Benchmarks are: " + String.join(", ", ALL.keySet()));
      System.exit(2);
    }
    List<String> lines = new ArrayList<>(facts());
    lines.add("| measure | hosu | floor | ratio | goal | met |");
    lines.add("| --- | ---: | ---: | ---: | --- | --- |");
    for (String name : chosen) {
      System.err.println("# " + name);
      lines.addAll(measure(name));
    }
    lines.forEach(System.out::println);
    Path results = root().resolve("benchmarks/results");
    Files.createDirectories(results);
    String file = "%s-%s-%s.md".formatted(today(), commit(), String.join("-", chosen));
    Files.write(
        results.resolve(names.length == 0 ? today() + "-" + commit() + ".md" : file), lines);
  }

  private static List<String> measure(String name) throws IOException {
    Path folder = Files.createTempDirectory("hosu-bench-");
    try {
      List<Measure> measures = java.util.Objects.requireNonNull(ALL.get(name)).run(folder);
      return measures.stream().map(Measure::line).toList();
    } catch (Exception e) {
      e.printStackTrace();
      return List.of("| %s | failed: %s | | | | NO |".formatted(name, e.getMessage()));
    } finally {
      if (!Boolean.getBoolean("keep")) {
        delete(folder);
      }
    }
  }

  private static List<String> facts() throws IOException {
    String cpu = first("/proc/cpuinfo", "model name").replaceAll(".*: *", "");
    String memory = first("/proc/meminfo", "MemTotal").replaceAll(".*: *", "");
    String load = Files.readString(Path.of("/proc/loadavg")).strip();
    return List.of(
        "# Figures of %s, commit %s".formatted(today(), commit()),
        "",
        "- machine: %d cores, %s, %s memory, %s %s"
            .formatted(
                Runtime.getRuntime().availableProcessors(),
                cpu,
                memory,
                System.getProperty("os.name"),
                System.getProperty("os.version")),
        "- Java " + System.getProperty("java.version") + ", load at start " + load,
        "- sizes: scale %s, rows %d, rounds %d, objects %d"
            .formatted(Sizes.SCALE, Sizes.BULK_ROWS, Sizes.ARRIVAL_ROUNDS, Sizes.SMALL_OBJECTS),
        "");
  }

  private static String first(String file, String start) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines.filter(line -> line.startsWith(start)).findFirst().orElse("unknown");
    }
  }

  /** The folder of the checkout. */
  static Path root() {
    return Path.of(System.getProperty("hosu.root", ".")).toAbsolutePath();
  }

  private static String commit() {
    return System.getProperty("commit", "unknown");
  }

  private static LocalDate today() {
    return LocalDate.now(ZoneOffset.UTC);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(file -> {
            try {
              Files.deleteIfExists(file);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
