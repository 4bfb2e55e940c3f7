package io.hosu.pipelines;

/** Where an execution stands. */
public enum ExecutionStatus {
  /** It waits for its first attempt, or for its next one. */
  PENDING,
  /** An attempt is under way. */
  RUNNING,
  /** Its outcome is published. */
  SUCCEEDED,
  /** It failed for good: its messages became dead letters, or went on in other executions. */
  FAILED,
  /** Its stage was removed before it could end; its messages wait for the stage's return. */
  CANCELLED;

  /** Whether the execution has come to its end. */
  public boolean ended() {
    return this != PENDING && this != RUNNING;
  }
}
