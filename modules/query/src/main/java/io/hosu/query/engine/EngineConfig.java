package io.hosu.query.engine;

import io.hosu.kernel.Settings;
import io.hosu.kernel.Sizes;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How many engines there are and what each may use.
 *
 * @param workers engine processes that are kept warm
 * @param queue how many sessions may wait for one
 * @param memoryBytes what an engine may use for its data
 * @param threads threads for one statement
 * @param tempBytes what an engine may put on disk when memory does not suffice
 * @param sessionsPerWorker after how many sessions an engine is replaced
 * @param silence how long an engine that owes an answer may give no sign of life before it is
 *     killed
 * @param workbooks how much a workbook of Excel may be
 * @param cache a directory that outlives the server, for what need not be unpacked twice
 * @param temp a directory for what engines put on disk; what dead processes left there is removed
 */
public record EngineConfig(
    int workers,
    int queue,
    long memoryBytes,
    int threads,
    long tempBytes,
    int sessionsPerWorker,
    Duration silence,
    WorkbookLimits workbooks,
    Path cache,
    Path temp) {

  /** An engine gives a sign each second, which comes late on a busy machine. */
  private static final Duration LEAST_SILENCE = Duration.ofSeconds(3);

  /** How long a cancelled statement may go on before its engine is killed. */
  static final Duration GRACE = Duration.ofSeconds(1);

  /** How long a new engine may take until it is ready. */
  static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  /** Reads the settings {@code query.*}; files go below {@code data}. */
  public static EngineConfig from(Settings settings, Path data) {
    int cores = Runtime.getRuntime().availableProcessors();
    return new EngineConfig(
        settings.count(
            "query.workers",
            cores,
            1,
            "Engine processes for queries (one principal leaves one free), and as many for stages."),
        settings.count(
            "query.queue",
            100,
            0,
            "Queries that may wait for an engine; one principal fills half of it at most."),
        settings.size(
            "query.memory",
            1L << 30,
            64L << 20,
            "Memory an engine may use for its data, before it uses disk."),
        settings.count("query.threads", cores, 1, "Threads that run one query."),
        settings.size(
            "query.temp-size",
            20L << 30,
            1L << 20,
            "Disk an engine may use when memory does not suffice."),
        settings.count("query.sessions", 500, 1, "Queries after which an engine is replaced."),
        settings.duration(
            "query.silence",
            Duration.ofSeconds(30),
            LEAST_SILENCE,
            "How long an engine that owes an answer may give no sign of life (it gives one each second) before it is killed and replaced. An execution is tried again as the retry of its stage says."),
        WorkbookLimits.from(settings),
        data.resolve("cache"),
        data.resolve("temp"));
  }

  /** The same with another number of engines and of sessions that may wait. */
  public EngineConfig with(int otherWorkers, int otherQueue) {
    return new EngineConfig(
        otherWorkers,
        otherQueue,
        memoryBytes,
        threads,
        tempBytes,
        sessionsPerWorker,
        silence,
        workbooks,
        cache,
        temp);
  }

  /** A size as DuckDB reads it. */
  static String duckSize(long bytes) {
    return bytes + "B";
  }

  /** How the limits read in a message. */
  String describe() {
    return "%d threads, %s memory".formatted(threads, Sizes.print(memoryBytes));
  }
}
