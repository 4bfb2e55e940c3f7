package io.hosu.pipelines;

import org.jspecify.annotations.Nullable;

/** Whether a stage starts executions, and if not, why not. */
public enum StageStatus {
  /** It starts them. */
  ENABLED,
  /** It is declared so that it does not. */
  DISABLED,
  /** A person holds it back. */
  PAUSED,
  /** A person had it work off what was there, and nothing that came later. */
  DRAINING,
  /** It is no part of the lake any more; its messages wait for its return. */
  REMOVED;

  /** The status of a stage that is part of the lake. */
  static StageStatus of(StageSpec stage, @Nullable Hold hold) {
    if (!stage.running().enabled()) {
      return DISABLED;
    }
    if (hold == null) {
      return ENABLED;
    }
    return hold.isPaused() ? PAUSED : DRAINING;
  }
}
