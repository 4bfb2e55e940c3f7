package io.hosu.query.engine;

/** What a stage does with a record that cannot be read. */
public enum BadRecords {
  /** The whole batch fails with {@link QueryError#BAD_RECORD}, naming the first such record. */
  FAIL,
  /** The other records are read; these come back as {@link Reject}s and as {@code rejects}. */
  QUARANTINE
}
