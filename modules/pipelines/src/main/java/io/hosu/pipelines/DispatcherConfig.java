package io.hosu.pipelines;

import io.hosu.kernel.Settings;
import java.time.Duration;

/**
 * How executions are started.
 *
 * @param concurrency how many executions may transform at the same time on this server
 * @param lease how long a server may be silent before others take its executions over
 * @param alone whether no other server can run on the same state database
 */
public record DispatcherConfig(int concurrency, Duration lease, boolean alone) {

  /** Reads the settings. */
  public static DispatcherConfig from(Settings settings, boolean alone) {
    return new DispatcherConfig(
        settings.count(
            "pipelines.concurrency",
            Runtime.getRuntime().availableProcessors(),
            1,
            "How many executions may transform at the same time on this server."),
        settings.duration(
            "pipelines.lease",
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            "How long a server may be silent before other servers take its executions over."),
        alone);
  }
}
