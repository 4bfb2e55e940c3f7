package io.hosu.pipelines;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The steps of one attempt and how long each took. Belongs to the thread of the attempt. */
public final class Steps {
  private final InstantSource clock;
  private final List<Attempt.Step> done = new ArrayList<>();

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

  List<Attempt.Step> done() {
    return List.copyOf(done);
  }
}
