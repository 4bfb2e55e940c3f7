package io.hosu.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code hosu up}, from the command to its line "ready", on a lake project of very many pipelines,
 * each in a file of its own with its own SQL: for the first time, again while nothing has changed,
 * and after one file of SQL has.
 */
final class StartOfMany {
  private static final int DOMAINS = 100;
  private static final int AGAIN = 3;

  private final int pipelines;

  StartOfMany(int pipelines) {
    this.pipelines = pipelines;
  }

  List<Measure> run(Path folder) throws IOException {
    Path project = folder.resolve("project");
    Path data = folder.resolve("data");
    Files.createDirectories(project);
    write(project);
    double first = seconds(project, data);
    List<Double> again = new ArrayList<>();
    for (int i = 0; i < AGAIN; i++) {
      again.add(seconds(project, data));
    }
    Project.file(project, sql(0), "SELECT id, amount * 2 AS amount FROM input\n");
    double changed = seconds(project, data);
    double middle = Arrival.percentile(again, 0.5);
    String name = "%d pipelines in a project, hosu up to ready, ".formatted(pipelines);
    return List.of(
        Measure.plain(name + "first", first, "s"),
        new Measure(name + "unchanged", middle, Double.NaN, "s", "under 3 s", middle < 3),
        Measure.plain(name + "one file changed", changed, "s"));
  }

  private static double seconds(Path project, Path data) throws IOException {
    long begin = System.nanoTime();
    try (Server _ = Server.start(project, data)) {
      return (System.nanoTime() - begin) / 1e9;
    }
  }

  private void write(Path project) throws IOException {
    Project.file(project, "lake.yaml", "name: many\nlayers: [raw, stage, analytics]\n");
    for (int i = 0; i < DOMAINS; i++) {
      Project.file(project, "domains/d%d/domain.yaml".formatted(i), "description: Measured.\n");
    }
    for (int i = 0; i < pipelines; i++) {
      String yaml =
          """
          stages:
            load:
              on: { objects: raw/d%d/p%d/*.csv }
              sql: p%d.sql
              into: { table: stage.t%d }
          """
              .formatted(i % DOMAINS, i, i, i);
      Project.file(project, "domains/d%d/pipelines/p%d.yaml".formatted(i % DOMAINS, i), yaml);
      Project.file(
          project, sql(i), "SELECT id, amount * %d AS amount_%d FROM input\n".formatted(i, i));
    }
  }

  private static String sql(int i) {
    return "domains/d%d/transforms/p%d.sql".formatted(i % DOMAINS, i);
  }
}
