package io.hosu.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
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
    ALL.put("spark", new BesideSpark());
    ALL.put("bulk", new Bulk());
    ALL.put("small", new SmallObjects());
    ALL.put("start", new Start());
    ALL.put("put", new PutToStart());
    ALL.put("door", new DoorToStart());
    ALL.put("executions", new TwoStageLoad());
    ALL.put("pipelines", new ManyStages());
    ALL.put("messages", new ManyObjects());
    ALL.put("groups", new BlockedGroup());
    ALL.put("teams", new CrowdedTeam());
    ALL.put("grants", new ManyGrants());
    ALL.put("audit", new Audited());
    ALL.put("limited", new Limited());
    ALL.put("deleted", new Deleted());
    ALL.put("appends", new ManyWriters());
    ALL.put("load-table", new LoadTable());
    ALL.put("planning", new Planning());
    ALL.put("crawl", new CrawledObjects());
  }

  private Benchmarks() {}

  /**
   * Exit code 2 for a name that is none. A benchmark that fails is told, the others run, and the
   * exit code is 1. Each line is in the file as soon as it is known.
   */
  public static void main(String... names) throws IOException {
    List<String> chosen = names.length == 0 ? List.copyOf(ALL.keySet()) : List.of(names);
    if (!ALL.keySet().containsAll(chosen)) {
      System.err.println("Benchmarks are: " + String.join(", ", ALL.keySet()));
      System.exit(2);
    }
    Path results = Files.createDirectories(root().resolve("benchmarks/results"));
    Path file = results.resolve(names.length == 0 ? today() + "-" + commit() + ".md" : name(names));
    Files.deleteIfExists(file);
    tell(file, facts());
    tell(
        file,
        List.of(
            "| measure | hosu | floor | ratio | goal | met |",
            "| --- | ---: | ---: | ---: | --- | --- |"));
    boolean well = true;
    for (String name : chosen) {
      System.err.println("# " + name);
      well &= measure(name, file);
    }
    System.exit(well ? 0 : 1);
  }

  private static String name(String... names) {
    return "%s-%s-%s.md".formatted(today(), commit(), String.join("-", names));
  }

  private static void tell(Path file, List<String> lines) throws IOException {
    lines.forEach(System.out::println);
    Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static boolean measure(String name, Path file) throws IOException {
    Path folder = Files.createTempDirectory("hosu-bench-");
    try {
      List<Measure> measures = java.util.Objects.requireNonNull(ALL.get(name)).run(folder);
      tell(file, measures.stream().map(Measure::line).toList());
      return true;
    } catch (Exception e) {
      e.printStackTrace();
      tell(file, List.of("| %s | failed: %s | | | | NO |".formatted(name, e.getMessage())));
      return false;
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
