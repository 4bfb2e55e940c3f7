package io.hosu.governance;

/** By which way somebody came in. */
public enum Door {
  API,
  S3,
  SQL,
  ICEBERG,
  CONSOLE,
  /** A stage, with its own role. */
  STAGE
}
