package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** The executions that are no longer in the state database. */
@FunctionalInterface
public interface History {
  /**
   * The execution with this id, or the only one whose id begins so, with the fields of {@link
   * ExecutionDetail}; those that are not seen are as good as not there.
   */
  Optional<ObjectNode> find(String idOrBeginning, Seen seen);
}
