package io.hosu.pipelines;

import io.hosu.kernel.ErrorCode;

/** What can go wrong with stages and their executions. */
public enum PipelinesError implements ErrorCode {
  STAGE_INVALID(Fault.HARD, "A stage is declared with values that do not go together."),
  STAGE_NOT_FOUND(Fault.HARD, "No stage has this name."),
  STAGE_DECLARED(Fault.HARD, "A stage of the lake project was to be dropped."),
  EVENT_UNREADABLE(Fault.HARD, "An event cannot be a row, as it has a field of a reserved name."),
  COLUMN_NOT_IN_RECORDS(
      Fault.HARD, "The SQL of a stage names a column that no record of the batch has."),
  STAGE_READS_EVENTS(Fault.HARD, "A stage that reads events was told to run without any."),
  STAGE_DISABLED(Fault.HARD, "A stage that is disabled was told to run."),
  STAGE_PAUSED(Fault.HARD, "A stage that is paused or draining was told to run."),
  STAGE_WAITS_FOR_SETS(
      Fault.HARD, "A stage that waits for sets of objects was told to run without one."),
  SET_INCOMPLETE(Fault.HARD, "A set of objects was not complete in the time that its stage waits."),
  MANIFEST_INVALID(Fault.HARD, "An object that lists others cannot be read as a manifest."),
  TRIGGER_CHANGED(
      Fault.HARD, "A message came for a trigger that its stage has no more, and was set aside."),
  EDIT_NOT_TAKEN(
      Fault.HARD,
      "The event of a dead letter was edited to be about an object that its stage cannot take."),
  EXECUTION_NOT_FOUND(Fault.HARD, "No execution has this id."),
  EXECUTION_ARCHIVED(
      Fault.HARD,
      "An execution has moved to the archive, and what was asked for needs more than is kept there."),
  EXECUTION_AMBIGUOUS(Fault.HARD, "The ids of several executions begin as the one given."),
  TRACE_NOT_FOUND(Fault.HARD, "No execution has read or published this."),
  EXECUTION_ENDED(Fault.HARD, "An execution that has ended was to be cancelled."),
  EXECUTION_CANCELLED(Fault.HARD, "A person cancelled the execution that had this message."),
  EXECUTION_NOT_ENDED(Fault.HARD, "An execution that has not ended was to be retried."),
  EXECUTION_SUCCEEDED(Fault.HARD, "An execution that succeeded was to be retried."),
  NOTHING_TO_RETRY(Fault.HARD, "No message of an execution is left that could be retried."),
  TOO_MANY_BAD_RECORDS(
      Fault.HARD, "More records of a batch cannot be read than its stage tolerates."),
  RULES_BROKEN(
      Fault.HARD, "What an execution made breaks rules of its stage, and was not published."),
  NOTHING_TO_ROLL_BACK(Fault.HARD, "An execution has published nothing that could be taken back."),
  ROLLBACK_BLOCKED(
      Fault.HARD, "Other executions stand on what an execution published, or another commit does."),
  EARLIER_VERSION_GONE(
      Fault.HARD, "A version of an object that had to be read again is there no more."),
  BACKFILL_NOT_FOUND(Fault.HARD, "No backfill has this id."),
  BACKFILL_ENDED(Fault.HARD, "A backfill that has ended was to be cancelled."),
  BACKFILL_INVALID(Fault.HARD, "A backfill was asked for with values that cannot be."),
  BACKFILL_NOT_OVER_OBJECTS(
      Fault.HARD, "A backfill was asked for of a stage that is not started by objects."),
  BACKFILL_WOULD_DOUBLE(
      Fault.HARD, "A backfill would add rows beside those that the same objects brought before."),
  REDRIVE_INVALID(
      Fault.HARD, "Records in quarantine were to be redriven with values that cannot be."),
  REDRIVE_REFUSED(Fault.HARD, "The stage as it is declared cannot take records out of quarantine."),
  RECORD_INCOMPLETE(
      Fault.HARD, "A record that was chosen out of quarantine is not there as a whole."),
  CRAWL_INVALID(Fault.HARD, "A crawl was asked for of a place or into a table that cannot be."),
  CRAWL_EMPTY(Fault.HARD, "No object lies where a crawl was to look."),
  CRAWL_TOO_WIDE(Fault.HARD, "A crawl was asked for of more folders than one can hold together."),
  CRAWL_NOT_ONE_TABLE(Fault.HARD, "A crawl was to load one table, and found none or several."),
  CRAWL_NOT_LOADABLE(Fault.HARD, "No stage can load the objects that a crawl found as they lie."),
  CRAWL_TARGET_TAKEN(Fault.HARD, "A crawl was to load a table that another stage writes."),
  CRAWLER_NOT_FOUND(Fault.HARD, "No crawler loads this table."),
  DRIFT_REFUSED(
      Fault.HARD,
      "Objects have other columns than their table, which may not change by itself so far."),
  PROPOSAL_NOT_FOUND(Fault.HARD, "No proposal has this id."),
  PROPOSAL_DECIDED(Fault.HARD, "A proposal was to be decided that is not open any more."),
  PROPOSAL_IN_GIT(
      Fault.HARD, "A proposal was to be applied to a table that a lake project declares."),
  LINEAGE_NOT_FOUND(Fault.HARD, "Lineage was asked for of a column that does not exist."),
  LINEAGE_TOO_WIDE(Fault.HARD, "Lineage was asked for that has more edges than an answer holds."),
  OPENLINEAGE_INVALID(Fault.HARD, "A run that another system told is no run event of OpenLineage."),
  EXECUTION_TIMED_OUT(Fault.SOFT, "An attempt took longer than its stage allows."),
  EXECUTION_LOST(Fault.HARD, "The server ended again and again while it worked on an execution."),
  EXECUTION_BROKEN(Fault.SOFT, "An attempt failed in a way that Hosu has no name for."),
  INPUTS_CHANGED(
      Fault.SOFT, "Other executions processed the objects of an execution at the same time.");

  private final Fault fault;
  private final String meaning;

  PipelinesError(Fault fault, String meaning) {
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
