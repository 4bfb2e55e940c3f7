package io.hosu.pipelines;

import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.Json;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a stage does to its input, up to the point where it can be published. May be used from any
 * thread.
 */
public interface Transforming {

  /**
   * Does the work of one attempt. Nothing of it is visible until {@link Prepared#publish}.
   *
   * @throws HosuException when it cannot be done; the code's fault says whether to try again
   */
  Prepared prepare(Work work);

  /**
   * Whether the work would read nothing that it has not read before, so that at a moment of a
   * schedule it need not be done.
   */
  default boolean hasNothingNew(Work work) {
    return false;
  }

  /**
   * What is to be done.
   *
   * @param execution the id of the execution
   * @param stage the stage
   * @param objects what {@code input} holds, in order
   * @param events what it holds instead of objects where a stage reads events
   * @param redrive the records out of quarantine that {@code input} holds instead of objects
   * @param replaces the executions whose rows in the target give way to these
   * @param deadline when it must be done
   * @param steps where the time that each step takes is noted
   * @param stop ends it from outside
   */
  record Work(
      String execution,
      StageSpec stage,
      List<InputObject> objects,
      List<Event> events,
      Optional<Redrive> redrive,
      List<String> replaces,
      Instant deadline,
      Steps steps,
      Stop stop) {
    public Work {
      objects = List.copyOf(objects);
      events = List.copyOf(events);
      replaces = List.copyOf(replaces);
    }

    /** How many bytes {@code input} holds. */
    long bytes() {
      return objects.stream().mapToLong(InputObject::bytes).sum()
          + events.stream().mapToLong(event -> Json.print(event.detail()).length()).sum();
    }

    /** Whether the stage works on objects and none is left, so that its table becomes empty. */
    boolean isWithoutObjects() {
      return objects.isEmpty()
          && redrive.isEmpty()
          && stage.on().source() instanceof Trigger.Objects;
    }
  }

  /** Finished work that waits to be published; closed when it was, or when it never will be. */
  interface Prepared extends AutoCloseable {

    /** How much was read, written and used. */
    Figures figures();

    /** What was read beside the objects. */
    List<ExecutionInput> inputs();

    /** What a reader of the execution should know, in sentences; empty when there is nothing. */
    List<String> warnings();

    /** Why it must not be published; empty when it may. */
    default Optional<Rejection> rejection() {
      return Optional.empty();
    }

    /** Which input and which transform this is the outcome of. */
    String fingerprint();

    /**
     * Makes the outcome visible, as part of {@code tx}.
     *
     * @throws HosuException.Conflict when what the work was based on has changed: it must be done
     *     again
     */
    List<ExecutionOutput> publish(Transaction tx);

    @Override
    void close();
  }
}
