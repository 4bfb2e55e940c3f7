package io.hosu.server;

import io.hosu.delivery.GuardedSqlCheck;
import io.hosu.delivery.LakeProject;
import io.hosu.delivery.ProjectFiles;
import io.hosu.kernel.Settings;
import io.hosu.query.Guard;
import io.hosu.query.engine.EngineConfig;
import io.hosu.query.engine.SqlParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** What the program can answer without a server: with an engine of its own, for a moment. */
public final class Offline {
  private Offline() {}

  /** Reads a project and finds all its mistakes, those inside SQL too. */
  public static LakeProject.Reading check(ProjectFiles files) throws IOException {
    return withParser(parser -> LakeProject.read(files, new GuardedSqlCheck(new Guard(parser))));
  }

  /** Starts an engine worker, lets it answer, stops it; returns how long it took to answer. */
  public static Duration tryWorker() throws IOException {
    InstantSource clock = InstantSource.system();
    Instant start = clock.instant();
    return withParser(parser -> {
      parser.parse("SELECT 1");
      return Duration.between(start, clock.instant());
    });
  }

  private static <T> T withParser(Function<SqlParser, T> work) throws IOException {
    Path folder = Files.createTempDirectory("hosu-engine-");
    try (SqlParser parser = new SqlParser(EngineConfig.from(new Settings(Map.of()), folder))) {
      return work.apply(parser);
    } finally {
      remove(folder);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    }
  }
}
