package io.hosu.pipelines;

import io.hosu.kernel.ErrorCode;
import io.hosu.kernel.HosuException;
import io.hosu.objects.ObjectFiles;
import io.hosu.query.Guard;
import io.hosu.query.Guarded;
import io.hosu.query.Scope;
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
import io.hosu.tables.SqlColumn;
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
      return prepare(work, output);
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

  private Prepared prepare(Work work, Path output) throws IOException {
    StageSpec stage = work.stage();
    Guarded guarded = work.steps().time("guard", () -> guarded(stage));
    List<StageTables.ReadTable> read =
        work.steps().time("plan", () -> readable.plan(stage, work.execution(), guarded.tables()));
    work.steps().reads(StageTables.inputs(read));
    Optional<ChosenRecords> records =
        work.redrive()
            .map(redrive -> work.steps().time("choose", () -> chosen(work, redrive, output)));
    records.ifPresent(some -> work.steps().reads(some.inputs()));
    if (records.isPresent() && records.get().rows() == 0) {
      return new NothingChosen(records.get());
    }
    Leaving leaving = Leaving.of(tables, work, records);
    Optional<ScanPlan> merged =
        stage.into().mode() == Target.Mode.MERGE
            ? tables.find(stage.into().table()).map(_ -> tables.plan(stage.into().table()))
            : Optional.empty();
    Staying staying = Staying.of(tables, work);
    StageWrite write = new StageWrite(tables, work, leaving, staying, clock.instant(), output);
    EngineInput input = records.map(some -> input(work, some)).orElse(null);
    List<EngineView> views = views(read, merged, leaving, staying);
    SessionRequest request =
        request(work, views, output, input == null ? input(work, output) : input);
    try (EngineSession session =
        work.steps().time("open", () -> engines.open(request, work.steps().engine()))) {
      work.stop()
          .during(
              session::cancel,
              () -> {
                write.run(session, guarded.sql(), merged, work.steps());
                write.noteRowsGone(session, read, work.steps());
                return write;
              });
    } catch (HosuException e) {
      throw EventPlaces.named(explained(stage, guarded, e), work.events());
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
    Transform.Sql sql =
        switch (stage.transform()) {
          case Transform.Sql it -> it;
        };
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
        records.records().files(), options, records.records().hints(), wanted(work.stage().into()));
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
    return new EngineInput(inputs, options, List.of(), wanted(work.stage().into()));
  }

  /** A batch alone may show other types than the table has: names of digits, amounts all whole. */
  private Map<String, String> wanted(Target into) {
    if (into.mode() == Target.Mode.OVERWRITE) {
      return Map.of();
    }
    return tables.find(into.table()).map(LakeTable::columns).orElse(List.of()).stream()
        .filter(column -> column.type().equals("VARCHAR") || column.type().equals("DOUBLE"))
        .collect(Collectors.toMap(SqlColumn::name, SqlColumn::type));
  }

  private HosuException explained(StageSpec stage, Guarded guarded, HosuException failure) {
    ErrorCode code = failure.code();
    return code == QueryError.QUERY_TIMEOUT
        ? Causes.timedOut(stage)
        : MissingColumns.explained(stage, guarded, guard.explain(guarded, failure));
  }
}
