package io.hosu.delivery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.delivery.Declared.Kind;
import io.hosu.delivery.LakeProject.Reading;
import io.hosu.events.EventLog;
import io.hosu.governance.AccessChanges;
import io.hosu.governance.AccessState;
import io.hosu.governance.AuditRecord;
import io.hosu.governance.Caller;
import io.hosu.governance.Domains;
import io.hosu.governance.Grants;
import io.hosu.governance.Groups;
import io.hosu.governance.Holdings;
import io.hosu.governance.Policy;
import io.hosu.governance.Principals;
import io.hosu.governance.Tags;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.objects.Buckets;
import io.hosu.pipelines.Stages;
import io.hosu.pipelines.Teams;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import io.hosu.tables.TableDefinitions;
import io.hosu.tables.Tables;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Makes a server equal to a lake project. Decides nothing about who may do so: its callers do. May
 * be used from any thread; one project is applied at a time.
 */
public final class Delivery {
  private final Parts parts;
  private final List<Keeper> keepers;
  private final ContractCheck contracts;
  private final AccessPlan access;
  private final AppliedProjects applied;
  private final ReentrantLock lock = new ReentrantLock();

  /** What delivery is built on. */
  public record Parts(Database database, EventLog events, InstantSource clock, Ids ids) {}

  /** Who keeps what a project declares. */
  public record Facades(
      Buckets buckets,
      Domains domains,
      Tables tables,
      Stages stages,
      Teams teams,
      Principals principals,
      Tags tags,
      Grants grants,
      Policy policy) {}

  public Delivery(Parts parts, Facades facades) {
    this.parts = parts;
    TableKeeper tables =
        new TableKeeper(
            facades.tables(),
            new TableDefinitions(parts.database(), parts.ids(), facades.tables()));
    this.contracts = new ContractCheck(tables, () -> parts.database().read(facades.grants()::list));
    this.keepers =
        List.of(
            new LayerKeeper(facades.buckets()),
            new DomainKeeper(facades.domains(), facades.teams()),
            new TeamKeeper(facades.teams()),
            tables,
            new DatasetKeeper(facades.tags()),
            new StageKeeper(facades.stages()),
            new CrawlerKeeper(facades.stages().crawlers()),
            new GroupKeeper(new Groups(facades.principals())),
            new PrincipalKeeper(
                new Holdings.Places(facades.principals(), facades.grants(), facades.domains())),
            new TagKeeper(facades.tags()),
            new GrantKeeper(facades.grants()));
    this.access =
        new AccessPlan(
            parts.database(), tx -> AccessState.in(tx, facades.policy(), facades.principals()));
    this.applied = new AppliedProjects(parts.database());
  }

  /**
   * What {@link #apply} would do now, to what the server keeps and to who may do what.
   *
   * @throws HosuException when a change of who may do what, or of columns, would be refused
   */
  public ApplyResult plan(Reading.Sound reading) {
    DesiredState desired = reading.project().desired();
    Diff diff = parts.database().read(tx -> diff(tx, desired));
    ContractCheck.Checked checked = contracts.check(diff, desired);
    List<Change> changes = parts.database().read(tx -> changes(tx, diff, checked));
    Diff own = new Diff(diff.steps().stream().filter(AccessPlan::isAboutAccess).toList());
    try (Prepared prepared = new Prepared(own, "")) {
      return result(reading, true, changes, access.of(desired, tx -> perform(tx, prepared)));
    }
  }

  /**
   * Makes all that the project declares true in one transaction, and nothing else that a project
   * declared before. What is equal already is not touched.
   *
   * @param caller who does it; it and each change of who may do what are on its trail
   * @throws HosuException when a change is refused, for example the removal of a layer that holds
   *     objects; then nothing was changed
   */
  public ApplyResult apply(Reading.Sound reading, Caller caller) {
    String principal = caller.principal().name();
    lock.lock();
    try {
      DesiredState desired = reading.project().desired();
      Diff diff = parts.database().read(tx -> diff(tx, desired));
      ContractCheck.Checked checked = contracts.check(diff, desired);
      try (Prepared prepared = new Prepared(diff, principal)) {
        Outcome outcome =
            onRecord(
                caller,
                acts(reading.project(), diff, caller),
                tx -> apply(tx, reading.project(), prepared, checked, principal));
        return result(reading, false, outcome.changes(), outcome.access().get());
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether applying a project of these files would change nothing, known without reading them:
   * they were applied last, by this program, and neither what the server keeps of them nor the
   * columns of a table changed since.
   */
  public boolean isApplied(ProjectFiles files) {
    String hash = files.hash();
    return parts
        .database()
        .read(tx ->
            AppliedState.find(tx)
                .filter(state -> state.hash().equals(hash))
                .filter(state -> state.equals(AppliedState.of(tx, hash, actual(tx))))
                .isPresent());
  }

  /** Does {@code work} with the records of it, both or neither; what is refused is so on record. */
  private Outcome onRecord(
      Caller caller, List<AuditRecord> acts, Function<Transaction, Outcome> work) {
    acts.forEach(caller.trail()::add);
    try {
      return parts
          .database()
          .write(tx -> {
            caller.trail().keepIn(tx);
            return work.apply(tx);
          });
    } catch (HosuException e) {
      acts.forEach(act -> caller.trail().refused(act, e));
      throw e;
    }
  }

  private List<AuditRecord> acts(LakeProject project, Diff diff, Caller caller) {
    List<AuditRecord> acts = new ArrayList<>();
    if (!diff.steps().isEmpty()) {
      acts.add(record(caller, "APPLY", project.name(), project));
    }
    for (Diff.Step step : diff.steps()) {
      if (AccessPlan.isAboutAccess(step)) {
        String action = step.verb() + "_" + step.thing().kind();
        acts.add(record(caller, action, step.thing().name(), project));
      }
      declassified(acts, caller, step, project);
    }
    return acts;
  }

  /** Each column from which a stage keeps tags from now on, with the reason. */
  private void declassified(
      List<AuditRecord> acts, Caller caller, Diff.Step step, LakeProject project) {
    SortedMap<String, String> before =
        step.before().map(Classification::declassified).orElseGet(TreeMap::new);
    step.after()
        .map(Classification::declassified)
        .orElseGet(TreeMap::new)
        .forEach((column, reason) -> {
          if (!reason.equals(before.get(column))) {
            acts.add(
                record(caller, "DECLASSIFY", column, project)
                    .with("stage", step.thing().name())
                    .with("reason", reason));
          }
        });
  }

  private AuditRecord record(Caller caller, String action, String resource, LakeProject project) {
    return AuditRecord.of(
            parts.clock().instant(), caller, action, resource, AuditRecord.Verdict.ALLOWED)
        .with("project", project.files().hash());
  }

  private static ApplyResult result(
      Reading.Sound reading, boolean dryRun, List<Change> changes, AccessChanges access) {
    LakeProject project = reading.project();
    return new ApplyResult(
        project.name(), project.files().hash(), dryRun, changes, access, reading.mistakes());
  }

  /** What was done, and how to find out what that means for who may do what. */
  private record Outcome(List<Change> changes, Supplier<AccessChanges> access) {}

  private Outcome apply(
      Transaction tx,
      LakeProject project,
      Prepared prepared,
      ContractCheck.Checked checked,
      String principal) {
    Diff diff = prepared.diff();
    if (!diff(tx, project.desired()).equals(diff)) {
      throw new Conflict(
          DeliveryError.APPLY_CONFLICT,
          "The server was changed while the project was being applied; nothing was done.",
          "Apply it again: hosu apply");
    }
    List<Change> changes = changes(tx, diff, checked);
    Supplier<AccessChanges> difference =
        access.during(tx, project.desired(), diff, () -> perform(tx, prepared));
    record(tx, project, changes.size(), principal);
    AppliedState.of(tx, project.files().hash(), project.desired().declared()).keep(tx);
    return new Outcome(changes, difference);
  }

  private static void perform(Transaction tx, Prepared prepared) {
    for (Diff.Step step : prepared.diff().steps()) {
      Keeper.Work work = prepared.of(step.thing().kind());
      step.after()
          .ifPresentOrElse(declared -> work.put(tx, declared), () -> work.remove(tx, step.thing()));
    }
  }

  private void record(Transaction tx, LakeProject project, int changes, String principal) {
    String hash = project.files().hash();
    boolean same = AppliedProjects.newest(tx).filter(a -> a.hash().equals(hash)).isPresent();
    if (same && changes == 0) {
      return;
    }
    AppliedProject now =
        new AppliedProject(
            parts.ids().next(), project.name(), hash, principal, parts.clock().instant(), changes);
    AppliedProjects.record(tx, now, project.files());
    ObjectNode detail = Json.object().put("id", now.id()).put("lake", now.lake());
    detail.put("hash", hash).put("principal", principal).put("changes", changes);
    parts.events().append(tx, "hosu.delivery", "Project Applied", "", List.of(now.lake()), detail);
  }

  private Diff diff(Transaction tx, DesiredState desired) {
    return Diff.between(actual(tx), desired.declared());
  }

  /** What the server keeps of what projects declared. */
  private List<Declared> actual(Transaction tx) {
    return keepers.stream().flatMap(keeper -> keeper.list(tx).stream()).toList();
  }

  private List<Change> changes(Transaction tx, Diff diff, ContractCheck.Checked checked) {
    List<Change> changes = new ArrayList<>();
    for (Diff.Step step : diff.steps()) {
      List<String> notes = new ArrayList<>(checked.notes(step.thing()));
      notes.addAll(keeper(step.thing().kind()).notes(tx, step));
      Change change = step.change(notes);
      changes.add(checked.notes(step.thing()).isEmpty() ? change : change.without("columns"));
    }
    return changes;
  }

  private Keeper keeper(Kind kind) {
    return keepers.stream().filter(keeper -> keeper.kind() == kind).findFirst().orElseThrow();
  }

  /** What the server keeps of what projects declared, by kind and name. */
  public List<Declared> declared() {
    return parts.database().read(this::actual);
  }

  /** The project that was applied last. */
  public Optional<AppliedProject> newest() {
    return applied.newest();
  }

  /** The files of a project that was applied, by path. */
  public SortedMap<String, String> files(AppliedProject project) {
    return applied.files(project.id());
  }

  /** Steps whose slow part is done. */
  private final class Prepared implements AutoCloseable {
    private final Diff diff;
    private final Map<Kind, Keeper.Work> works = new EnumMap<>(Kind.class);

    Prepared(Diff diff, String principal) {
      this.diff = diff;
      for (Keeper keeper : keepers) {
        List<Diff.Step> steps = diff.of(keeper.kind());
        if (!steps.isEmpty()) {
          works.put(keeper.kind(), keeper.prepare(steps, principal));
        }
      }
    }

    Diff diff() {
      return diff;
    }

    Keeper.Work of(Kind kind) {
      Keeper.Work work = works.get(kind);
      if (work == null) {
        throw new IllegalStateException("Nothing was prepared for " + kind);
      }
      return work;
    }

    @Override
    public void close() {
      works.values().forEach(Keeper.Work::close);
    }
  }
}
