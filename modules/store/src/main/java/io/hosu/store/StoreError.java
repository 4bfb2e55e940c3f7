package io.hosu.store;

import io.hosu.kernel.ErrorCode;

/** What can go wrong between Hosu and its state database. */
public enum StoreError implements ErrorCode {
  DATABASE_UNAVAILABLE(Fault.SOFT, "The state database does not answer."),
  COMMIT_UNKNOWN(
      Fault.SOFT,
      "The state database stopped answering during a commit: whether it happened is unknown."),
  DATABASE_IN_USE(Fault.HARD, "Another server already runs on this data directory."),
  DATABASE_NEWER(Fault.HARD, "The state database was written by a newer version of Hosu."),
  MIGRATION_CHANGED(
      Fault.HARD, "The state database was made by another text of a migration than this one's."),
  DATABASE_URL_INVALID(Fault.HARD, "The URL of the state database names no database Hosu knows."),
  TEXT_INVALID(Fault.HARD, "A text holds a character that the state database cannot keep.");

  private final Fault fault;
  private final String meaning;

  StoreError(Fault fault, String meaning) {
    this.fault = fault;
    this.meaning = meaning;
  }

  @Override
  public Fault fault() {
    return fault;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
