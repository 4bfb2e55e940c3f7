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
 * @param course how it came to that
 */
public record DeadLetterCause(
    String code,
    String what,
    String remedy,
    Optional<String> object,
    Optional<Long> line,
    Optional<String> sample,
    Optional<String> execution,
    Course course) {

  /**
   * How an execution came to its end.
   *
   * @param attempts how many it had
   * @param first how it failed the first time, when it failed more than once
   * @param stack where the machine was, when the failure was its own
   */
  public record Course(int attempts, Optional<Failure> first, Optional<String> stack) {
    /** One attempt, which failed. */
    public static final Course ONE = new Course(1, Optional.empty(), Optional.empty());

    public Course {
      stack = stack.map(Legible::of);
    }
  }

  /** A failure: its code, and what happened. */
  public record Failure(String code, String what) {
    public Failure {
      what = Legible.of(what);
    }

    Failure seenBy(RecordSight sight, String queue) {
      return new Failure(code, sight.cause(queue, code).map(LeftOut::why).orElse(what));
    }
  }

  public DeadLetterCause {
    what = Legible.of(what);
    remedy = Legible.of(remedy);
    object = object.map(Legible::of);
    sample = sample.map(Legible::of);
  }

  /** A cause of which no place is known. */
  public static DeadLetterCause of(String code, String what, String remedy) {
    return new DeadLetterCause(
        code,
        what,
        remedy,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Course.ONE);
  }

  /** The same as far as it may be seen of a message in {@code queue}. */
  DeadLetterCause seenBy(RecordSight sight, String queue) {
    Optional<LeftOut> samples = sight.samples(queue);
    if (samples.isEmpty()) {
      return this;
    }
    Optional<LeftOut> sentences = sight.cause(queue, code);
    return new DeadLetterCause(
        code,
        sentences.map(LeftOut::why).orElse(what),
        sentences.map(LeftOut::remedy).orElse(remedy),
        object,
        line,
        Optional.empty(),
        execution,
        new Course(
            course.attempts(),
            course.first().map(failure -> failure.seenBy(sight, queue)),
            Optional.empty()));
  }

  /** The same, in this execution. */
  public DeadLetterCause in(String failedExecution) {
    return new DeadLetterCause(
        code, what, remedy, object, line, sample, Optional.of(failedExecution), course);
  }
}
