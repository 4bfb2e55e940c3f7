package io.hosu.governance;

/** One difference between what is declared and what was kept. */
public sealed interface Change<T> {
  /** It is new. */
  record Added<T>(T value) implements Change<T> {}

  /** It is another now. */
  record Replaced<T>(T before, T after) implements Change<T> {}

  /** It is gone. */
  record Removed<T>(T value) implements Change<T> {}
}
