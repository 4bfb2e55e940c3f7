package io.hosu.pipelines;

import io.hosu.kernel.ErrorCode.Fault;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of one attempt to run a stage. */
public sealed interface StageOutcome {

  /** Its outcome is published, and the execution has succeeded. */
  record Published(Figures figures) implements StageOutcome {}

  /** A moment of a schedule had nothing to do, and the execution is gone. */
  record Idle() implements StageOutcome {}

  /**
   * It failed, and nothing of it was published.
   *
   * @param cause why
   * @param fault {@link Fault#SOFT} when another attempt may succeed
   * @param blame what must change before one does
   * @param guilty the object that the cause names, as the attempt read it; null when it names none
   * @param course how far it came
   */
  record Failed(Cause cause, Fault fault, Blame blame, @Nullable InputObject guilty, Course course)
      implements StageOutcome {

    /** The same with another fault. */
    Failed as(Fault other) {
      return new Failed(cause, other, blame, guilty, course);
    }

    /** The same, knowing what was read. */
    Failed having(List<InputObject> read) {
      Cause told = read.size() == 1 ? cause.at(read.getFirst().text()) : cause;
      InputObject named =
          read.stream()
              .filter(object -> object.text().equals(cause.place().object()))
              .findFirst()
              .orElse(null);
      return new Failed(told, fault, blame, named, course);
    }
  }

  /**
   * The execution is no longer this attempt's: another server has taken it over, or somebody has
   * cancelled it.
   *
   * @param course what the attempt did
   */
  record TakenOver(Course course) implements StageOutcome {}

  /** What a failure comes from, and so whether some of the batch can go on without the rest. */
  enum Blame {
    /** The stage or the machine: no part of the batch would fare better. */
    STAGE,
    /** One of the messages, or several: the others can go on once those are set apart. */
    INPUT
  }
}
