package io.hosu.pipelines;

import io.hosu.store.Transaction;
import io.hosu.tables.CommitContext;
import io.hosu.tables.PreparedCommit;
import io.hosu.tables.TableChange;
import io.hosu.tables.Tables;
import java.util.List;
import java.util.OptionalLong;

/** A table that loses its rows as the last of its objects is gone; it keeps its columns. */
final class EmptyPrepared implements Transforming.Prepared {
  private final List<TableChange> changes;
  private final CommitContext context;
  private final PreparedCommit commit;

  private EmptyPrepared(List<TableChange> changes, CommitContext context, PreparedCommit commit) {
    this.changes = changes;
    this.context = context;
    this.commit = commit;
  }

  static EmptyPrepared of(Tables tables, Transforming.Work work) {
    StageSpec stage = work.stage();
    List<TableChange> changes = tables.emptied(stage.into().table()).stream().toList();
    CommitContext context =
        CommitContext.of(
            StageTables.role(stage).toString(),
            work.execution(),
            Fingerprints.of(work, List.of()),
            List.of());
    return new EmptyPrepared(changes, context, tables.prepare(context, changes));
  }

  /** What it would publish. */
  PreparedCommit commit() {
    return commit;
  }

  @Override
  public Figures figures() {
    return Figures.NONE;
  }

  @Override
  public List<ExecutionInput> inputs() {
    return List.of();
  }

  @Override
  public List<String> warnings() {
    return List.of("No object is left, so the table became empty.");
  }

  @Override
  public String fingerprint() {
    String fingerprint = context.fingerprint();
    return fingerprint == null ? "" : fingerprint;
  }

  @Override
  public List<ExecutionOutput> publish(Transaction tx) {
    commit.publish(tx);
    return changes.stream()
        .map(change -> {
          OptionalLong snapshot = commit.snapshot(change.table());
          String id = snapshot.isPresent() ? Long.toString(snapshot.getAsLong()) : "";
          return ExecutionOutput.withoutFiles(
              change.table().toString(), id, ExecutionOutput.OVERWRITE);
        })
        .toList();
  }

  @Override
  public void close() {
    commit.close();
  }
}
