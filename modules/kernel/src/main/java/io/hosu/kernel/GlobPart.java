package io.hosu.kernel;

/** What a {@link Glob} is made of, in its order. */
sealed interface GlobPart {
  /** Text that stands for itself. */
  record Literal(String text) implements GlobPart {}

  /** Text that stands for others. */
  record Wild(Any any) implements GlobPart {}

  /** A name for what stands there. */
  record Capture(String name) implements GlobPart {}

  /** What a wildcard stands for. */
  enum Any {
    /** Nothing, or what ends with a slash. */
    DIRECTORIES,
    /** Any characters, also none. */
    CHARACTERS,
    /** Any characters but the slash, also none. */
    WITHIN_DIRECTORY,
    /** One character but the slash. */
    ONE
  }
}
