package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.EventLog;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.store.Transaction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events that tell that stages are held back, or no longer. */
final class StageEvents {
  private StageEvents() {}

  /** Tells what {@code by} made of a stage: {@code hold}, or that nothing holds it back. */
  static void held(
      EventLog events,
      Transaction tx,
      StageName stage,
      @Nullable Hold hold,
      String by,
      String why) {
    ObjectNode detail = Json.object();
    detail.put("pipeline", stage.pipeline()).put("stage", stage.stage());
    detail.put("by", by).put("why", why);
    events.append(
        tx, ExecutionEvents.SOURCE, type(hold), stage.domain(), List.of(stage.toString()), detail);
  }

  private static String type(@Nullable Hold hold) {
    if (hold == null) {
      return "Stage Resumed";
    }
    return switch (hold.mode()) {
      case PAUSED -> "Stage Paused";
      case DRAINING -> "Stage Draining";
    };
  }
}
