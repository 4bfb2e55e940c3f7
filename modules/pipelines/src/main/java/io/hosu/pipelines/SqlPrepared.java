package io.hosu.pipelines;

import io.hosu.query.engine.WriteResult;
import io.hosu.store.Transaction;
import io.hosu.tables.CommitContext;
import io.hosu.tables.PreparedCommit;
import io.hosu.tables.TableChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What SQL made, with its commits prepared. */
final class SqlPrepared implements Transforming.Prepared {
  private final Transforming.Work work;
  private final List<StageTables.ReadTable> read;
  private final StageWrite write;
  private final Optional<ChosenRecords> records;
  private final List<TableChange> changes;
  private final CommitContext context;
  private final PreparedCommit commit;

  SqlPrepared(
      Transforming.Work work,
      List<StageTables.ReadTable> read,
      StageWrite write,
      Optional<ChosenRecords> records,
      List<TableChange> changes,
      CommitContext context,
      PreparedCommit commit) {
    this.work = work;
    this.read = read;
    this.write = write;
    this.records = records;
    this.changes = changes;
    this.context = context;
    this.commit = commit;
  }

  @Override
  public Figures figures() {
    return write.figures(
        records.map(ChosenRecords::bytes).orElseGet(work::bytes), work.steps().engine().cpu());
  }

  @Override
  public List<ExecutionInput> inputs() {
    List<ExecutionInput> inputs = new ArrayList<>();
    records.ifPresent(some -> inputs.addAll(some.inputs()));
    inputs.addAll(StageTables.inputs(read));
    return inputs;
  }

  @Override
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    records.ifPresent(some -> warnings.add(some.told()));
    write.warnings().stream()
        .map(warning -> EventPlaces.named(warning, work.events()))
        .forEach(warnings::add);
    return warnings;
  }

  @Override
  public String fingerprint() {
    String fingerprint = context.fingerprint();
    return fingerprint == null ? "" : fingerprint;
  }

  @Override
  public List<ExecutionOutput> publish(Transaction tx) {
    commit.publish(tx);
    records.ifPresent(some -> RedriveRows.addSources(tx, work.execution(), some.sources()));
    for (StageTables.ReadTable table : read) {
      if (!table.moveOn(tx, work.stage().name(), work.execution())) {
        throw Causes.inputsChanged(work.stage());
      }
    }
    List<ExecutionOutput> outputs = new ArrayList<>();
    for (TableChange change : changes) {
      OptionalLong snapshot = commit.snapshot(change.table());
      Optional<WriteResult> result = write.resultFor(change.table());
      outputs.add(
          new ExecutionOutput(
              change.table().toString(),
              snapshot.isPresent() ? Long.toString(snapshot.getAsLong()) : "",
              operation(change),
              result.map(WriteResult::rows).orElse(0L),
              result.map(one -> one.files().size()).orElse(0),
              result.map(WriteResult::bytes).orElse(0L),
              change.added().locations()));
    }
    return outputs;
  }

  private static String operation(TableChange change) {
    return switch (change) {
      case TableChange.Define _ -> ExecutionOutput.DEFINE;
      case TableChange.Append _ -> ExecutionOutput.APPEND;
      case TableChange.ReplaceAll _ -> ExecutionOutput.OVERWRITE;
      case TableChange.ReplacePartitions _,
          TableChange.ReplaceFiles _,
          TableChange.RewriteFiles _,
          TableChange.ReplaceCommits _ ->
          ExecutionOutput.REPLACE;
      case TableChange.Rollback _ -> ExecutionOutput.ROLLBACK;
    };
  }

  @Override
  public void close() {
    commit.close();
  }
}
