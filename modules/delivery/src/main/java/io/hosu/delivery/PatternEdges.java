package io.hosu.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.delivery.ProjectDraft.StageDraft;
import io.hosu.events.EventPatterns;
import io.hosu.kernel.Event;
import io.hosu.kernel.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which stages start which by event patterns: the events that each stage will send, as far as they
 * are known before they are sent, are tried on every pattern.
 */
final class PatternEdges {
  private static final String PIPELINES = "hosu.pipelines";
  private static final String CATALOG = "hosu.catalog";

  private static final String SUCCEEDED = "Execution Succeeded";
  private static final String FAILED = "Execution Failed";

  private static final List<String> OF_STAGES =
      List.of(
          SUCCEEDED,
          FAILED,
          "Execution Cancelled",
          "Execution Rolled Back",
          "Stage Recovered",
          "Stage Paused",
          "Stage Draining",
          "Stage Resumed",
          "Circuit Opened",
          "Circuit Closed");

  private static final String COMMITTED = "Table Committed";
  private static final List<String> OF_TABLES =
      List.of("Table Created", COMMITTED, "Table Rolled Back", "Table Renamed", "Table Dropped");

  /** What events have and nobody knows before. */
  private static final Set<String> UNKNOWN =
      Set.of(
          "id",
          "time",
          "execution",
          "attempt",
          "rows_in",
          "rows_out",
          "rows_rejected",
          "cause_code",
          "cause",
          "remedy",
          "object",
          "line",
          "sample",
          "by",
          "why",
          "circuit",
          "rolled_back_by",
          "failing_since",
          "failing_code",
          "failed_execution",
          "snapshot",
          "operation",
          "added_rows",
          "removed_rows",
          "total_rows",
          "added_files",
          "removed_files");

  private final ProjectDraft draft;
  private final Map<String, List<StageDraft>> byDomain = new HashMap<>();

  PatternEdges(ProjectDraft draft) {
    this.draft = draft;
    draft.stages.forEach(stage ->
        byDomain.computeIfAbsent(stage.name().domain(), _ -> new ArrayList<>()).add(stage));
  }

  /**
   * The stages that start {@code stage} whenever they succeed, and itself when it also takes its
   * own failures: no value decides.
   */
  List<StageDraft> startersFor(StageDraft stage) {
    return pattern(stage)
        .filter(PatternEdges::mayNameTheHouse)
        .filter(pattern -> reduced(pattern).equals(pattern))
        .map(pattern -> senders(stage, pattern, true))
        .orElse(List.of());
  }

  /** The stages one of whose events may start {@code stage}. */
  List<StageDraft> mayBeStartedBy(StageDraft stage) {
    return pattern(stage).map(reduced -> senders(stage, reduced(reduced), false)).orElse(List.of());
  }

  /** Whether a pattern takes events of stages and tables alone, of kinds that are known here. */
  static boolean isOfStagesAlone(StageDraft stage) {
    return pattern(stage)
        .filter(pattern ->
            isAmong(pattern.path("source"), List.of(PIPELINES, CATALOG))
                && isAmong(
                    pattern.path("detail-type"),
                    Stream.concat(OF_STAGES.stream(), OF_TABLES.stream()).toList()))
        .isPresent();
  }

  /** Whether a table that a dataset declares sends an event that starts {@code stage}. */
  boolean mayBeStartedByDeclaredTable(StageDraft stage) {
    Predicate<Event> takes = pattern(stage).map(PatternEdges::taking).orElse(_ -> false);
    return draft.tables.stream()
        .filter(table -> table.name().domain().equals(stage.name().domain()))
        .anyMatch(table ->
            OF_TABLES.stream()
                .map(type -> ofTable(type, table.name().domain(), table.name().toString()))
                .anyMatch(takes));
  }

  private static Optional<ObjectNode> pattern(StageDraft stage) {
    return stage
        .yaml()
        .mapping("on")
        .flatMap(on -> on.mapping("pattern"))
        .map(YamlValue::toJson)
        .flatMap(json -> json instanceof ObjectNode it ? Optional.of(it) : Optional.empty())
        .filter(pattern -> EventPatternCheck.problem(pattern).isEmpty());
  }

  private static boolean isAmong(JsonNode values, List<String> known) {
    return values.isArray()
        && !values.isEmpty()
        && values.valueStream().allMatch(one -> one.isTextual() && known.contains(one.asText()));
  }

  /** Most patterns name the source of somebody else. */
  private static boolean mayNameTheHouse(JsonNode pattern) {
    JsonNode source = pattern.path("source");
    return !source.isArray()
        || source
            .valueStream()
            .anyMatch(one -> !one.isTextual() || one.asText().startsWith("hosu."));
  }

  private List<StageDraft> senders(StageDraft stage, ObjectNode pattern, boolean always) {
    Predicate<Event> takes = taking(pattern);
    return byDomain.getOrDefault(stage.name().domain(), List.of()).stream()
        .filter(from -> (always ? ends(from, stage) : events(from)).anyMatch(takes))
        .toList();
  }

  private static Predicate<Event> taking(ObjectNode pattern) {
    ObjectNode known = reduced(pattern);
    return known.isEmpty() ? _ -> true : EventPatterns.taking(known);
  }

  /** What comes of an execution that succeeds, or fails of what it does itself. */
  private static Stream<Event> ends(StageDraft from, StageDraft to) {
    List<String> ends = from.equals(to) ? List.of(SUCCEEDED, FAILED) : List.of(SUCCEEDED);
    return events(from, ends, List.of(COMMITTED));
  }

  private static Stream<Event> events(StageDraft from) {
    return events(from, OF_STAGES, OF_TABLES);
  }

  private static Stream<Event> events(StageDraft from, List<String> ofStage, List<String> ofTable) {
    return Stream.concat(
        ofStage.stream().map(type -> ofStage(type, from)),
        from.target().stream()
            .filter(table -> table.domain().equals(from.name().domain()))
            .flatMap(table ->
                ofTable.stream().map(type -> ofTable(type, table.domain(), table.toString()))));
  }

  private static Event ofStage(String type, StageDraft stage) {
    ObjectNode detail = Json.object();
    detail.put("pipeline", stage.name().pipeline()).put("stage", stage.name().stage());
    switch (type) {
      case SUCCEEDED, "Execution Rolled Back" -> detail.put("status", "SUCCEEDED");
      case FAILED -> detail.put("status", "FAILED");
      case "Execution Cancelled" -> detail.put("status", "CANCELLED");
      default -> {}
    }
    return event(PIPELINES, type, stage.name().domain(), stage.name().toString(), detail);
  }

  private static Event ofTable(String type, String domain, String table) {
    return event(CATALOG, type, domain, table, Json.object().put("table", table));
  }

  private static Event event(
      String source, String type, String domain, String about, ObjectNode detail) {
    return new Event("0", source, type, Instant.EPOCH, domain, List.of(about), detail);
  }

  /** The pattern without what it asks about values that nobody knows yet. */
  private static ObjectNode reduced(ObjectNode pattern) {
    ObjectNode known = Json.object();
    pattern
        .properties()
        .forEach(field -> {
          JsonNode value = field.getValue();
          if (field.getKey().equals("$or") && value.isArray()) {
            List<ObjectNode> some =
                value
                    .valueStream()
                    .map(one -> one instanceof ObjectNode it ? reduced(it) : Json.object())
                    .toList();
            if (some.stream().noneMatch(ObjectNode::isEmpty)) {
              known.putArray("$or").addAll(some);
            }
          } else if (value instanceof ObjectNode inner) {
            ObjectNode rest = reduced(inner);
            if (!rest.isEmpty()) {
              known.set(field.getKey(), rest);
            }
          } else if (!UNKNOWN.contains(field.getKey())) {
            known.set(field.getKey(), value);
          }
        });
    return known;
  }
}
