package io.hosu.kernel;

/**
 * One thing that can go wrong, named once: the constants of each module's {@code …Error} enum.
 *
 * <p>The code is what scripts match on, so it never changes its meaning. The reference page of
 * error codes is generated from these constants.
 */
public interface ErrorCode {
  /** The code as people and scripts see it, for example {@code TABLE_NOT_FOUND}. */
  String name();

  /** Whose doing it is, and so whether another attempt can help. */
  Fault fault();

  /** What the code means, one sentence, for the reference page. */
  String meaning();

  /** Whose doing a failure is. The two never mix: each code says which it is, once. */
  enum Fault {
    /** A person's data, SQL or request did it. It stays wrong until it is changed. */
    HARD,
    /** The machine or something Hosu depends on did it. Another attempt may succeed. */
    SOFT
  }
}
