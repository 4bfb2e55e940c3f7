package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import java.time.Instant;
import java.util.Locale;

/**
 * A stage is held back by a person.
 *
 * @param mode how
 * @param upTo the place in the event log of the newest event that is still worked on; 0 when none
 *     is
 * @param since when it was told so
 * @param by who told it
 * @param why the reason given; may be empty
 */
record Hold(Mode mode, long upTo, Instant since, String by, String why) {

  /** How a stage is held back. */
  enum Mode {
    /** Nothing starts. */
    PAUSED,
    /** What was there when it was told is worked off; nothing that came later starts. */
    DRAINING
  }

  boolean isPaused() {
    return mode == Mode.PAUSED;
  }

  /** The same hold, once all that it let through is done. */
  Hold drained() {
    return new Hold(Mode.PAUSED, 0, since, by, why);
  }

  /** {@code paused since 2026-11-25T17:00:00.000Z by user:ann: the source is broken}. */
  String told() {
    String reason = why.isEmpty() ? "" : ": " + why;
    return "%s since %s by %s%s"
        .formatted(mode.name().toLowerCase(Locale.ROOT), Instants.print(since), by, reason);
  }

  ObjectNode toJson() {
    return Json.object()
        .put("mode", mode.name())
        .put("since", Instants.print(since))
        .put("by", by)
        .put("why", why);
  }
}
