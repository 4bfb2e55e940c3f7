package io.hosu.pipelines;

import io.hosu.kernel.StageName;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of what each stage did with each object: which bytes it processed last, and whether it
 * keeps the object out of its input until it succeeds in a batch of its own.
 */
final class StageInputs {
  private static final int NAMES_AT_ONCE = 400;
  private static final String UPSERT =
      """
      INSERT INTO stage_inputs (domain, pipeline, stage, object, version, sha256, execution,
        aside_version, earlier_life) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (domain, pipeline, stage, object) DO UPDATE SET\
      """;

  private StageInputs() {}

  /** Whose work a line tells of. */
  enum Life {
    /** That of the stage as it is, also from before it was removed and declared again. */
    PRESENT,
    /** That of one of its name which was dropped: its rows may still be in the table. */
    EARLIER
  }

  /**
   * A line of the ledger.
   *
   * @param object {@code LAYER/KEY}
   * @param version the version processed last; empty when none was
   * @param sha256 its bytes; empty when none were processed
   * @param execution who wrote the line first or processed the object last
   * @param asideVersion the version kept out of the input; null when none is
   * @param life whose work it was
   */
  record Entry(
      String object,
      String version,
      String sha256,
      String execution,
      @Nullable String asideVersion,
      Life life) {

    /** A line that the stage as it is writes. */
    Entry(
        String object,
        String version,
        String sha256,
        String execution,
        @Nullable String asideVersion) {
      this(object, version, sha256, execution, asideVersion, Life.PRESENT);
    }

    boolean hasProcessed(InputObject now) {
      return isProcessed()
          && life == Life.PRESENT
          && (version.equals(now.version()) || (!sha256.isEmpty() && sha256.equals(now.sha256())));
    }

    /** The same, but as if nothing of the object had been processed. */
    Entry unprocessed(String by) {
      return new Entry(object, "", "", by, asideVersion);
    }

    /** Whether it was processed, by whichever stage of this name. */
    boolean isProcessed() {
      return !version.isEmpty();
    }

    /** The same, but kept out no longer. */
    Entry letIn() {
      return new Entry(object, version, sha256, execution, null, life);
    }

    boolean keepsOut(InputObject now) {
      return now.version().equals(asideVersion);
    }
  }

  /** The entries of those of the objects that have one, by object. */
  static Map<String, Entry> find(Transaction tx, StageName stage, Collection<String> objects) {
    Map<String, Entry> found = new HashMap<>();
    List<String> names = List.copyOf(objects);
    for (int from = 0; from < names.size(); from += NAMES_AT_ONCE) {
      List<String> some = names.subList(from, Math.min(from + NAMES_AT_ONCE, names.size()));
      List<Object> args = new ArrayList<>(List.of(stage.domain(), stage.pipeline(), stage.stage()));
      args.addAll(some);
      String marks = String.join(", ", Collections.nCopies(some.size(), "?"));
      tx.list(
              "SELECT * FROM stage_inputs WHERE domain = ? AND pipeline = ? AND stage = ?"
                  + " AND object IN ("
                  + marks
                  + ")",
              StageInputs::view,
              args.toArray())
          .forEach(entry -> found.put(entry.object(), entry));
    }
    return found;
  }

  /** Whether all entries are as they were found. */
  static boolean stand(Transaction tx, StageName stage, Map<String, Entry> found) {
    return find(tx, stage, found.keySet()).equals(found);
  }

  /** Every entry of a stage, by object. */
  static Map<String, Entry> all(Transaction tx, StageName stage) {
    Map<String, Entry> found = new HashMap<>();
    tx.list(
            "SELECT * FROM stage_inputs WHERE domain = ? AND pipeline = ? AND stage = ?",
            StageInputs::view,
            stage.domain(),
            stage.pipeline(),
            stage.stage())
        .forEach(entry -> found.put(entry.object(), entry));
    return found;
  }

  /** The entries of what executions processed last, by object. */
  static List<Entry> ofExecutions(Transaction tx, StageName stage, Collection<String> executions) {
    return executions.stream()
        .flatMap(execution ->
            tx
                .list(
                    "SELECT * FROM stage_inputs WHERE domain = ? AND pipeline = ? AND stage = ?"
                        + " AND execution = ? ORDER BY object",
                    StageInputs::view,
                    stage.domain(),
                    stage.pipeline(),
                    stage.stage(),
                    execution)
                .stream())
        .toList();
  }

  private static Entry view(Row row) {
    return new Entry(
        row.text("object"),
        row.text("version"),
        row.text("sha256"),
        row.text("execution"),
        row.optionalText("aside_version").orElse(null),
        row.flag("earlier_life") ? Life.EARLIER : Life.PRESENT);
  }

  /**
   * Writes entries over those that were found before, by object.
   *
   * @return false when another execution wrote one of them since; the transaction must be given up
   */
  static boolean replace(
      Transaction tx, StageName stage, List<Entry> entries, Map<String, Entry> found) {
    List<List<@Nullable Object>> rows = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      Entry before = found.get(entry.object());
      List<@Nullable Object> row = row(stage, entry);
      row.add(before == null ? "" : before.execution());
      rows.add(row);
    }
    String sql =
        UPSERT
            + " version = excluded.version, sha256 = excluded.sha256,"
            + " execution = excluded.execution, aside_version = excluded.aside_version,"
            + " earlier_life = excluded.earlier_life"
            + " WHERE stage_inputs.execution = ?";
    return rows.isEmpty() || tx.updateAll(sql, rows) == rows.size();
  }

  /**
   * Keeps versions of objects (by object) out of the input of other batches; a later version that
   * is kept out stays so.
   */
  static void setAside(
      Transaction tx, StageName stage, Map<String, String> versions, String execution) {
    List<List<@Nullable Object>> rows = new ArrayList<>(versions.size());
    versions.forEach(
        (object, version) -> rows.add(row(stage, new Entry(object, "", "", execution, version))));
    if (!rows.isEmpty()) {
      tx.updateAll(
          UPSERT
              + " aside_version = CASE WHEN stage_inputs.aside_version > excluded.aside_version"
              + " THEN stage_inputs.aside_version ELSE excluded.aside_version END",
          rows);
    }
  }

  /** Forgets that an object was processed, and keeps it out of the input of other batches. */
  static void forget(Transaction tx, StageName stage, InputObject object, String execution) {
    Entry entry = new Entry(object.text(), "", "", execution, object.version());
    tx.updateAll(
        UPSERT
            + " version = excluded.version, sha256 = excluded.sha256,"
            + " execution = excluded.execution, aside_version = excluded.aside_version",
        List.of(row(stage, entry)));
  }

  /**
   * Forgets that the stage did anything, but not which rows it added: they give way when a stage of
   * its name processes the same objects.
   */
  static void leaveBehind(Transaction tx, StageName stage) {
    tx.update(
        "DELETE FROM stage_inputs WHERE domain = ? AND pipeline = ? AND stage = ? AND version = ''",
        stage.domain(),
        stage.pipeline(),
        stage.stage());
    tx.update(
        "UPDATE stage_inputs SET earlier_life = 1, aside_version = NULL"
            + " WHERE domain = ? AND pipeline = ? AND stage = ?",
        stage.domain(),
        stage.pipeline(),
        stage.stage());
  }

  /** Forgets what the stage did. */
  static void deleteAll(Transaction tx, StageName stage) {
    tx.update(
        "DELETE FROM stage_inputs WHERE domain = ? AND pipeline = ? AND stage = ?",
        stage.domain(),
        stage.pipeline(),
        stage.stage());
  }

  private static List<@Nullable Object> row(StageName stage, Entry entry) {
    List<@Nullable Object> row = new ArrayList<>(10);
    Collections.addAll(row, stage.domain(), stage.pipeline(), stage.stage(), entry.object());
    Collections.addAll(row, entry.version(), entry.sha256(), entry.execution());
    row.add(entry.asideVersion());
    row.add(entry.life() == Life.EARLIER ? 1L : 0L);
    return row;
  }
}
