package io.hosu.pipelines.crawl;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.kernel.Sha256;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.StageSpec;
import io.hosu.tables.SqlColumn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is to become of a table that objects do not fit, as a crawler proposes it.
 *
 * @param crawler who proposes it
 * @param content what it proposes
 * @param execution which looked at the objects
 * @param decision what became of it
 */
record Proposal(
    String id,
    StageName crawler,
    Content content,
    String execution,
    Instant madeAt,
    Decision decision) {

  /** Where it stands. */
  enum Status {
    /** Somebody has to decide. */
    OPEN,
    /** The table and its stage are as it says. */
    APPLIED,
    /** Somebody refused it; the same is not proposed again. */
    REFUSED,
    /** A later one says what it said, and more. */
    SUPERSEDED
  }

  /**
   * What became of it.
   *
   * @param by who decided; empty while nobody did
   * @param at when; null while nobody did
   */
  record Decision(Status status, String by, @Nullable Instant at, String why) {
    static final Decision NONE = new Decision(Status.OPEN, "", null, "");
  }

  /**
   * What is proposed.
   *
   * @param changes the columns as the table would have them, and what that is, in words
   * @param stage the stage that would load the objects; empty where none would be another one
   * @param declared whether a lake project declares the table, so that it is to be changed there
   * @param diff the same as a change of a lake project
   */
  record Content(
      TableName target,
      List<Change> changes,
      Optional<StageSpec> stage,
      boolean declared,
      String diff) {
    Content {
      changes = List.copyOf(changes);
    }

    List<SqlColumn> columns() {
      return changes.stream().map(Change::column).toList();
    }

    /** What is the same when the same is proposed. */
    String fingerprint() {
      List<String> parts = new ArrayList<>(List.of(target.toString()));
      changes.stream()
          .map(change -> change.column().name() + " " + change.column().type())
          .sorted()
          .forEach(parts::add);
      return Sha256.hex(String.join("\n", parts));
    }

    String changesJson() {
      ArrayNode json = Json.array();
      changes.forEach(change ->
          json.addObject()
              .put("column", change.column().name())
              .put("type", change.column().type())
              .put("change", change.what()));
      return Json.print(json);
    }
  }

  /** A column as it would be, and what that is, in words: {@code add column channel VARCHAR}. */
  record Change(SqlColumn column, String what) {}

  boolean isOpen() {
    return decision.status() == Status.OPEN;
  }

  /** In short. */
  ObjectNode toJson() {
    ObjectNode json = Json.object().put("id", id).put("crawler", crawler.toString());
    json.put("table", content.target().toString()).put("status", decision.status().name());
    ArrayNode changes = json.putArray("changes");
    content
        .changes()
        .forEach(change ->
            changes
                .addObject()
                .put("column", change.column().name())
                .put("type", change.column().type())
                .put("change", change.what()));
    json.put("proposes", String.join("; ", content.changes().stream().map(Change::what).toList()));
    json.put("declared", content.declared()).put("execution", execution);
    json.put("made_at", Instants.print(madeAt));
    Instant at = decision.at();
    json.put("decided_by", at == null ? null : decision.by());
    json.put("decided_at", at == null ? null : Instants.print(at));
    json.put("why", at == null ? null : decision.why());
    return json;
  }

  /** With all that it says. */
  ObjectNode toFullJson() {
    ObjectNode json = toJson();
    content.stage().ifPresent(stage -> json.put("stage", stage.name().toString()));
    return json.put("diff", content.diff());
  }
}
