package io.hosu.objects;

/** What must be true of a key when a write to it becomes visible. */
public sealed interface Precondition {
  /** Anything may be. */
  record None() implements Precondition {}

  /** No object lies there. */
  record Absent() implements Precondition {}

  /** The object that lies there has this entity tag (without quotes), or any for {@code *}. */
  record Matches(String etag) implements Precondition {}

  /** Anything may be. */
  static Precondition none() {
    return new None();
  }
}
