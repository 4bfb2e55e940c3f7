package io.hosu.pipelines;

import io.hosu.query.engine.SessionRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The steps of one attempt and how long each took, and what its engine said and used. Belongs to
 * the thread of the attempt.
 */
public final class Steps {
  private final InstantSource clock;
  private final List<Attempt.Step> done = new ArrayList<>();
  private final List<ExecutionInput> reads = new ArrayList<>();
  private final SessionRecord engine = new SessionRecord();

  Steps(InstantSource clock) {
    this.clock = clock;
  }

  /** Does a step, and notes how long it took, also when it fails. */
  public <T> T time(String name, Supplier<T> step) {
    Instant from = clock.instant();
    try {
      return step.get();
    } finally {
      done.add(new Attempt.Step(name, Duration.between(from, clock.instant())));
    }
  }

  /** Notes what is to be read, as the attempt begins, for the first time or anew. */
  void begins(List<ExecutionInput> inputs) {
    reads.clear();
    reads.addAll(inputs);
  }

  /** Notes what is to be read besides. */
  void reads(List<ExecutionInput> inputs) {
    reads.addAll(inputs);
  }

  /** Where its engine's sessions are recorded. */
  SessionRecord engine() {
    return engine;
  }

  /** What was done until now. */
  Course course() {
    return new Course(done, engine.cpu(), engine.lines(), reads);
  }

  /**
   * The same, with a last step that is not over before the attempt is: it began at {@code from}.
   */
  Course course(String last, Instant from) {
    List<Attempt.Step> all = new ArrayList<>(done);
    all.add(new Attempt.Step(last, Duration.between(from, clock.instant())));
    return new Course(all, engine.cpu(), engine.lines());
  }
}
