package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.governance.Principal;
import io.hosu.governance.Rights;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.store.Transaction;
import io.hosu.tables.Tables;
import io.hosu.tables.TablesError;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Takes records out of quarantine, corrects them, and has their stage work on them in one
 * execution. May be used from any thread.
 */
public final class Redrives {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int PARTS = 1000;
  private static final int SAMPLES = 5;

  private final Pipelines.Parts parts;
  private final Stages stages;
  private final StageHolds holds;
  private final DispatcherInbox inbox;
  private final Tables tables;
  private final Choosing choosing;

  Redrives(
      Pipelines.Parts parts,
      Stages stages,
      StageHolds holds,
      DispatcherInbox inbox,
      Pipelines.Work work) {
    this.parts = parts;
    this.stages = stages;
    this.holds = holds;
    this.inbox = inbox;
    this.tables = work.tables();
    this.choosing = new Choosing(work.engines(), work.guard(), work.tables());
  }

  /**
   * What is asked for.
   *
   * @param table the quarantine table
   * @param stage the stage that is to work on them; empty where only one writes to the target
   * @param condition SQL over the columns of the table; empty: all of its rows
   * @param corrections each {@code text = EXPRESSION}, in order
   * @param by who asks
   */
  public record Request(
      TableName table,
      Optional<StageName> stage,
      String condition,
      List<String> corrections,
      String by) {
    public Request {
      corrections = List.copyOf(corrections);
    }
  }

  /**
   * What a redrive would do.
   *
   * @param records how many records are chosen
   * @param parts how many of each object, the first thousand of them: {@code stage, object,
   *     version, records, first_line}
   * @param samples some of the records: {@code object, line, text, reason}
   */
  public record Plan(StageSpec stage, long records, List<JsonNode> parts, List<JsonNode> samples) {
    public Plan {
      parts = List.copyOf(parts);
      samples = List.copyOf(samples);
    }
  }

  /**
   * The stage that would work on the records.
   *
   * @throws Invalid {@link PipelinesError#REDRIVE_INVALID} when the table is no quarantine, or more
   *     stages than one write to its target and none of them is named
   * @throws Conflict {@link PipelinesError#REDRIVE_REFUSED} when no stage does
   */
  public StageSpec stage(Request request) {
    return parts.database().read(tx -> stage(tx, request));
  }

  private StageSpec stage(Transaction tx, Request request) {
    TableName target =
        request
            .table()
            .quarantined()
            .orElseThrow(() ->
                QuarantineSql.invalid(
                    "%s is no quarantine table: these end with _quarantine."
                        .formatted(request.table()),
                    "Name the table beside the target, for example %s_quarantine."
                        .formatted(request.table())));
    List<StageSpec> writers = writers(tx, target);
    List<StageSpec> meant =
        writers.stream()
            .filter(
                stage -> request.stage().isEmpty() || request.stage().get().equals(stage.name()))
            .toList();
    if (meant.size() == 1) {
      return meant.getFirst();
    }
    if (writers.isEmpty()) {
      throw new Conflict(
          PipelinesError.REDRIVE_REFUSED,
          "No stage writes to %s any more, so that nothing can work on its records."
              .formatted(target),
          "Declare one again, then: hosu apply; or read the records with: hosu sql");
    }
    String names =
        writers.stream().map(stage -> stage.name().toString()).collect(Collectors.joining(", "));
    throw QuarantineSql.invalid(
        meant.isEmpty()
            ? "Stage %s does not write to %s.".formatted(request.stage().orElseThrow(), target)
            : "Several stages write to %s.".formatted(target),
        "Name one of them with --stage: %s.".formatted(names));
  }

  private List<StageSpec> writers(Transaction tx, TableName target) {
    return stages.list(tx).stream().filter(stage -> stage.into().table().equals(target)).toList();
  }

  /**
   * What a redrive would do.
   *
   * @throws Invalid as {@link #stage}; {@link PipelinesError#RECORD_INCOMPLETE}; with a code of the
   *     guard or the engine when the condition or a correction is wrong
   * @throws Conflict {@link PipelinesError#REDRIVE_REFUSED}; {@link PipelinesError#STAGE_DISABLED},
   *     {@link PipelinesError#STAGE_PAUSED}
   */
  public Plan plan(Request request) {
    StageSpec stage = parts.database().read(tx -> ready(tx, request));
    return looked(redrive(request, stage), stage);
  }

  private StageSpec ready(Transaction tx, Request request) {
    StageSpec stage = stage(tx, request);
    Redrive.requirePossible(stage);
    stages.requireEnabled(tx, stage.name(), Seen.ALL);
    holds.requireNone(tx, stage.name());
    return stage;
  }

  private Redrive redrive(Request request, StageSpec stage) {
    OptionalLong snapshot = tables.require(request.table()).snapshot();
    List<String> others =
        parts.database().read(tx -> writers(tx, stage.into().table())).stream()
            .map(one -> one.name().toString())
            .filter(name -> !name.equals(stage.name().toString()))
            .toList();
    return new Redrive(
        request.table(),
        snapshot.orElseThrow(() -> changed(request.table())),
        request.condition(),
        request.corrections().stream().map(QuarantineSql::correction).toList(),
        others,
        request.by(),
        parts.clock().instant());
  }

  private static Conflict changed(TableName table) {
    return new Conflict(
        TablesError.TABLE_CHANGED,
        "Table %s has no rows and never had any.".formatted(table),
        "There is nothing to be redriven.");
  }

  private Plan looked(Redrive redrive, StageSpec stage) {
    return choosing.choose(
        redrive,
        stage,
        new Choosing.Limits(null, stage.running().memory(), PATIENCE, new Stop()),
        chosen ->
            new Plan(
                stage,
                chosen.rows(),
                chosen.rows(
                    "SELECT stage, object, coalesce(version, '') AS version, count(*) AS records,"
                        + " min(line) AS first_line",
                    " GROUP BY ALL ORDER BY stage, object, version LIMIT " + PARTS),
                chosen.rows(
                    "SELECT object, line, left(text, 1000) AS text, reason",
                    " ORDER BY object, line, _row LIMIT " + SAMPLES)));
  }

  /**
   * A redrive that was asked for.
   *
   * @param execution the one that does it; empty when no record is chosen, so that none is needed
   */
  public record Begun(Plan plan, Optional<Execution> execution) {}

  /**
   * Has the stage work on the records in one execution: what of them is good is published, and what
   * is still bad goes back, in the transaction that takes them out.
   *
   * @throws Invalid as {@link #plan}
   * @throws Conflict as {@link #plan}
   */
  public Begun begin(Request request) {
    StageSpec stage = parts.database().read(tx -> ready(tx, request));
    Redrive redrive = redrive(request, stage);
    Plan plan = looked(redrive, stage);
    return plan.records() == 0
        ? new Begun(plan, Optional.empty())
        : new Begun(plan, Optional.of(parts.database().write(tx -> begin(tx, request, redrive))));
  }

  private Execution begin(Transaction tx, Request request, Redrive redrive) {
    StageSpec stage = ready(tx, request);
    Instant now = parts.clock().instant();
    String id = parts.ids().next();
    var start = new ExecutionRows.Start(id, stage.name(), Execution.By.REDRIVE, null);
    Execution made = ExecutionRows.insertPending(tx, start, List.of(), 0, 0, now);
    RedriveRows.insert(tx, id, redrive);
    tx.afterCommit(() -> inbox.waiting(new ExecutionRows.Waiting(id, stage.name(), now)));
    return made;
  }

  /** What {@code principal} may see by {@code rights} of what is told of stages. */
  SeenRecords seenRecords(Rights rights, Principal principal) {
    return SeenRecords.of(parts.database(), rights, principal);
  }
}
