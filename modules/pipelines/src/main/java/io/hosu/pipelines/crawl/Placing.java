package io.hosu.pipelines.crawl;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectFiles.Lying;
import io.hosu.pipelines.DriftPolicy;
import io.hosu.pipelines.ExecutionOutput;
import io.hosu.pipelines.InputObject;
import io.hosu.pipelines.Pipelines;
import io.hosu.pipelines.Transform;
import io.hosu.pipelines.Transforming.Prepared;
import io.hosu.pipelines.Transforming.Work;
import io.hosu.store.Database;
import io.hosu.tables.InPlaceFile;
import io.hosu.tables.InPlacePlan;
import io.hosu.tables.InPlacePlanner;
import io.hosu.tables.LakeTable;
import io.hosu.tables.PreparedCommit;
import io.hosu.tables.SqlColumn;
import io.hosu.tables.TablesError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Makes Parquet objects files of a table where they lie, as far as the policy of their crawler
 * goes; the rest is proposed. May be used from any thread.
 */
final class Placing {
  private final Pipelines.Work work;
  private final PlacedObjects placed;
  private final InPlacePlanner planner;
  private final Database database;
  private final Proposing proposing;
  private final DeclaredTables declared;

  Placing(
      Pipelines.Work work,
      PlacedObjects placed,
      Database database,
      Proposing proposing,
      DeclaredTables declared) {
    this.work = work;
    this.placed = placed;
    this.planner = new InPlacePlanner(work.tables());
    this.database = database;
    this.proposing = proposing;
    this.declared = declared;
  }

  Prepared prepare(Work attempt, Transform.Crawl crawl) {
    Outcome outcome = new Outcome(attempt, work.tables(), proposing);
    TableName target = attempt.stage().into().table();
    DriftPolicy policy = declared.declares(target) ? DriftPolicy.NEVER : crawl.drift();
    List<ObjectName> names =
        attempt.objects().stream().map(InputObject::name).filter(PlacedObjects::isData).toList();
    Map<ObjectName, Lying> lying = work.files().findAll(names);
    List<Lying> all =
        names.stream()
            .map(lying::get)
            .filter(Objects::nonNull)
            .filter(it -> !it.ofTable())
            .toList();
    PlacedObjects.Found found = placed.look(all, outcome::note);
    outcome.note(
        "Looked at %,d of %,d objects that came.".formatted(all.size(), attempt.objects().size()));
    if (!found.files().isEmpty()) {
      place(outcome, target, found, policy, attempt);
    }
    return outcome;
  }

  private void place(
      Outcome outcome,
      TableName target,
      PlacedObjects.Found found,
      DriftPolicy policy,
      Work attempt) {
    List<InPlaceFile> fitting = new ArrayList<>();
    List<SqlColumn> others = new ArrayList<>();
    Optional<LakeTable> table = work.tables().find(target);
    for (List<InPlaceFile> alike : byColumns(found.files()).values()) {
      if (table.isEmpty() || fits(target, alike, found, policy)) {
        fitting.addAll(alike);
      } else {
        others.addAll(deviating(outcome, table.get(), alike));
      }
    }
    if (!others.isEmpty()) {
      Optional<Proposal> open =
          database.read(tx -> ProposalRows.open(tx, attempt.stage().name(), target));
      outcome.propose(
          proposing.draft(
              attempt.stage().name(),
              attempt.execution(),
              table.orElseThrow(),
              others,
              Optional.empty(),
              open));
    }
    if (!fitting.isEmpty()) {
      add(outcome, target, fitting, found.types());
    }
  }

  /** Files whose columns are the same are decided on together. */
  private static Map<List<SqlColumn>, List<InPlaceFile>> byColumns(List<InPlaceFile> files) {
    Map<List<SqlColumn>, List<InPlaceFile>> groups = new LinkedHashMap<>();
    files.forEach(file -> groups.computeIfAbsent(file.columns(), _ -> new ArrayList<>()).add(file));
    return groups;
  }

  private boolean fits(
      TableName target, List<InPlaceFile> files, PlacedObjects.Found found, DriftPolicy policy) {
    try {
      InPlacePlan plan = planner.plan(target, files, found.types());
      return plan.target().steps().stream().allMatch(policy::allows);
    } catch (Invalid e) {
      if (e.code() == TablesError.SCHEMA_INCOMPATIBLE || e.code() == TablesError.CONTRACT_BROKEN) {
        return false;
      }
      throw e;
    }
  }

  private static List<SqlColumn> deviating(
      Outcome outcome, LakeTable table, List<InPlaceFile> files) {
    Map<String, String> types = new LinkedHashMap<>();
    files.getFirst().columns().forEach(column -> types.put(column.name(), column.type()));
    Deviations deviations = Deviations.of(table, types, DriftPolicy.NEVER);
    outcome.noteAll(deviations.impossible());
    outcome.note(
        "Not in the table so far: %,d objects, first %s."
            .formatted(files.size(), files.getFirst().lying().file().name()));
    return deviations.others();
  }

  private void add(
      Outcome outcome, TableName target, List<InPlaceFile> files, Map<String, String> types) {
    InPlacePlan plan = planner.plan(target, files, types);
    if (plan.isNothing()) {
      return;
    }
    PreparedCommit commit = work.tables().prepare(outcome.context(), List.of(plan.change()));
    try {
      planner.requireNew(plan);
    } catch (RuntimeException e) {
      commit.close();
      throw e;
    }
    OptionalLong snapshot = commit.snapshot(target);
    outcome.commit(
        commit,
        new ExecutionOutput(
            target.toString(),
            snapshot.isPresent() ? Long.toString(snapshot.getAsLong()) : "",
            "append",
            plan.added().rows(),
            plan.stored().size(),
            plan.bytes(),
            plan.added().locations()));
    outcome.then(plan::keep);
  }
}
