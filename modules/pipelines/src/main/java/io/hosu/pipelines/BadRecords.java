package io.hosu.pipelines;

/** What happens to a record of an object that cannot be read. */
public enum BadRecords {
  /**
   * The attempt fails, and the object becomes a dead letter that names the line. Where some are
   * tolerated, they are left out.
   */
  FAIL,
  /** The record goes to the quarantine table beside the target; the others are written. */
  QUARANTINE
}
