package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** Whether a principal may do something, and why. Every door asks for one. */
public sealed interface Decision {
  /**
   * It may.
   *
   * @param grants the grants that allow it, at least one; for administrators and owners one that
   *     stands for that
   * @param limits what is seen of a table; who cannot keep to them must refuse
   */
  record Allowed(List<Grant> grants, Limits limits) implements Decision {
    public Allowed {
      grants = List.copyOf(grants);
    }
  }

  /**
   * It may not.
   *
   * @param reason which permission on what is missing, and who could give it
   * @param remedy how it is given
   * @param facts the same in parts, as problems have them
   * @param by the grant that denies it, whatever others allow; empty: none allows it
   */
  record Denied(String reason, String remedy, ObjectNode facts, Optional<Grant> by)
      implements Decision {
    Denied(String reason, String remedy, ObjectNode facts) {
      this(reason, remedy, facts, Optional.empty());
    }
  }
}
