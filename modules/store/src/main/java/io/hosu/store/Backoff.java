package io.hosu.store;

/** The waits between attempts to reach a database: some seconds in all. */
final class Backoff {
  static final int ATTEMPTS = 10;
  private static final long FIRST_MILLIS = 10;
  private static final long LONGEST_MILLIS = 1000;

  private Backoff() {}

  /** Waits before attempt {@code attempt} + 1, the first being 1; an interrupt ends the wait. */
  static void pause(int attempt) {
    try {
      Thread.sleep(Math.min(LONGEST_MILLIS, FIRST_MILLIS << attempt));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
