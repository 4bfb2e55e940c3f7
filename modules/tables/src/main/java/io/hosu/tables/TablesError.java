package io.hosu.tables;

import io.hosu.kernel.ErrorCode;

/** What can go wrong with a table, its schema, its files or a commit to it. */
public enum TablesError implements ErrorCode {
  TABLE_NOT_FOUND(Fault.HARD, "No table has this name, or it may not be known to exist."),
  TABLE_EXISTS(Fault.HARD, "A table of this name exists already."),
  TABLE_NEEDED(
      Fault.HARD,
      "A table was to be dropped or renamed that a declared stage uses, or that grants name."),
  VIEW_NOT_FOUND(Fault.HARD, "No view has this name, or it may not be known to exist."),
  VIEW_EXISTS(Fault.HARD, "A view of this name exists already."),
  VIEW_INVALID(Fault.HARD, "A view cannot be as it is said to be."),
  VIEW_CHANGED(Fault.SOFT, "Another change to the view came first."),
  SNAPSHOT_NOT_FOUND(Fault.HARD, "The table has no snapshot of this id."),
  REF_NOT_FOUND(Fault.HARD, "The table has no branch or tag of this name."),
  REF_EXISTS(Fault.HARD, "The table has a branch or tag of this name already."),
  REF_INVALID(Fault.HARD, "A branch or a tag cannot be as it is said to be."),
  REF_DIVERGED(Fault.HARD, "A branch has commits that the one it is to become does not have."),
  CHANGES_UNKNOWN(
      Fault.HARD,
      "What changed in a table cannot be told, as it has the snapshot that was read last no more."),
  ROWS_GONE(Fault.HARD, "Rows that were to be replaced are not all in the table any more."),
  TYPE_UNSUPPORTED(Fault.HARD, "A column has a type that a table cannot keep."),
  COLUMN_DUPLICATE(Fault.HARD, "Two columns have the same name, capitals aside."),
  SCHEMA_INCOMPATIBLE(Fault.HARD, "Rows do not fit the columns of the table they go to."),
  CONTRACT_BROKEN(
      Fault.HARD,
      "Rows or a commit would change columns in a way that the table's contract forbids."),
  PARTITION_INVALID(
      Fault.HARD, "A partition declaration cannot be read, or does not fit its column."),
  DELETES_UNSUPPORTED(
      Fault.HARD, "Rows of a table are deleted in a way that the lake cannot read."),
  SEARCH_INVALID(Fault.HARD, "It is not said what is searched for, or too much."),
  FILE_UNREADABLE(Fault.SOFT, "A file of a table cannot be read."),
  FILE_FOREIGN(Fault.HARD, "A data file carries no Iceberg field ids."),
  FILE_UNFIT(
      Fault.HARD,
      "An object cannot be a file of a table where it lies: not every reader would"
          + " read the rows that it holds, or it belongs elsewhere."),
  FILE_MISSING(Fault.HARD, "A commit names a file that is not there."),
  FILE_MISPLACED(Fault.HARD, "A commit names a file that does not lie where its table does."),
  COMMIT_INVALID(Fault.HARD, "A commit says something of its files that is not so."),
  ORPHAN_DELAY_SHORT(Fault.HARD, "Files so young may belong to a commit that is under way."),
  LOCATION_FIXED(Fault.HARD, "The lake decides where a table lies."),
  CLONE_NOT_FOUND(Fault.HARD, "No clone has this name, or it may not be known to exist."),
  CLONE_EXISTS(Fault.HARD, "The name of a clone is taken, or something is left that had it."),
  CLONE_INVALID(Fault.HARD, "A domain cannot be cloned as it is."),
  CLONE_NEEDED(Fault.HARD, "A clone cannot be dropped while something needs it."),
  CLONED_ROWS(Fault.HARD, "Rows that are to go for good are in clones of their table."),
  TABLE_BUSY(Fault.SOFT, "Other commits to the table took too long."),
  TABLE_CHANGED(Fault.SOFT, "Another commit changed the table first."),
  TABLE_ALREADY_PUBLISHED(Fault.HARD, "The execution already published a snapshot of this table.");

  private final Fault fault;
  private final String meaning;

  TablesError(Fault fault, String meaning) {
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
