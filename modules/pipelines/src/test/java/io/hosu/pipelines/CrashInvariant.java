package io.hosu.pipelines;

import java.util.List;

/** What must hold after a restart, whatever the process died at. */
enum CrashInvariant {
  SETTLED(
      "Nothing moves any more: every event was routed, no queue holds a message, every execution"
          + " has ended."),
  ROWS(
      "Each table holds the rows that it holds without a crash, each once; an overwritten one"
          + " exactly those of the objects that are there."),
  DEAD_LETTERS(
      "The dead letters are those without a crash: one for each message that is guilty, none for"
          + " another."),
  PUBLISHED_ONCE(
      "Each execution that succeeded has exactly one attempt that published, and no other"
          + " execution has one."),
  RETRIED_ONCE("Who asks for a retry twice has one."),
  EDITED_ONCE(
      "A dead letter that was edited is worked on as it was corrected, once, and what happened"
          + " stays known."),
  CANCELLED("A cancelled execution published nothing."),
  REPLAYED_ONCE("A replay that was asked for sent each event exactly once to the queue."),
  IDLE_MOMENT("A moment of a schedule at which there is nothing to do leaves no execution."),
  MOMENT(
      "Each moment of a schedule is one event, and one execution of each stage that has work at"
          + " it."),
  GATHERED(
      "What a stage gathers is taken at the moment of its schedule, in batches of the declared"
          + " size, and nothing before."),
  SETS(
      "A set of objects, by globs or by a manifest, is published whole by one execution, and"
          + " nothing of it before it is complete."),
  TABLES(
      "A stage that waits for each of its tables starts once when the last of them was committed"
          + " to; one that waits for any starts at each commit."),
  BACKFILLED_ONCE(
      "Each object of a backfill is in exactly one execution of it, in the order of time; a"
          + " backfill that was cancelled sends nothing more."),
  HELD(
      "A paused stage starts nothing; a draining one works off what was there and is paused then;"
          + " each change is told by one event."),
  DROPPED(
      "A stage is dropped with its messages, its hold and what it knows to have processed, or not"
          + " at all; declared again it begins anew."),
  COMMITTED_WHOLE(
      "A reader of an Iceberg table finds all rows of an execution or none, at the moment of the"
          + " crash and later; the ledger and the execution say the same."),
  ROLLED_BACK(
      "A rollback has set back all of it or nothing: the rows of each table, the ledger and the"
          + " executions agree at every moment, and asked for again it is done once."),
  ARCHIVED(
      "An old execution is in the state database or in the Iceberg table, never in both and never"
          + " in neither."),
  RECORDS(
      "A record that is redriven is in quarantine, or a row of the table, or in quarantine again"
          + " with its new reason: at every moment exactly one of these."),
  AUDITED(
      "What breaks a rule of its stage is in no table, at the moment of the crash and later; once"
          + " its execution has failed, it can be read beside the table.");

  private final String text;

  CrashInvariant(String text) {
    this.text = text;
  }

  /** Its number on the page. */
  int number() {
    return 1 + List.of(values()).indexOf(this);
  }

  String text() {
    return text;
  }
}
