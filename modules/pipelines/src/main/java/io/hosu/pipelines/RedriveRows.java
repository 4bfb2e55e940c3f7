package io.hosu.pipelines;

import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** What executions take out of quarantine, and from which executions those records came. */
final class RedriveRows {
  private RedriveRows() {}

  static void insert(Transaction tx, String execution, Redrive redrive) {
    tx.update(
        """
        INSERT INTO quarantine_redrives (execution, table_name, snapshot, condition, corrections,
          others, made_by, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)\
        """,
        execution,
        redrive.table().toString(),
        redrive.snapshot(),
        redrive.condition(),
        Json.print(redrive.corrections()),
        Json.print(redrive.others()),
        redrive.madeBy(),
        redrive.madeAt());
  }

  /** What an execution takes out of quarantine, if that is what it is for. */
  static Optional<Redrive> find(Transaction tx, Execution execution) {
    return switch (execution.origin().by()) {
      case REDRIVE, RETRY ->
          tx.find(
              "SELECT * FROM quarantine_redrives WHERE execution = ?",
              RedriveRows::view,
              execution.id());
      case EVENTS, HAND, SPLIT, BACKFILL, ROLLBACK, UPKEEP, IMPORT, CRAWL -> Optional.empty();
    };
  }

  private static Redrive view(Row row) {
    return new Redrive(
        TableName.parse(row.text("table_name")),
        row.number("snapshot"),
        row.text("condition"),
        texts(row.text("corrections")),
        texts(row.text("others")),
        row.text("made_by"),
        row.instant("made_at"));
  }

  private static List<String> texts(String json) {
    return Json.parse(json).valueStream().map(one -> one.asText()).toList();
  }

  /** Keeps which executions had set the records aside that this one publishes. */
  static void addSources(Transaction tx, String execution, Collection<String> sources) {
    List<List<Object>> rows = new ArrayList<>();
    sources.forEach(source -> rows.add(List.of(execution, source)));
    if (!rows.isEmpty()) {
      tx.updateAll("INSERT INTO quarantine_sources (execution, source) VALUES (?, ?)", rows);
    }
  }

  /** Forgets whose records an execution published that was taken back. */
  static void forgetSources(Transaction tx, String execution) {
    tx.update("DELETE FROM quarantine_sources WHERE execution = ?", execution);
  }

  /**
   * These executions with all whose rows can only be replaced together: those that published
   * records which one of them had set aside, and those that had set aside what one of them
   * published.
   */
  static NavigableSet<String> tied(Transaction tx, Collection<String> executions) {
    NavigableSet<String> all = new TreeSet<>(executions);
    Deque<String> open = new ArrayDeque<>(all);
    while (!open.isEmpty()) {
      String one = open.remove();
      List<String> beside = new ArrayList<>();
      beside.addAll(
          tx.list(
              "SELECT execution FROM quarantine_sources WHERE source = ?",
              row -> row.text("execution"),
              one));
      beside.addAll(
          tx.list(
              "SELECT source FROM quarantine_sources WHERE execution = ?",
              row -> row.text("source"),
              one));
      beside.stream().filter(all::add).forEach(open::add);
    }
    return all;
  }

  /** Whether these are all whose rows can only be replaced together. */
  static boolean isWhole(Transaction tx, Collection<String> executions) {
    return executions.isEmpty() || tied(tx, executions).size() == executions.size();
  }
}
