package io.hosu.pipelines.crawl;

import io.hosu.governance.Caller;
import io.hosu.governance.Door;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.pipelines.ExecutionInput;
import io.hosu.pipelines.ExecutionOutput;
import io.hosu.pipelines.Figures;
import io.hosu.pipelines.InputObject;
import io.hosu.pipelines.Transforming;
import io.hosu.store.Transaction;
import io.hosu.tables.ColumnDrift;
import io.hosu.tables.CommitContext;
import io.hosu.tables.LakeTable;
import io.hosu.tables.PreparedCommit;
import io.hosu.tables.SchemaStep;
import io.hosu.tables.SqlColumn;
import io.hosu.tables.TableChange;
import io.hosu.tables.Tables;
import io.hosu.tables.WriteTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an execution of a crawler came to, until it is published. Belongs to one thread. */
final class Outcome implements Transforming.Prepared {
  private final Transforming.Work attempt;
  private final Tables tables;
  private final Proposing proposing;
  private final List<String> notes = new ArrayList<>();
  private final List<Consumer<Transaction>> steps = new ArrayList<>();
  private final List<ExecutionOutput> outputs = new ArrayList<>();
  private Optional<Proposing.Draft> draft = Optional.empty();
  private @Nullable PreparedCommit commit;

  Outcome(Transforming.Work attempt, Tables tables, Proposing proposing) {
    this.attempt = attempt;
    this.tables = tables;
    this.proposing = proposing;
  }

  /** Who looks: the role of the crawler. */
  Caller caller(Policy policy) {
    return policy.caller(
        Principal.role(attempt.stage().name().toString()), Door.STAGE, attempt.execution());
  }

  /** What a commit of this execution says of itself. */
  CommitContext context() {
    return CommitContext.of(
        Principal.role(attempt.stage().name().toString()).toString(),
        attempt.execution(),
        "",
        List.of());
  }

  /** Notes how much was looked at, and what of it is in no table. */
  void looked(Crawler.Found found) {
    note("Looked at %,d of %,d objects that came.".formatted(found.looked(), objects().size()));
    leftOut(found.leftOut());
  }

  /** The same where that was not enough to tell. */
  void lookedAtAll(Crawler.Found found) {
    note("They are unlike those before: looked at %,d of all objects.".formatted(found.looked()));
  }

  void leftOut(LeftOut leftOut) {
    leftOut.reasons().stream()
        .limit(3)
        .forEach(one -> note("Left out: %s: %s".formatted(one.object(), one.why())));
    if (leftOut.count() > 3) {
      note("Left out besides: %,d.".formatted(leftOut.count() - 3));
    }
  }

  void note(String sentence) {
    notes.add(sentence);
  }

  void noteAll(List<String> sentences) {
    notes.addAll(sentences);
  }

  /** Has the table become what is allowed by itself. */
  void allow(LakeTable table, List<SqlColumn> columns) {
    if (columns.isEmpty()) {
      return;
    }
    WriteTarget target = ColumnDrift.compatible(table, columns);
    commit = tables.prepare(context(), List.of(new TableChange.Define(target)));
    outputs.add(new ExecutionOutput(table.name().toString(), "", "define", 0, 0, 0, List.of()));
    note(
        "By the policy of the crawler: %s."
            .formatted(
                target.steps().stream()
                    .map(SchemaStep::toString)
                    .collect(Collectors.joining(", "))));
  }

  /** Publishes {@code made} with the rest. */
  void commit(PreparedCommit made, ExecutionOutput output) {
    commit = made;
    outputs.add(output);
  }

  void propose(Optional<Proposing.Draft> what) {
    draft = what;
    what.ifPresent(it ->
        note(
            "For somebody to decide (hosu crawlers proposals): %s."
                .formatted(
                    it.content().changes().stream()
                        .map(Proposal.Change::what)
                        .collect(Collectors.joining(", ")))));
  }

  /** Does {@code step} when all this is published. */
  void then(Consumer<Transaction> step) {
    steps.add(step);
  }

  private List<InputObject> objects() {
    return attempt.objects();
  }

  @Override
  public Figures figures() {
    long bytes = objects().stream().mapToLong(InputObject::bytes).sum();
    long rows = outputs.stream().mapToLong(ExecutionOutput::rows).sum();
    return new Figures(rows, rows, 0, bytes, 0, 0);
  }

  @Override
  public List<ExecutionInput> inputs() {
    return List.of();
  }

  @Override
  public List<String> warnings() {
    return List.copyOf(notes);
  }

  @Override
  public String fingerprint() {
    return "";
  }

  @Override
  public List<ExecutionOutput> publish(Transaction tx) {
    if (commit != null) {
      commit.publish(tx);
    }
    steps.forEach(step -> step.accept(tx));
    draft.ifPresent(it -> proposing.propose(tx, it));
    return List.copyOf(outputs);
  }

  @Override
  public void close() {
    if (commit != null) {
      commit.close();
    }
  }
}
