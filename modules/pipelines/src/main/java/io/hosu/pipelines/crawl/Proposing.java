package io.hosu.pipelines.crawl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.EventLog;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.DriftPolicy;
import io.hosu.pipelines.PipelinesError;
import io.hosu.pipelines.StageSpec;
import io.hosu.store.Transaction;
import io.hosu.tables.LakeTable;
import io.hosu.tables.SchemaStep;
import io.hosu.tables.SqlColumn;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Makes proposals, each once. May be used from any thread. */
final class Proposing {
  private static final String SOURCE = "hosu.pipelines";
  private static final String TEXT = "VARCHAR";

  private final EventLog events;
  private final Ids ids;
  private final InstantSource clock;
  private final DeclaredTables declared;

  Proposing(EventLog events, Ids ids, InstantSource clock, DeclaredTables declared) {
    this.events = events;
    this.ids = ids;
    this.clock = clock;
    this.declared = declared;
  }

  /**
   * A proposal that is ready to be made.
   *
   * @param open the one that it was worked out beside
   */
  record Draft(
      StageName crawler, Proposal.Content content, String execution, Optional<Proposal> open) {}

  /**
   * Works out what is to be proposed: what was found now, beside what is open and still holds.
   *
   * @param stages the stage that loads objects as it is and as it would be; empty where none is
   *     another one
   * @return empty when there is nothing
   */
  Optional<Draft> draft(
      StageName crawler,
      String execution,
      LakeTable table,
      List<SqlColumn> found,
      Optional<Stages> stages,
      Optional<Proposal> open) {
    List<SqlColumn> columns = together(open, found);
    Deviations all = Deviations.of(table, columns, DriftPolicy.NEVER);
    if (all.others().isEmpty()) {
      return Optional.empty();
    }
    List<Proposal.Change> changes =
        all.others().stream()
            .map(column ->
                new Proposal.Change(
                    column,
                    Deviations.steps(table, List.of(column)).stream()
                        .map(SchemaStep::toString)
                        .collect(Collectors.joining(", "))))
            .toList();
    Optional<DeclaredTables.Edit> edit = declared.edited(table.name(), all.others());
    StringBuilder diff = new StringBuilder();
    DeclaredTables.Edit of = edit.orElseGet(() -> DatasetYaml.edit(table, all.others()));
    diff.append(UnifiedDiff.of(of.path(), of.before(), of.after()));
    stages.ifPresent(both -> diff.append(both.diff()));
    return Optional.of(
        new Draft(
            crawler,
            new Proposal.Content(
                table.name(),
                changes,
                stages.map(Stages::after),
                edit.isPresent(),
                diff.toString()),
            execution,
            open));
  }

  /** The stage that loads objects, as it is and as it would be. */
  record Stages(StageSpec before, StageSpec after, String place) {
    String diff() {
      Map<String, String> was = LoadingYaml.of(before, place);
      StringBuilder diff = new StringBuilder();
      LoadingYaml.of(after, place)
          .forEach(
              (path, text) -> diff.append(UnifiedDiff.of(path, was.getOrDefault(path, ""), text)));
      return diff.toString();
    }
  }

  /** Of two types that were found for a column, text takes the values of both. */
  private static List<SqlColumn> together(Optional<Proposal> open, List<SqlColumn> found) {
    Map<String, SqlColumn> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    Map<String, SqlColumn> order = new LinkedHashMap<>();
    List<SqlColumn> both = new ArrayList<>();
    open.ifPresent(proposal -> both.addAll(proposal.content().columns()));
    both.addAll(found);
    for (SqlColumn column : both) {
      SqlColumn other = all.get(column.name());
      SqlColumn joined =
          other == null || other.type().equals(column.type())
              ? column
              : new SqlColumn(other.name(), TEXT);
      all.put(column.name(), joined);
      order.put(joined.name(), joined);
    }
    return List.copyOf(order.values());
  }

  /**
   * Makes a proposal; nothing when it is open already, or somebody refused the same.
   *
   * @throws Conflict when the one that it was worked out beside was decided since
   */
  void propose(Transaction tx, Draft draft) {
    TableName target = draft.content().target();
    Optional<Proposal> open = ProposalRows.open(tx, draft.crawler(), target);
    if (!open.map(Proposal::id).equals(draft.open().map(Proposal::id))) {
      throw new Conflict(
          PipelinesError.PROPOSAL_DECIDED,
          "What was proposed for table %s was decided meanwhile.".formatted(target),
          "Look again.");
    }
    String fingerprint = draft.content().fingerprint();
    boolean known = open.filter(it -> it.content().fingerprint().equals(fingerprint)).isPresent();
    if (known || ProposalRows.isRefused(tx, draft.crawler(), draft.content())) {
      return;
    }
    Proposal made =
        new Proposal(
            ids.next(),
            draft.crawler(),
            draft.content(),
            draft.execution(),
            clock.instant(),
            Proposal.Decision.NONE);
    open.ifPresent(before ->
        ProposalRows.decide(
            tx,
            before.id(),
            new Proposal.Decision(
                Proposal.Status.SUPERSEDED, "", clock.instant(), "By " + made.id())));
    ProposalRows.insert(tx, made);
    tell(tx, made);
  }

  /** Decides a proposal, and tells of it. */
  void decide(Transaction tx, Proposal proposal, Proposal.Status status, String by, String why) {
    Proposal.Decision decision = new Proposal.Decision(status, by, clock.instant(), why);
    ProposalRows.decide(tx, proposal.id(), decision);
    tell(
        tx,
        new Proposal(
            proposal.id(),
            proposal.crawler(),
            proposal.content(),
            proposal.execution(),
            proposal.madeAt(),
            decision));
  }

  private void tell(Transaction tx, Proposal proposal) {
    String type =
        switch (proposal.decision().status()) {
          case OPEN -> "Crawler Proposal Made";
          case APPLIED -> "Crawler Proposal Applied";
          case REFUSED -> "Crawler Proposal Refused";
          case SUPERSEDED -> throw new IllegalStateException("Told by the one that supersedes it.");
        };
    ObjectNode detail = Json.object().put("id", proposal.id());
    detail.put("pipeline", proposal.crawler().pipeline());
    detail.put("stage", proposal.crawler().stage());
    detail.put("crawler", proposal.crawler().toString());
    detail.put("table", proposal.content().target().toString());
    detail.set("changes", proposal.toJson().path("changes"));
    detail.put("execution", proposal.execution());
    if (!proposal.isOpen()) {
      detail.put("by", proposal.decision().by()).put("why", proposal.decision().why());
    }
    events.append(
        tx,
        SOURCE,
        type,
        proposal.crawler().domain(),
        List.of(proposal.crawler().toString(), proposal.content().target().toString()),
        detail);
  }
}
