package io.hosu.governance;

import io.hosu.kernel.HosuException.Exhausted;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Slows down who guesses credentials: after some failures, the next try from an address, or with a
 * credential, has to wait twice as long as the one before, up to a minute. Failures are forgotten
 * after a quarter of an hour without one. Where a credential was right within that time, from there
 * it is not slowed by what others fail with it. What is begun and not ended is slowed in the same
 * way, by address alone. Remembers a bounded number of each. May be used from any thread.
 */
final class SignInLimits {
  /** How many failures with one credential cost nothing. */
  static final int FREE_OF_CREDENTIAL = 10;

  /** How many failures from one address cost nothing: many people may be behind it. */
  static final int FREE_OF_ADDRESS = 100;

  static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(15);
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
  private static final int MOST = 10_000;

  private final InstantSource clock;
  private final Map<String, Failures> failures = new Remembered<>();
  private final Map<String, Instant> right = new Remembered<>();

  SignInLimits(InstantSource clock) {
    this.clock = clock;
  }

  /** What somebody failed with, or from where. */
  private record Failures(int count, Instant last) {
    Instant openAt(int free) {
      if (count < free) {
        return Instant.MIN;
      }
      int doubled = Math.min(count - free, 6);
      Duration wait = FIRST_WAIT.multipliedBy(1L << doubled);
      return last.plus(wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT);
    }
  }

  /** The latest of a bounded number of things. */
  private static final class Remembered<V> extends LinkedHashMap<String, V> {
    private static final long serialVersionUID = 1L;

    Remembered() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
      return size() > MOST;
    }
  }

  /**
   * Lets a try pass, or tells it to wait.
   *
   * @param credential what is shown, {@code key:ID}; null where it has no name
   * @throws Exhausted {@link GovernanceError#SIGN_INS_SLOWED}
   */
  void require(@Nullable String credential, String address) {
    refusal(credential, address)
        .ifPresent(wait -> {
          throw wait;
        });
  }

  /**
   * Why a try has to wait, if it has to.
   *
   * @param credential what is shown, {@code key:ID}; null where it has no name
   */
  synchronized Optional<Exhausted> refusal(@Nullable String credential, String address) {
    Instant now = clock.instant();
    Instant open = openAt(from(address), FREE_OF_ADDRESS, now);
    if (credential != null && !isRight(credential, address, now)) {
      Instant other = openAt(credential, FREE_OF_CREDENTIAL, now);
      open = other.isAfter(open) ? other : open;
    }
    if (!now.isBefore(open)) {
      return Optional.empty();
    }
    boolean ofAddress = openAt(from(address), FREE_OF_ADDRESS, now).equals(open);
    return Optional.of(
        new Exhausted(
            GovernanceError.SIGN_INS_SLOWED,
            "Too many wrong credentials came %s."
                .formatted(ofAddress ? "from your address" : "with this key"),
            "Wait %d s, and look for what sends them."
                .formatted(Math.max(1, Duration.between(now, open).toSeconds()))));
  }

  /**
   * Lets somebody begin what costs another something, or tells it to wait; many who begin and do
   * not end it are slowed.
   *
   * @throws Exhausted {@link GovernanceError#SIGN_INS_SLOWED}
   */
  synchronized void begin(String address) {
    Instant now = clock.instant();
    Instant open = openAt(begun(address), FREE_OF_ADDRESS, now);
    if (now.isBefore(open)) {
      throw new Exhausted(
          GovernanceError.SIGN_INS_SLOWED,
          "Too many sign-ins were begun from your address and not ended.",
          "Wait %d s, and look for what begins them."
              .formatted(Math.max(1, Duration.between(now, open).toSeconds())));
    }
    count(begun(address), now);
  }

  /** One that was begun there was ended. */
  synchronized void ended(String address) {
    failures.computeIfPresent(
        begun(address),
        (_, known) -> known.count > 1 ? new Failures(known.count - 1, known.last) : null);
  }

  private Instant openAt(String what, int free, Instant now) {
    Failures known = failures.get(what);
    if (known == null) {
      return Instant.MIN;
    }
    if (!now.isBefore(known.last.plus(FORGOTTEN_AFTER))) {
      failures.remove(what);
      return Instant.MIN;
    }
    return known.openAt(free);
  }

  /** Whether a credential was right lately, from that address. */
  synchronized boolean isRight(String credential, String address) {
    return isRight(credential, address, clock.instant());
  }

  private boolean isRight(String credential, String address, Instant now) {
    Instant known = right.get(pair(credential, address));
    return known != null && now.isBefore(known.plus(FORGOTTEN_AFTER));
  }

  /** The credential was wrong. */
  synchronized void failed(@Nullable String credential, String address) {
    Instant now = clock.instant();
    count(from(address), now);
    if (credential != null && !isRight(credential, address, now)) {
      count(credential, now);
    }
  }

  private void count(String what, Instant now) {
    failures.merge(
        what, new Failures(1, now), (known, one) -> new Failures(known.count + one.count, now));
  }

  /** The credential was right. */
  synchronized void succeeded(@Nullable String credential, String address) {
    if (credential != null) {
      right.put(pair(credential, address), clock.instant());
    }
  }

  private static String from(String address) {
    return "address:" + address;
  }

  private static String begun(String address) {
    return "begun:" + address;
  }

  private static String pair(String credential, String address) {
    return credential + " " + address;
  }
}
