package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Instants;
import io.hosu.kernel.TableName;
import io.hosu.query.TableWriting;
import io.hosu.query.engine.Batch;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.Reading;
import io.hosu.query.engine.WriteResult;
import io.hosu.tables.FileStatistics;
import io.hosu.tables.MergedRows;
import io.hosu.tables.NewFiles;
import io.hosu.tables.PartitionDeclaration;
import io.hosu.tables.ScanPlan;
import io.hosu.tables.Sql;
import io.hosu.tables.TableChange;
import io.hosu.tables.TableLayout;
import io.hosu.tables.Tables;
import io.hosu.tables.TablesError;
import io.hosu.tables.WriteTarget;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The writing of one execution: has the engine write the rows as files of the target, as its mode
 * wants it, and the rejected records as files of the quarantine table beside it.
 */
final class StageWrite {
  /** The relation that is the target's rows, with the file of each, where rows are merged. */
  static final String TARGET = "target";

  private static final String BATCH = "SELECT * FROM batch";

  private static final int SOME = 5;

  private final Tables tables;
  private final StageSpec stage;
  private final String execution;
  private final Staying staying;
  private final boolean redrives;
  private final Leaving leaving;
  private final Instant at;
  private final Path output;
  private final List<Written> written = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private Staying.Written stayed = new Staying.Written(MergedRows.Taken.NONE, Optional.empty());
  private Reading reading = Reading.none();
  private long scanned;

  StageWrite(
      Tables tables,
      Transforming.Work work,
      Leaving leaving,
      Staying staying,
      Instant at,
      Path output) {
    this.tables = tables;
    this.stage = work.stage();
    this.execution = work.execution();
    this.staying = staying;
    this.redrives = work.redrive().isPresent();
    this.leaving = leaving;
    this.at = at;
    this.output = output;
  }

  /** Files that the engine wrote for a table, and how they change it. */
  private record Written(WriteTarget target, WriteResult result, How how) {}

  /** How files meet those that are there. */
  private sealed interface How {
    record Add() implements How {}

    record ReplaceAll() implements How {}

    /** They take the place of what some commits added. */
    record Replace(MergedRows merged) implements How {}

    /** There is no row, and no table that would have to lose any. */
    record Nothing() implements How {}

    /** They take the place of files, some rows of which they hold. */
    record Rewrite(ScanPlan plan, List<String> removed) implements How {}

    /** The files hold the rows of the batch, and those of {@code removed} that stay. */
    record Merge(ScanPlan plan, List<String> removed) implements How {}
  }

  /** Runs {@code select} and writes its rows. */
  void run(EngineSession session, String select, Optional<ScanPlan> merged, Steps steps) {
    switch (stage.into().mode()) {
      case APPEND -> steps.time("write", () -> append(session, select));
      case OVERWRITE ->
          steps.time(
              "write", () -> write(session, select, new How.ReplaceAll(), Tables.Columns.REPLACE));
      case MERGE -> merge(session, select, merged, steps);
    }
    boolean rejects = reading.rejected() > 0;
    if (rejects && !redrives) {
      Tolerated.require(stage, reading, session);
    }
    boolean kept = rejects && isKept();
    List<String> files = leaving.files(session);
    if (kept || !files.isEmpty()) {
      steps.time("quarantine", () -> quarantine(session, kept, files));
    }
  }

  /** Whether bad records are set aside. What came out of quarantine goes back there. */
  private boolean isKept() {
    return redrives || stage.input().badRecords() == BadRecords.QUARANTINE;
  }

  /** Adds rows, and writes those that stay of files that lose some. */
  private boolean append(EngineSession session, String select) {
    boolean wrote = write(session, select, added(), Tables.Columns.EVOLVE);
    stayed = staying.write(session, written.getLast().target(), output);
    return wrote;
  }

  /** How rows are added: beside all others, or in place of those of earlier versions. */
  private How added() {
    return staying.merged().<How>map(How.Replace::new).orElseGet(How.Add::new);
  }

  /** Notes what a reader of the execution should know; nothing when it is empty. */
  void note(String note) {
    if (!note.isEmpty()) {
      notes.add(note);
    }
  }

  /** Notes how many rows went from the tables whose changes were read, as these do not say it. */
  void noteRowsGone(EngineSession session, List<StageTables.ReadTable> read, Steps steps) {
    for (StageTables.ReadTable table : read) {
      if (table.rows().gone().rows() > 0) {
        long gone = steps.time("compare", () -> table.rowsGone(session));
        if (gone > 0) {
          note(
              "%d of the rows of %s that were read before gave way, which changes() does not show."
                  .formatted(gone, table.ref().table()));
        }
      }
    }
  }

  private boolean write(EngineSession session, String select, How how, Tables.Columns meeting) {
    WriteResult result = add(session, select, stage.into().table(), layout(), meeting, how);
    scanned = stage.into().mode() == Target.Mode.MERGE ? scanned : result.scanned();
    return true;
  }

  private TableLayout layout() {
    return new TableLayout(
        stage.into().partitionBy().stream().map(PartitionDeclaration::parse).toList(),
        stage.into().sortBy());
  }

  private WriteResult add(
      EngineSession session,
      String select,
      TableName table,
      TableLayout layout,
      Tables.Columns meeting,
      How how) {
    Fitting fitting = new Fitting(tables, table, layout, meeting);
    List<WriteTarget> targets = new ArrayList<>();
    WriteResult result =
        session.write(
            select,
            columns -> {
              WriteTarget target = fitting.target(session, select, columns);
              requireAllowed(target);
              targets.add(target);
              return TableWriting.request(target, output);
            });
    WriteTarget target = targets.getLast();
    written.add(new Written(target, result, fitting.withoutRows() ? new How.Nothing() : how));
    reading = result.reading();
    if (result.rows() > 0) {
      requireKey(target);
    }
    return result;
  }

  private void requireAllowed(WriteTarget target) {
    if (target.name().equals(stage.into().table())) {
      stage.into().drift().require(target);
    }
  }

  /** A key that has no value in all rows cannot be what they are merged by. */
  private void requireKey(WriteTarget target) {
    for (String column : target.leftOut()) {
      if (target.name().equals(stage.into().table())
          && stage.into().key().stream().anyMatch(column::equalsIgnoreCase)) {
        throw new Invalid(
            TablesError.TYPE_UNSUPPORTED,
            "Column '%s' of the key holds only NULL, so that its type is unknown."
                .formatted(column),
            "Check that the objects have the key, or say its type in the SQL: CAST(%s AS BIGINT)."
                .formatted(Sql.name(column)));
      }
    }
  }

  private void merge(EngineSession session, String select, Optional<ScanPlan> merged, Steps steps) {
    List<String> key = stage.into().key();
    Batch batch = steps.time("transform", () -> session.keep(select, key));
    reading = batch.reading();
    scanned = batch.scanned();
    if (merged.isEmpty() || batch.rows() == 0) {
      steps.time("write", () -> write(session, BATCH, new How.Add(), Tables.Columns.EVOLVE));
      return;
    }
    ScanPlan plan = merged.get();
    String rows = rows(session, batch);
    String keys = key.stream().map(Sql::name).collect(Collectors.joining(", "));
    List<String> held =
        List.copyOf(session.filesHolding("SELECT %s, _file FROM %s".formatted(keys, TARGET), key));
    How how = new How.Merge(plan, held);
    String all = held.isEmpty() ? rows : withRowsThatStay(rows, key, held);
    steps.time("write", () -> write(session, all, how, Tables.Columns.EVOLVE));
  }

  /**
   * The rows of the batch; beside those that stay, a column without a value must not say a type.
   */
  private String rows(EngineSession session, Batch batch) {
    Fitting fitting = new Fitting(tables, stage.into().table(), layout(), Tables.Columns.EVOLVE);
    List<String> valueless = fitting.valueless(session, BATCH, batch.columns());
    return valueless.isEmpty()
        ? BATCH
        : valueless.stream()
            .map(name -> "NULL AS " + Sql.name(name))
            .collect(Collectors.joining(", ", "SELECT * REPLACE (", ") FROM batch"));
  }

  /** The rows of the batch, and those of the files to be replaced whose key is not among them. */
  private static String withRowsThatStay(String rows, List<String> key, List<String> held) {
    String same =
        key.stream()
            .map(Sql::name)
            .map(name -> "b.%s IS NOT DISTINCT FROM t.%s".formatted(name, name))
            .collect(Collectors.joining(" AND "));
    return """
    %s UNION ALL BY NAME
    SELECT * EXCLUDE (_file) FROM %s t WHERE t._file IN %s
      AND NOT EXISTS (SELECT 1 FROM batch b WHERE %s)\
    """
        .formatted(
            rows,
            TARGET,
            held.stream().map(Sql::text).collect(Collectors.joining(", ", "(", ")")),
            same);
  }

  /** Writes the records that were rejected, beside the rows that stay of files that lose some. */
  private boolean quarantine(EngineSession session, boolean rejects, List<String> files) {
    List<String> parts = new ArrayList<>();
    if (rejects) {
      parts.add(
          """
          SELECT _object AS object, _line AS line, _text AS text, _reason AS reason,
            %1$s AS execution, %2$s::TIMESTAMPTZ AS at, _version AS version, _cut AS cut,
            _read_as AS read_as, %3$s AS stage, %4$s || row_number() OVER () AS id FROM rejects\
          """
              .formatted(
                  Sql.text(execution),
                  Sql.text(Instants.print(at)),
                  Sql.text(stage.name().toString()),
                  Sql.text(execution + "-")));
    }
    if (!files.isEmpty()) {
      parts.add(QuarantineSql.staying(files, leaving.condition()));
    }
    add(
        session,
        String.join(" UNION ALL BY NAME ", parts),
        stage.into().table().quarantine(),
        TableLayout.standard(),
        Tables.Columns.EVOLVE,
        files.isEmpty() ? new How.Add() : new How.Rewrite(leaving.plan().orElseThrow(), files));
    return true;
  }

  /** Makes the files durable, and says what they change; nothing, when there are no new rows. */
  List<TableChange> changes() {
    List<TableChange> changes = new ArrayList<>();
    for (Written one : written) {
      Stream<ObjectNode> files =
          one.how() instanceof How.Replace
              ? Stream.concat(one.result().files().stream(), filesThatStay())
              : one.result().files().stream();
      change(one, tables.adopt(one.target(), files.map(FileStatistics::fromJson).toList()))
          .ifPresent(changes::add);
    }
    return changes;
  }

  private Stream<ObjectNode> filesThatStay() {
    return stayed.result().stream().flatMap(result -> result.files().stream());
  }

  private Optional<TableChange> change(Written one, NewFiles files) {
    WriteTarget target = one.target();
    if (one.how() instanceof How.Nothing) {
      return Optional.empty();
    }
    if (one.how() instanceof How.ReplaceAll) {
      return Optional.of(new TableChange.ReplaceAll(target, files));
    }
    if (one.how() instanceof How.Replace(var merged)) {
      return Optional.of(
          files.rows() == 0 && stayed.taken().files().isEmpty()
              ? merged.takenOut()
              : new TableChange.ReplaceCommits(target, merged, stayed.taken(), files));
    }
    if (one.how() instanceof How.Rewrite(var plan, var removed)) {
      return Optional.of(
          files.rows() == 0
              ? tables.withoutFiles(plan, removed)
              : new TableChange.RewriteFiles(target, plan, removed, files));
    }
    if (files.rows() == 0) {
      return target.changes() && typesAreKnown()
          ? Optional.of(new TableChange.Define(target))
          : Optional.empty();
    }
    return one.how() instanceof How.Merge(var plan, var removed)
        ? Optional.of(new TableChange.ReplaceFiles(target, plan, removed, files))
        : Optional.of(new TableChange.Append(target, files));
  }

  /**
   * Objects and events without a record show no types: a table made of them would refuse the first
   * rows that have some. Tables have their types without rows.
   */
  private boolean typesAreKnown() {
    return stage.readsTablesAlone();
  }

  Figures figures(long bytesIn, Duration cpu) {
    long rows = 0;
    long bytes = 0;
    for (Written one : written) {
      bytes += one.result().bytes();
      rows += one.target().name().equals(stage.into().table()) ? one.result().rows() : 0;
    }
    return new Figures(
        scanned + reading.rejected(), rows, reading.rejected(), bytesIn, bytes, cpu.toMillis());
  }

  /** What a reader of the execution should know, in sentences. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>(notes);
    if (!reading.empty().isEmpty()) {
      warnings.add("Without a record: %s.".formatted(some(reading.empty())));
    }
    if (reading.rejected() > 0 && !isKept()) {
      warnings.add(Tolerated.note(reading));
    }
    for (Written one : written) {
      if (!one.target().leftOut().isEmpty() && one.result().rows() > 0) {
        warnings.add(
            "Columns without any value, which %s gets with their first one: %s."
                .formatted(one.target().name(), some(one.target().leftOut())));
      }
    }
    return warnings;
  }

  private static String some(List<String> all) {
    String first = all.stream().limit(SOME).collect(Collectors.joining(", "));
    return all.size() <= SOME ? first : "%s and %d more".formatted(first, all.size() - SOME);
  }

  /** How many files, rows and bytes were written for {@code table}; empty when none could be. */
  Optional<WriteResult> resultFor(TableName table) {
    return written.stream()
        .filter(one -> one.target().name().equals(table))
        .findFirst()
        .map(Written::result);
  }
}
