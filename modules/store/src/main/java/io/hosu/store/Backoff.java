package io.hosu.store;

/**
 * The waits between attempts to reach a database, each twice the one before.
 *
 * @param attempts how often it is tried in all
 * @param firstMillis the first wait
 * @param longestMillis the longest wait
 */
record Backoff(int attempts, long firstMillis, long longestMillis) {
  /** Some seconds in all: as long as a database takes to start again. */
  static final Backoff STANDARD = new Backoff(10, 20, 1000);

  /** Waits after attempt {@code attempt}, the first being 1; an interrupt ends the wait. */
  void pause(int attempt) {
    try {
      Thread.sleep(Math.min(longestMillis, firstMillis << (attempt - 1)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether {@code attempt} was the last. */
  boolean isLast(int attempt) {
    return attempt >= attempts;
  }
}
