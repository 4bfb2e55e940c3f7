package io.hosu.governance;

import io.hosu.kernel.Settings;
import java.time.Duration;

/**
 * How credentials are given, and what is done without a record of it.
 *
 * @param tokenTtl how long a token holds when nobody says otherwise
 * @param auditRequired whether a door stops when audit records cannot be kept
 * @param openRequests how many open requests for access one principal may have
 * @param oidc with which providers people sign in
 */
public record GovernanceConfig(
    Duration tokenTtl, boolean auditRequired, int openRequests, OidcConfigs oidc) {
  GovernanceConfig(Duration tokenTtl, boolean auditRequired) {
    this(tokenTtl, auditRequired, 100, OidcConfigs.none());
  }

  /** The same, where one principal may have so many open requests for access. */
  GovernanceConfig withOpenRequests(int most) {
    return new GovernanceConfig(tokenTtl, auditRequired, most, oidc);
  }

  /** The standard: 30 days, and nothing without a record. */
  public static GovernanceConfig standard() {
    return new GovernanceConfig(Duration.ofDays(30), true);
  }

  /** Reads the settings of this module. */
  public static GovernanceConfig from(Settings settings) {
    return new GovernanceConfig(
        settings.duration(
            "tokens.ttl",
            standard().tokenTtl,
            Duration.ofSeconds(1),
            "How long a token holds when its maker does not say."),
        settings.toggle(
            "audit.required",
            standard().auditRequired,
            "Whether an answer waits until its audit records are durable, and is refused with"
                + " AUDIT_UNAVAILABLE when they cannot be kept. If not, records are kept within"
                + " 250 ms, and those are lost for which there is no room."),
        settings.count(
            "access.open-requests",
            standard().openRequests,
            1,
            "How many requests for access that have no answer yet one principal may have."),
        OidcConfigs.from(settings));
  }
}
