package io.hosu.governance;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * From when to when a credential is good.
 *
 * @param createdAt when it was made
 * @param expiresAt when it ends by itself; empty: never
 * @param disabled whether it was switched off, which can be undone
 * @param lastUsedAt when it was used last, exact to ten minutes
 */
public record Lifetime(
    Instant createdAt,
    Optional<Instant> expiresAt,
    boolean disabled,
    Optional<Instant> lastUsedAt) {

  /** What a credential is. */
  public enum Status {
    ACTIVE,
    DISABLED,
    EXPIRED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What it is at {@code time}. */
  public Status status(Instant time) {
    if (expiresAt.filter(end -> !time.isBefore(end)).isPresent()) {
      return Status.EXPIRED;
    }
    return disabled ? Status.DISABLED : Status.ACTIVE;
  }

  /** How long it is good in all; empty: without end. */
  Optional<Duration> length() {
    return expiresAt.map(end -> Duration.between(createdAt, end));
  }
}
