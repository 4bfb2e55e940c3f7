package io.hosu.pipelines.crawl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.DeadLetters;
import io.hosu.governance.Caller;
import io.hosu.governance.Decision;
import io.hosu.governance.Permission;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Page;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.Pipelines;
import io.hosu.pipelines.PipelinesError;
import io.hosu.pipelines.StageSpec;
import io.hosu.pipelines.Stages;
import io.hosu.pipelines.Transform;
import io.hosu.store.Transaction;
import io.hosu.tables.ColumnDrift;
import io.hosu.tables.CommitContext;
import io.hosu.tables.LakeTable;
import io.hosu.tables.PreparedCommit;
import io.hosu.tables.SqlColumn;
import io.hosu.tables.TableChange;
import io.hosu.tables.Tables;
import java.util.List;
import java.util.Optional;

/** What people decide about the proposals of crawlers. May be used from any thread. */
final class Proposals {
  private final Pipelines.Parts parts;
  private final Pipelines.Work work;
  private final Stages stages;
  private final DeclaredTables declared;
  private final Proposing proposing;

  Proposals(Pipelines.Parts parts, Pipelines.Work work, Stages stages, DeclaredTables declared) {
    this.parts = parts;
    this.work = work;
    this.stages = stages;
    this.declared = declared;
    this.proposing = new Proposing(parts.events(), parts.ids(), parts.clock(), declared);
  }

  /**
   * Those that the caller sees, the newest first.
   *
   * @param status only of this one; empty: of all
   */
  Page<ObjectNode> list(Caller caller, Optional<Proposal.Status> status, String before, int limit) {
    List<Proposal> seen =
        parts.database().read(tx -> ProposalRows.list(tx, before)).stream()
            .filter(one -> status.isEmpty() || one.decision().status() == status.get())
            .filter(one -> isSeen(caller, one))
            .limit(limit + 1L)
            .toList();
    boolean more = seen.size() > limit;
    List<Proposal> items = more ? seen.subList(0, limit) : seen;
    return new Page<>(items, more ? items.getLast().id() : null).map(Proposal::toJson);
  }

  /** How many of a crawler are open. */
  static long open(Transaction tx, StageName crawler) {
    return ProposalRows.countOpen(tx, crawler);
  }

  /**
   * One of them, with what it says.
   *
   * @throws NotFound {@link PipelinesError#PROPOSAL_NOT_FOUND}
   */
  ObjectNode show(Caller caller, String id) {
    Proposal proposal = require(caller, id);
    return proposal.toFullJson().put("remedy", isGit(proposal) ? inGit(proposal) : byHand(id));
  }

  private static boolean isGit(Proposal proposal) {
    return proposal.isOpen() && proposal.content().declared();
  }

  private static String byHand(String id) {
    return "hosu crawlers apply %s".formatted(id);
  }

  /**
   * Has the table become what a proposal says, and the objects loaded that did not fit. A table
   * that a lake project declares must be that already.
   *
   * @throws Conflict {@link PipelinesError#PROPOSAL_DECIDED}, {@link
   *     PipelinesError#PROPOSAL_IN_GIT}
   * @throws Invalid when the contract of the table refuses it
   */
  ObjectNode apply(Caller caller, String id) {
    Proposal proposal = requireOpen(caller, id);
    work.policy().require(caller, Permission.ALTER, Resource.of(proposal.content().target()));
    LakeTable table = work.tables().require(proposal.content().target());
    List<SqlColumn> columns =
        proposal.content().columns().stream()
            .filter(column -> !Deviations.steps(table, List.of(column)).isEmpty())
            .toList();
    if (!columns.isEmpty() && declared.declares(table.name())) {
      throw new Conflict(
          PipelinesError.PROPOSAL_IN_GIT,
          "Table %s is declared by a lake project, and is changed there.".formatted(table.name()),
          inGit(proposal));
    }
    List<TableChange> changes =
        columns.isEmpty()
            ? List.of()
            : List.of(new TableChange.Define(ColumnDrift.compatible(table, columns)));
    CommitContext context = CommitContext.of(caller.principal().name());
    try (PreparedCommit commit = work.tables().prepare(context, changes)) {
      return parts
          .database()
          .write(tx -> {
            caller.trail().keepIn(tx);
            commit.publish(tx);
            resume(tx, proposal, caller);
            return decided(tx, caller, proposal, Proposal.Status.APPLIED, "");
          });
    }
  }

  private static String inGit(Proposal proposal) {
    return "In the folder of the project: hosu crawlers diff %1$s | git apply; commit it;"
        + " hosu apply; then: hosu crawlers apply %1$s".formatted(proposal.id());
  }

  /**
   * Refuses a proposal: the same is not proposed again.
   *
   * @throws Conflict {@link PipelinesError#PROPOSAL_DECIDED}
   */
  ObjectNode refuse(Caller caller, String id, String why) {
    Proposal proposal = requireOpen(caller, id);
    work.policy().require(caller, Permission.ALTER, Resource.of(proposal.content().target()));
    return parts
        .database()
        .write(tx -> {
          caller.trail().keepIn(tx);
          return decided(tx, caller, proposal, Proposal.Status.REFUSED, why);
        });
  }

  private ObjectNode decided(
      Transaction tx, Caller caller, Proposal proposal, Proposal.Status status, String why) {
    if (ProposalRows.find(tx, proposal.id()).filter(Proposal::isOpen).isEmpty()) {
      throw alreadyDecided(proposal.id());
    }
    proposing.decide(tx, proposal, status, caller.principal().toString(), why);
    return ProposalRows.find(tx, proposal.id()).orElseThrow().toJson();
  }

  /** What did not fit the table is loaded now. */
  private void resume(Transaction tx, Proposal proposal, Caller caller) {
    Optional<StageSpec> crawler =
        stages.find(tx, proposal.crawler()).filter(it -> it.running().enabled());
    if (crawler.isEmpty()) {
      return;
    }
    if (crawler.get().transform() instanceof Transform.Crawl crawl
        && crawl.load() == Transform.Crawl.Load.IN_PLACE) {
      stages.crawlers().startAgain(tx, proposal.crawler());
      return;
    }
    StageName loading = Loading.stageFor(proposal.content().target());
    proposal
        .content()
        .stage()
        .filter(stage -> stages.find(tx, stage.name()).isPresent())
        .ifPresent(stage -> stages.put(tx, stage));
    Unfitting.putBack(tx, new DeadLetters(parts.queues()), loading, caller.principal().toString());
  }

  private Proposal requireOpen(Caller caller, String id) {
    Proposal proposal = require(caller, id);
    if (!proposal.isOpen()) {
      throw alreadyDecided(id);
    }
    return proposal;
  }

  private static Conflict alreadyDecided(String id) {
    return new Conflict(
        PipelinesError.PROPOSAL_DECIDED,
        "Proposal %s is not open any more.".formatted(id),
        "See what became of it with: hosu crawlers proposal " + id);
  }

  private Proposal require(Caller caller, String id) {
    return parts
        .database()
        .read(tx -> ProposalRows.find(tx, id))
        .filter(one -> isSeen(caller, one))
        .orElseThrow(() ->
            new NotFound(
                PipelinesError.PROPOSAL_NOT_FOUND,
                "There is no proposal '%s'.".formatted(id),
                "See those that there are with: hosu crawlers proposals"));
  }

  private boolean isSeen(Caller caller, Proposal proposal) {
    Rights rights = work.policy().rights();
    TableName table = proposal.content().target();
    Resource crawler =
        new Resource.Pipeline(proposal.crawler().domain(), proposal.crawler().pipeline());
    return rights.visible(caller.principal(), crawler)
        && seesColumns(rights, work.tables(), caller, table)
        && proposal.content().columns().stream()
            .allMatch(column -> seesColumn(rights, caller, table, column));
  }

  /** Whether the caller sees all columns of a table: a proposal tells of all of them. */
  static boolean seesColumns(Rights rights, Tables tables, Caller caller, TableName table) {
    return tables
        .find(table)
        .map(it ->
            it.columns().stream().allMatch(column -> seesColumn(rights, caller, table, column)))
        .orElseGet(() ->
            rights.decide(caller.principal(), Permission.ALTER, Resource.of(table))
                instanceof Decision.Allowed);
  }

  private static boolean seesColumn(
      Rights rights, Caller caller, TableName table, SqlColumn column) {
    return rights.visible(caller.principal(), new Resource.Column(table, column.name()));
  }
}
