package io.hosu.query.engine;

import io.hosu.kernel.ErrorCode;

/** What can go wrong with SQL, the objects it reads, and the engines that run it. */
public enum QueryError implements ErrorCode {
  SQL_INVALID(Fault.HARD, "The SQL is not correct: a word, a table, a column or a type is wrong."),
  SQL_MISFIT(Fault.HARD, "The SQL does not fit the types that the columns of the objects show."),
  SQL_REFUSED(Fault.HARD, "The SQL uses something that queries of a lake may not use."),
  SQL_FAILED(Fault.HARD, "The SQL is correct, but a value it met cannot be computed with."),
  VIEW_UNREADABLE(Fault.HARD, "A view has no text that a query of the lake can read."),
  LIMITS_UNSUPPORTED(
      Fault.HARD,
      "Rows or columns of a table may not be seen, and this way cannot leave them out."),
  RESULT_TOO_LARGE(Fault.HARD, "The result has more rows or bytes than its workgroup allows."),
  MEMORY_EXCEEDED(Fault.HARD, "The SQL needs more memory than its engine may use."),
  QUERY_TIMEOUT(Fault.HARD, "The SQL ran longer than it may."),
  QUERY_CANCELLED(Fault.HARD, "Somebody cancelled the query."),
  CLIENT_GONE(Fault.HARD, "The client of the query went away, or read nothing for too long."),
  QUERY_EXISTS(Fault.HARD, "A query was sent with the id of another one."),
  QUERY_NOT_FOUND(Fault.HARD, "No query has this id, or it is no longer remembered."),
  ENGINE_BUSY(Fault.SOFT, "All engines are at work, and as many queries wait as may wait."),
  ENGINE_CRASHED(
      Fault.HARD,
      "The engine died of what it ran, or was killed; of a stage, the first time is soft."),
  ENGINE_UNAVAILABLE(Fault.SOFT, "An engine cannot be started, or was stopped from outside."),
  ENGINE_DISK(Fault.SOFT, "An engine cannot read or write a file that it was given."),
  FILES_GONE(
      Fault.SOFT, "Files of a table were removed while they were read, with rows that had to go."),
  FORMAT_UNKNOWN(Fault.HARD, "Neither the stage nor the key says which format an object has."),
  BAD_RECORD(Fault.HARD, "A record of an object cannot be read."),
  OBJECT_UNREADABLE(Fault.HARD, "An object is not what its key or its stage says, or is damaged."),
  OBJECT_TRUNCATED(
      Fault.HARD, "An object is cut off: its packed bytes, or a JSON array, do not end."),
  TOO_MANY_COLUMNS(Fault.HARD, "An object has more columns than can be read."),
  COLUMN_RESERVED(
      Fault.HARD, "An object has a column named as one that Hosu adds: _object or _line."),
  NO_RECORDS(Fault.HARD, "The objects of a batch say that they have no records: []."),
  EMPTY_OBJECT(Fault.HARD, "An object has no record: it gives no rows, which is worth a warning.");

  private final Fault fault;
  private final String meaning;

  QueryError(Fault fault, String meaning) {
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
