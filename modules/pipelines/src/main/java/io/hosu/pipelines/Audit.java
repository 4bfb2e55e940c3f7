package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Durations;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is asked of the outcome of a stage's executions before it is published: write, audit,
 * publish.
 *
 * @param rules which all must hold; none: it is published at once
 * @param keep how long a state that broke a rule can be read
 */
public record Audit(List<AuditRule> rules, Duration keep) {
  /** A state that broke a rule can be read for a week. */
  public static final Duration STANDARD_KEEP = Duration.ofDays(7);

  /** Nothing is asked. */
  public static final Audit NONE = new Audit(List.of(), STANDARD_KEEP);

  public Audit {
    rules = List.copyOf(rules);
    Set<String> names = new HashSet<>();
    for (AuditRule rule : rules) {
      if (!names.add(rule.name())) {
        throw StageSpec.invalid(
            "Two rules of a stage are called '%s'.".formatted(rule.name()),
            "Give each a name of its own.");
      }
    }
    if (!keep.isPositive()) {
      throw StageSpec.invalid(
          "What rules reject cannot be kept for %s.".formatted(Durations.print(keep)),
          "Let keep_rejected be longer than 0s.");
    }
  }

  /** Whether anything is asked. */
  public boolean isAny() {
    return !rules.isEmpty();
  }

  /** The tables that the rules name. */
  Set<TableName> reads() {
    Set<TableName> all = new TreeSet<>();
    rules.forEach(rule -> all.addAll(rule.reads()));
    return all;
  }

  ObjectNode toJson() {
    ObjectNode json = Json.object();
    ArrayNode array = json.putArray("rules");
    rules.forEach(rule -> array.add(rule.toJson()));
    return json.put("keep_rejected", Durations.print(keep));
  }

  static Audit fromJson(JsonNode json) {
    return new Audit(
        json.path("rules").valueStream().map(AuditRule::fromJson).toList(),
        Durations.parse(StageJson.text(json, "keep_rejected")));
  }
}
