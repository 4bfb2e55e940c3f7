package io.hosu.pipelines;

import io.hosu.kernel.ErrorCode;
import io.hosu.kernel.HosuException;
import io.hosu.objects.ObjectFiles;
import io.hosu.query.Guard;
import io.hosu.query.Guarded;
import io.hosu.query.Scope;
import io.hosu.query.engine.Column;
import io.hosu.query.engine.EngineInput;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.Engines;
import io.hosu.query.engine.InputFile;
import io.hosu.query.engine.OwnDirectory;
import io.hosu.query.engine.QueryError;
import io.hosu.query.engine.ReadOptions;
import io.hosu.query.engine.SessionRequest;
import io.hosu.tables.CommitContext;
import io.hosu.tables.LakeTable;
import io.hosu.tables.PreparedCommit;
import io.hosu.tables.ScanPlan;
import io.hosu.tables.Sql;
import io.hosu.tables.TableChange;
import io.hosu.tables.Tables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs a stage's SELECT in an engine over its objects and the tables it may read, and prepares the
 * commits of what came of it.
 */
final class SqlTransforming implements Transforming {
  private final Engines engines;
  private final Guard guard;
  private final Tables tables;
  private final ObjectFiles files;
  private final StageTables readable;
  private final InstantSource clock;
  private final Choosing choosing;
  private final Auditing auditing;
  private final WantedTypes wantedTypes;

  SqlTransforming(
      Engines engines,
      Guard guard,
      Tables tables,
      ObjectFiles files,
      StageTables readable,
      InstantSource clock) {
    this.engines = engines;
    this.guard = guard;
    this.tables = tables;
    this.files = files;
    this.readable = readable;
    this.clock = clock;
    this.choosing = new Choosing(engines, guard, tables);
    this.auditing = new Auditing(engines, guard, tables, readable, clock);
    this.wantedTypes = new WantedTypes(guard);
  }

  @Override
  public Prepared prepare(Work work) {
    if (work.isWithoutObjects()) {
      EmptyPrepared empty = EmptyPrepared.of(tables, work);
      return auditing.audited(work, empty, empty.commit());
    }
    Path output = files.blobs().staging().resolve("execution-" + work.execution());
    try {
      Files.createDirectories(output);
      return prepared(work, output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      OwnDirectory.remove(output);
    }
  }

  @Override
  public boolean hasNothingNew(Work work) {
    return readable.haveNothingNew(work.stage(), guarded(work.stage()).tables());
  }

  /** Where no object has a record, no row comes of it, whatever the SQL would make of none. */
  private Prepared prepared(Work work, Path output) throws IOException {
    Guarded guarded = work.steps().time("guard", () -> guarded(work.stage()));
    try {
      return prepare(work, output, guarded, new Rows(guarded.sql(), input(work, output), ""));
    } catch (HosuException e) {
      if (e.code() != QueryError.NO_RECORDS) {
        throw e;
      }
      Optional<LakeTable> table = tables.find(work.stage().into().table());
      return table.isEmpty()
          ? new NothingPrepared(List.of(), List.of(e.what()))
          : prepare(work, output, guarded, Rows.none(table.get(), e.what()));
    }
  }

  /**
   * Where the rows come from.
   *
   * @param objects what {@code input} is; null where there is none
   * @param note what a reader should know; empty: nothing
   */
  private record Rows(String select, @Nullable EngineInput objects, String note) {
    static Rows none(LakeTable table, String note) {
      return new Rows(
          table.columns().stream()
              .map(column -> "NULL::%s AS %s".formatted(column.type(), Sql.name(column.name())))
              .collect(Collectors.joining(", ", "SELECT ", " WHERE false")),
          null,
          note);
    }
  }

  private Prepared prepare(Work work, Path output, Guarded guarded, Rows rows) {
    StageSpec stage = work.stage();
    List<StageTables.ReadTable> read =
        work.steps().time("plan", () -> readable.plan(stage, work.execution(), guarded));
    work.steps().reads(StageTables.inputs(read));
    Optional<ChosenRecords> records =
        work.redrive()
            .map(redrive -> work.steps().time("choose", () -> chosen(work, redrive, output)));
    records.ifPresent(some -> work.steps().reads(some.inputs()));
    if (records.isPresent() && records.get().rows() == 0) {
      return records.get().nothing();
    }
    Leaving leaving = Leaving.of(tables, work, records);
    Optional<ScanPlan> merged =
        stage.into().mode() == Target.Mode.MERGE
            ? tables.find(stage.into().table()).map(_ -> tables.plan(stage.into().table()))
            : Optional.empty();
    Staying staying = Staying.of(tables, work);
    StageWrite write = new StageWrite(tables, work, leaving, staying, clock.instant(), output);
    write.note(rows.note());
    EngineInput input = records.map(some -> input(work, some)).orElse(rows.objects());
    List<EngineView> views = views(read, merged, leaving, staying);
    SessionRequest request = request(work, views, output, input);
    try (EngineSession session =
        work.steps().time("open", () -> engines.open(request, work.steps().engine()))) {
      work.stop()
          .during(
              session::cancel,
              () -> {
                write.run(session, rows.select(), merged, work.steps());
                write.noteRowsGone(session, read, work.steps());
                return write;
              });
    } catch (HosuException e) {
      throw EventPlaces.named(explained(work, guarded, e, request), work.events());
    }
    List<TableChange> changes = work.steps().time("adopt", write::changes);
    CommitContext context =
        CommitContext.of(
            StageTables.role(stage).toString(),
            work.execution(),
            Fingerprints.of(work, read),
            Lineage.of(work, read, records));
    PreparedCommit commit = work.steps().time("prepare", () -> tables.prepare(context, changes));
    SqlPrepared made = new SqlPrepared(work, read, write, records, changes, context, commit);
    return auditing.audited(work, made, commit);
  }

  private Guarded guarded(StageSpec stage) {
    Transform.Sql sql = stage.sql();
    String domain = stage.name().domain();
    return guard.check(
        sql.text(), stage.readsTablesAlone() ? Scope.overTables(domain) : Scope.overInput(domain));
  }

  private SessionRequest request(
      Work work, List<EngineView> views, Path output, @Nullable EngineInput input) {
    Duration rest = Duration.between(clock.instant(), work.deadline());
    // Without a key: an instance that is kept for one may write to the files of its first session.
    Long memory = work.stage().running().memory();
    return new SessionRequest("", views, input, output, memory, atLeastOneMilli(rest));
  }

  private static List<EngineView> views(
      List<StageTables.ReadTable> read,
      Optional<ScanPlan> merged,
      Leaving leaving,
      Staying staying) {
    List<EngineView> views = new ArrayList<>();
    read.forEach(table -> views.add(table.view()));
    merged.ifPresent(plan ->
        views.add(
            new EngineView(
                List.of(StageWrite.TARGET),
                plan.sqlWithFile(),
                plan.paths(),
                EngineView.Rows.hiddenIf(plan.hidesRows()))));
    views.addAll(leaving.views());
    views.addAll(staying.views());
    return views;
  }

  private ChosenRecords chosen(Work work, Redrive redrive, Path output) {
    Duration rest = atLeastOneMilli(Duration.between(clock.instant(), work.deadline()));
    Path directory = output.resolve("records");
    var limits = new Choosing.Limits(directory, work.stage().running().memory(), rest, work.stop());
    ReadOptions.Dialect dialect = ReadForms.options(work.stage().input()).dialect();
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return choosing.choose(
        redrive,
        work.stage(),
        limits,
        chosen -> ChosenRecords.of(redrive, chosen, directory, dialect));
  }

  private EngineInput input(Work work, ChosenRecords records) {
    ReadOptions options = ChosenRecords.options(ReadForms.options(work.stage().input()));
    return new EngineInput(
        records.records().files(), options, records.records().hints(), wanted(work.stage()));
  }

  private static Duration atLeastOneMilli(Duration rest) {
    return rest.isPositive() ? rest : Duration.ofMillis(1);
  }

  private @Nullable EngineInput input(Work work, Path output) throws IOException {
    ReadOptions options = ReadForms.options(work.stage().input());
    List<InputFile> inputs =
        work.events().isEmpty()
            ? work.objects().stream()
                .map(object ->
                    InputFile.of(object.path(), object.text(), options).ofVersion(object.version()))
                .toList()
            : List.of(EventRows.write(output, work.events()));
    return inputs.isEmpty() ? null : input(work, options, inputs);
  }

  private EngineInput input(Work work, ReadOptions options, List<InputFile> inputs) {
    return new EngineInput(inputs, options, List.of(), wanted(work.stage()));
  }

  private Map<String, String> wanted(StageSpec stage) {
    return stage.into().mode() == Target.Mode.OVERWRITE
        ? Map.of()
        : tables
            .find(stage.into().table())
            .map(table -> wantedTypes.of(stage, table.columns()))
            .orElse(Map.of());
  }

  private HosuException explained(
      Work work, Guarded guarded, HosuException failure, SessionRequest request) {
    ErrorCode code = failure.code();
    return code == QueryError.QUERY_TIMEOUT
        ? Causes.timedOut(work.stage())
        : MissingColumns.explained(
            work, guarded, guard.explain(guarded, failure), () -> columns(request));
  }

  /** What {@code input} has; nothing where it cannot be read, which is told by another failure. */
  private List<String> columns(SessionRequest request) {
    try (EngineSession session = engines.open(request)) {
      return session.describe("SELECT * FROM input").stream().map(Column::name).toList();
    } catch (HosuException _) {
      return List.of();
    }
  }
}
