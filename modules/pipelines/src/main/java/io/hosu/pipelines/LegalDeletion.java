package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import io.hosu.query.TableWriting;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.OwnDirectory;
import io.hosu.query.engine.SessionRequest;
import io.hosu.query.engine.WriteRequest;
import io.hosu.query.engine.WriteResult;
import io.hosu.tables.CommitContext;
import io.hosu.tables.FileStatistics;
import io.hosu.tables.LakeTable;
import io.hosu.tables.NewFiles;
import io.hosu.tables.PreparedCommit;
import io.hosu.tables.PreparedUpkeep;
import io.hosu.tables.ScanPlan;
import io.hosu.tables.SqlColumn;
import io.hosu.tables.TableChange;
import io.hosu.tables.TableUpkeep;
import io.hosu.tables.TablesError;
import io.hosu.tables.Wear;
import io.hosu.tables.WriteTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Deletes rows so that nothing of them is left in a table: not in its earlier snapshots, which all
 * go, with branches and tags; not in the statistics of its manifests; and not on the disk, where
 * files that are needed no more are removed at once. If it is cut off, it is to be asked for again.
 * May be used from any thread.
 */
final class LegalDeletion {
  private static final Duration TIMEOUT = Duration.ofMinutes(30);
  private static final int MOST_ROUNDS = 20;

  /** Of which each writes many files anew. */
  private static final int MOST_REWRITES = 1_000;

  private static final String ROWS = "rows";

  private final Pipelines.Parts parts;
  private final Pipelines.Work work;
  private final TableUpkeep upkeep;
  private final Upkeep files;
  private final ClonedRows clones;

  /** Deletion by the engines of {@code work}, and by {@code files}, which writes files anew. */
  LegalDeletion(Pipelines.Parts parts, Pipelines.Work work, Upkeep files) {
    this.files = files;
    this.parts = parts;
    this.work = work;
    this.upkeep = work.tables().upkeep();
    this.clones =
        new ClonedRows(
            work.tables(),
            (table, where, plan) -> found(plan.withDeleted(), condition(table, where)).rows());
  }

  /**
   * What was done.
   *
   * @param execution that tells of it
   * @param rows how many rows went
   * @param filesRewritten how many files held such rows
   * @param snapshotsRemoved how many snapshots went
   * @param refsRemoved how many branches and tags went
   * @param filesPurged how many files were removed from the disk
   * @param rowsLeft how many rows of all files that there are now are such rows: none
   */
  record Deleted(
      String execution,
      long rows,
      int filesRewritten,
      int snapshotsRemoved,
      int refsRemoved,
      int filesPurged,
      long rowsLeft) {
    ObjectNode toJson() {
      return Json.object()
          .put("execution", execution)
          .put("rows_deleted", rows)
          .put("files_rewritten", filesRewritten)
          .put("snapshots_removed", snapshotsRemoved)
          .put("refs_removed", refsRemoved)
          .put("files_purged", filesPurged)
          .put("rows_left", rowsLeft);
    }
  }

  /** Files of a plan that hold rows to be deleted, and how many. */
  private record Found(ScanPlan plan, List<String> files, long rows) {}

  /**
   * How many rows of the table as it is would be deleted.
   *
   * @param where an expression over the table's columns
   * @param readable which clones of the table may be looked into
   * @throws Invalid when it is none
   * @throws Conflict {@link TablesError#CLONED_ROWS} when such rows are in clones of the table
   */
  long count(TableName table, String where, Predicate<TableName> readable) {
    clones.requireNone(table, where, readable);
    return found(plan(table), condition(table, where)).rows();
  }

  /**
   * Deletes the rows of which {@code where} is true, for good.
   *
   * @param why the reason, to be kept
   * @param readable which clones of the table may be looked into
   * @throws Invalid when {@code where} is no expression over the table's columns
   * @throws Conflict {@link TablesError#TABLE_CHANGED} when others bring such rows all the time;
   *     {@link TablesError#CLONED_ROWS} when such rows are in clones of the table
   */
  Deleted delete(
      TableName table, String where, String why, String principal, Predicate<TableName> readable) {
    clones.requireNone(table, where, readable);
    String condition = condition(table, where);
    Instant startedAt = parts.clock().instant();
    long rows = 0;
    int files = 0;
    for (int round = 1; ; round++) {
      Found found = found(appliedDeletes(table, principal), condition);
      if (found.rows() == 0) {
        break;
      }
      if (round > MOST_ROUNDS) {
        throw changed(table);
      }
      if (rewrite(found, condition, principal)) {
        rows += found.rows();
        files += found.files().size();
      }
    }
    CommitContext context = CommitContext.of(principal);
    publish(() -> upkeep.prepareWithoutIdleDeletes(context, table));
    publish(() -> upkeep.prepareCleanManifests(context, table));
    Optional<PreparedUpkeep.Done> gone = publish(() -> upkeep.prepareForgetting(context, table));
    int purged = upkeep.deletion().purge(table);
    Deleted deleted =
        new Deleted(
            parts.ids().next(),
            rows,
            files,
            gone.map(PreparedUpkeep.Done::snapshots).orElse(0),
            gone.map(PreparedUpkeep.Done::refs).orElse(0),
            purged,
            found(work.tables().plan(table).withDeleted(), condition).rows());
    record(table, deleted, principal, why, startedAt);
    clones.requireNone(table, where, readable); // one may have been made meanwhile
    return deleted;
  }

  /** The tables that this one was cloned from, where such rows stay. */
  List<TableName> sourcesOf(TableName table) {
    return upkeep.deletion().sourcesOf(table);
  }

  private String condition(TableName table, String where) {
    Map<String, String> types =
        work.tables().require(table).columns().stream()
            .collect(Collectors.toMap(SqlColumn::name, SqlColumn::type));
    return work.guard().expression(where, types, Map.of());
  }

  /**
   * The table after its files were written anew without the rows that are deleted beside them: such
   * a row may be one that must go, and is in its file still.
   */
  private ScanPlan appliedDeletes(TableName table, String principal) {
    for (int round = 1; ; round++) {
      ScanPlan plan = plan(table);
      if (!plan.hidesRows()) {
        return plan;
      }
      if (round > MOST_REWRITES) {
        throw changed(table);
      }
      if (files.compact(table, principal, Wear.ANY).isEmpty()) {
        throw new Invalid(
            TablesError.DELETES_UNSUPPORTED,
            "Table %s has row-level delete files, and a column that is called as Iceberg calls the numbers of rows: its files cannot be written anew here."
                .formatted(table),
            "Have the engine that wrote them rewrite the data files, then delete the rows.");
      }
    }
  }

  /** The files of a table, none of which may lie elsewhere: there the rows would stay. */
  private ScanPlan plan(TableName name) {
    LakeTable table = work.tables().require(name);
    ScanPlan plan = work.tables().plan(table);
    if (table.hasFilesInPlace(plan)) {
      throw new Invalid(
          TablesError.DELETES_UNSUPPORTED,
          "Table %s has objects among its files that lie elsewhere: they would keep the rows."
              .formatted(name),
          "Have the rows of these objects loaded into a table of its own, then delete there; and"
              + " delete the objects.");
    }
    return plan;
  }

  private Found found(ScanPlan plan, String condition) {
    EngineView view = new EngineView(List.of(ROWS), plan.sqlWithFile(), plan.paths());
    SessionRequest request = new SessionRequest("", List.of(view), null, null, TIMEOUT);
    try (EngineSession session = work.engines().open(request)) {
      List<JsonNode> held =
          EngineRows.of(
              session,
              "SELECT _file, count(*) AS rows FROM %s WHERE %s GROUP BY _file ORDER BY _file"
                  .formatted(ROWS, condition));
      return new Found(
          plan,
          held.stream().map(row -> row.path("_file").asText()).toList(),
          held.stream().mapToLong(row -> row.path("rows").asLong()).sum());
    }
  }

  /** Writes the files anew without the rows; false when others changed them first. */
  private boolean rewrite(Found found, String condition, String principal) {
    Path directory = work.files().blobs().staging().resolve("deletion-" + parts.ids().next());
    try {
      Files.createDirectories(directory);
      WriteTarget target = upkeep.deletion().ownRows(found.plan().table());
      NewFiles files = work.tables().adopt(target, write(found, condition, target, directory));
      TableChange change =
          files.rows() == 0
              ? work.tables().withoutFiles(found.plan(), found.files())
              : new TableChange.RewriteFiles(target, found.plan(), found.files(), files);
      try (PreparedCommit commit =
          work.tables().prepare(CommitContext.of(principal), List.of(change))) {
        parts.database().perform(commit::publish);
        return true;
      }
    } catch (Conflict e) {
      if (e.code() != TablesError.TABLE_CHANGED) {
        throw e;
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      OwnDirectory.remove(directory);
    }
  }

  private List<FileStatistics> write(
      Found found, String condition, WriteTarget target, Path directory) {
    EngineView view =
        new EngineView(
            List.of(ROWS),
            upkeep.deletion().rowsToRewrite(found.plan(), found.files()),
            found.files().stream().map(Path::of).toList());
    SessionRequest request = new SessionRequest("", List.of(view), null, directory, TIMEOUT);
    WriteRequest writing =
        TableWriting.request(
            upkeep.deletion().shape(found.plan(), target),
            directory,
            WriteRequest.STANDARD_FILE_BYTES);
    try (EngineSession session = work.engines().open(request)) {
      WriteResult result =
          session.write(
              "SELECT * FROM %s WHERE (%s) IS NOT TRUE".formatted(ROWS, condition), _ -> writing);
      return result.files().stream().map(FileStatistics::fromJson).toList();
    }
  }

  private interface Prepare {
    Optional<PreparedUpkeep> get();
  }

  private Optional<PreparedUpkeep.Done> publish(Prepare prepare) {
    for (int round = 1; ; round++) {
      try (PreparedUpkeep prepared = prepare.get().orElse(null)) {
        if (prepared != null) {
          parts.database().perform(prepared::publish);
        }
        return Optional.ofNullable(prepared).map(PreparedUpkeep::done);
      } catch (Conflict e) {
        if (e.code() != TablesError.TABLE_CHANGED || round == MOST_ROUNDS) {
          throw e;
        }
      }
    }
  }

  /** The condition is not kept: it may name whom the rows were of. */
  private void record(
      TableName table, Deleted deleted, String principal, String why, Instant startedAt) {
    ExecutionOutput output =
        ExecutionOutput.withoutFiles(table.toString(), "", ExecutionOutput.REPLACE);
    parts
        .database()
        .perform(tx ->
            UpkeepRows.succeeded(
                tx,
                parts.events(),
                new ExecutionRows.Start(
                    deleted.execution(),
                    UpkeepRows.stage(table, "delete_rows"),
                    Execution.By.UPKEEP,
                    null),
                "%s deleted %d rows of %s for good: %s"
                    .formatted(principal, deleted.rows(), table, why),
                output,
                startedAt,
                parts.clock().instant()));
  }

  private static Conflict changed(TableName table) {
    return new Conflict(
        TablesError.TABLE_CHANGED,
        "Others bring rows that are to be deleted to %s all the time.".formatted(table),
        "Pause the stages that write it: hosu stages pause; then delete the rows.");
  }
}
