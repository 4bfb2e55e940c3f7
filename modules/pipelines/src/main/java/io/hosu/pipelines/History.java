package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import java.util.Optional;

/** The executions that are no longer in the state database. */
@FunctionalInterface
public interface History {
  /**
   * The execution with this id, or the only one whose id begins so, with the fields of {@link
   * ExecutionDetail}; those that are not seen are as good as not there.
   */
  Optional<ObjectNode> find(String idOrBeginning, Seen seen);

  /** Looks among all of them, also those that who asks may not know of. */
  default TraceArchive.Lookup lookup() {
    return TraceArchive.Lookup.NOWHERE;
  }

  /**
   * What to say when an execution is to be taken back that was not found in the state database:
   * here none can be marked as taken back.
   *
   * @param notFound what was said
   */
  default HosuException notTakenBack(NotFound notFound, String idOrBeginning, Seen seen) {
    return notFound.code() != PipelinesError.EXECUTION_NOT_FOUND
        ? notFound
        : find(idOrBeginning, seen)
            .map(ArchivedExecution::of)
            .<HosuException>map(one ->
                new Conflict(
                    PipelinesError.EXECUTION_ARCHIVED,
                    "Execution %s has moved to the archive, whose rows do not change: that it was taken back could not be kept, and its stage would go on as if what it published were there."
                        .formatted(one.execution().id()),
                    one.outputs().isEmpty()
                        ? "It published no table, so that there is nothing to take back."
                        : "Set each table back by itself: hosu tables history %1$s, then: hosu tables rollback %1$s --to SNAPSHOT"
                            .formatted(one.outputs().getFirst().table())))
            .orElse(notFound);
  }

  /**
   * What to say of an execution that was not found in the state database: that it is here, if it
   * is, and so can be looked at alone.
   *
   * @param notFound what was said
   */
  default HosuException explained(NotFound notFound, String idOrBeginning, Seen seen) {
    return notFound.code() != PipelinesError.EXECUTION_NOT_FOUND
        ? notFound
        : find(idOrBeginning, seen)
            .map(execution -> execution.path("id").asText())
            .<HosuException>map(id ->
                new Conflict(
                    PipelinesError.EXECUTION_ARCHIVED,
                    "Execution %s ended more than executions.retention ago, and has moved to the archive."
                        .formatted(id),
                    "Look at it with: hosu executions show %s, or: hosu sql -c \"SELECT * FROM system.executions WHERE id = '%s'\""
                        .formatted(id, id)))
            .orElse(notFound);
  }
}
