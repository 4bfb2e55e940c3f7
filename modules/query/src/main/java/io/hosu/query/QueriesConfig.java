package io.hosu.query;

import io.hosu.kernel.Settings;
import io.hosu.query.engine.EngineConfig;
import io.hosu.query.engine.ResultLimits;
import java.time.Duration;

/**
 * What one query may use, and how many there may be.
 *
 * @param timeout how long it may run
 * @param limits how much its result may hold
 * @param remembered how many queries that are over are remembered
 * @param running how many may run at the same time: as many as there are engines
 * @param queue how many may wait
 */
public record QueriesConfig(
    Duration timeout, ResultLimits limits, int remembered, int running, int queue) {

  /** Reads the settings {@code query.*}, for queries that run in such engines. */
  public static QueriesConfig from(Settings settings, EngineConfig engines) {
    return new QueriesConfig(
        settings.duration(
            "query.timeout",
            Duration.ofMinutes(5),
            Duration.ofMillis(1),
            "How long a query may run."),
        new ResultLimits(
            Long.MAX_VALUE,
            settings.size("query.max-result", 100L << 30, 1, "Bytes a result may have.")),
        settings.count("query.remembered", 1000, 1, "Queries that are over and still listed."),
        engines.workers(),
        engines.queue());
  }
}
