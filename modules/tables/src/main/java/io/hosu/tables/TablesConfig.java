package io.hosu.tables;

import io.hosu.kernel.Settings;
import java.time.Duration;

/**
 * How tables are cached and locked.
 *
 * @param planCacheBytes about how much memory the remembered data files of all tables may take
 * @param lockWait how long a commit waits for another one to the same table
 */
public record TablesConfig(long planCacheBytes, Duration lockWait) {

  /** What holds when nothing is set. */
  public static TablesConfig standard() {
    return new TablesConfig(128L << 20, Duration.ofSeconds(30));
  }

  /** Reads the settings of this module. */
  public static TablesConfig from(Settings settings) {
    TablesConfig standard = standard();
    return new TablesConfig(
        settings.size(
            "tables.plan-cache",
            standard.planCacheBytes,
            0,
            "About how much memory the remembered data files of all tables may take."),
        settings.duration(
            "tables.lock-wait",
            standard.lockWait,
            "How long a commit waits for another one to the same table."));
  }
}
