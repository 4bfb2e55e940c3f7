package io.hosu.governance;

import io.hosu.kernel.Settings;
import java.time.Duration;

/**
 * How credentials are given.
 *
 * @param tokenTtl how long a token holds when nobody says otherwise
 */
public record GovernanceConfig(Duration tokenTtl) {
  /** The standard: 30 days. */
  public static GovernanceConfig standard() {
    return new GovernanceConfig(Duration.ofDays(30));
  }

  /** Reads the settings of this module. */
  public static GovernanceConfig from(Settings settings) {
    return new GovernanceConfig(
        settings.duration(
            "tokens.ttl",
            standard().tokenTtl,
            Duration.ofSeconds(1),
            "How long a token holds when its maker does not say."));
  }
}
