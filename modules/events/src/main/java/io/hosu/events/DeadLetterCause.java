package io.hosu.events;

import io.hosu.kernel.Legible;
import java.util.Optional;

/**
 * Why a message failed for good.
 *
 * @param code the error code
 * @param what what happened, in sentences
 * @param remedy what a person can do about it
 * @param object the object that was at fault
 * @param line the line in it, from 1 on
 * @param sample the text of the record there
 * @param execution the execution that failed
 */
public record DeadLetterCause(
    String code,
    String what,
    String remedy,
    Optional<String> object,
    Optional<Long> line,
    Optional<String> sample,
    Optional<String> execution) {

  public DeadLetterCause {
    what = Legible.of(what);
    remedy = Legible.of(remedy);
    object = object.map(Legible::of);
    sample = sample.map(Legible::of);
  }

  /** A cause of which no place is known. */
  public static DeadLetterCause of(String code, String what, String remedy) {
    return new DeadLetterCause(
        code, what, remedy, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The same, in this execution. */
  public DeadLetterCause in(String failedExecution) {
    return new DeadLetterCause(
        code, what, remedy, object, line, sample, Optional.of(failedExecution));
  }
}
