package io.hosu.pipelines.crawl;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.StageSpec;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import io.hosu.tables.SqlColumn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The proposals of crawlers in the state database. */
final class ProposalRows {
  private ProposalRows() {}

  static void insert(Transaction tx, Proposal proposal) {
    Proposal.Content content = proposal.content();
    tx.update(
        """
        INSERT INTO crawler_proposals (id, crawler, target, status, fingerprint, changes, stage,
          declared, diff, execution, made_at, decided_by, decided_at, why)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', NULL, '')\
        """,
        proposal.id(),
        proposal.crawler().toString(),
        content.target().toString(),
        proposal.decision().status().name(),
        content.fingerprint(),
        content.changesJson(),
        content.stage().map(stage -> Json.print(stage.toJson())).orElse(""),
        content.declared() ? 1 : 0,
        content.diff(),
        proposal.execution(),
        proposal.madeAt());
  }

  static void decide(Transaction tx, String id, Proposal.Decision decision) {
    tx.update(
        "UPDATE crawler_proposals SET status = ?, decided_by = ?, decided_at = ?, why = ? WHERE id ="
            + " ?",
        decision.status().name(),
        decision.by(),
        decision.at(),
        decision.why(),
        id);
  }

  static Optional<Proposal> find(Transaction tx, String id) {
    return tx.find("SELECT * FROM crawler_proposals WHERE id = ?", ProposalRows::view, id);
  }

  /** The open one of a crawler for a table. */
  static Optional<Proposal> open(Transaction tx, StageName crawler, TableName target) {
    return tx.find(
        "SELECT * FROM crawler_proposals WHERE crawler = ? AND status = 'OPEN' AND target = ?",
        ProposalRows::view,
        crawler.toString(),
        target.toString());
  }

  /** Whether somebody refused the same. */
  static boolean isRefused(Transaction tx, StageName crawler, Proposal.Content content) {
    return tx.find(
            "SELECT id FROM crawler_proposals WHERE crawler = ? AND status = 'REFUSED' AND"
                + " fingerprint = ? LIMIT 1",
            row -> row.text("id"),
            crawler.toString(),
            content.fingerprint())
        .isPresent();
  }

  static long countOpen(Transaction tx, StageName crawler) {
    return tx.find(
            "SELECT count(*) AS n FROM crawler_proposals WHERE crawler = ? AND status = 'OPEN'",
            row -> row.number("n"),
            crawler.toString())
        .orElse(0L);
  }

  /** Those older than {@code before}, the newest first. */
  static List<Proposal> list(Transaction tx, String before) {
    return before.isEmpty()
        ? tx.list("SELECT * FROM crawler_proposals ORDER BY id DESC", ProposalRows::view)
        : tx.list(
            "SELECT * FROM crawler_proposals WHERE id < ? ORDER BY id DESC",
            ProposalRows::view,
            before);
  }

  private static Proposal view(Row row) {
    List<Proposal.Change> changes = new ArrayList<>();
    for (JsonNode change : Json.parse(row.text("changes"))) {
      changes.add(
          new Proposal.Change(
              new SqlColumn(change.path("column").asText(), change.path("type").asText()),
              change.path("change").asText()));
    }
    Instant decidedAt = row.optionalInstant("decided_at").orElse(null);
    return new Proposal(
        row.text("id"),
        StageName.parse(row.text("crawler")),
        new Proposal.Content(
            TableName.parse(row.text("target")),
            changes,
            Optional.of(row.text("stage"))
                .filter(text -> !text.isEmpty())
                .map(text -> StageSpec.fromJson(Json.parse(text))),
            row.number("declared") == 1,
            row.text("diff")),
        row.text("execution"),
        row.instant("made_at"),
        new Proposal.Decision(
            Proposal.Status.valueOf(row.text("status")),
            row.text("decided_by"),
            decidedAt,
            row.text("why")));
  }
}
