package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What must be true of the tables of a stage before what an execution made of them is published.
 *
 * @param name what people call it, one of its own in the stage
 * @param severity what becomes of an execution that breaks it
 * @param violations a SELECT of the rows that break it, over the tables as they would be: the rule
 *     holds when there are none
 * @param reads the tables that the SELECT names
 */
public record AuditRule(
    String name, Severity severity, String violations, SortedSet<TableName> reads) {
  public AuditRule {
    reads = Collections.unmodifiableSortedSet(new TreeSet<>(reads));
  }

  /** What becomes of an execution that breaks a rule. */
  public enum Severity {
    /** Nothing of it is published. */
    ERROR,
    /** It is published, and its note tells of the rule. */
    WARNING
  }

  /** A rule whose SELECT names {@code reads}. */
  public static AuditRule of(
      String name, Severity severity, String violations, Collection<TableName> reads) {
    return new AuditRule(name, severity, violations, new TreeSet<>(reads));
  }

  ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("name", name);
    json.put("severity", StageJson.word(severity));
    json.put("violations", violations);
    json.set("reads", StageJson.array(reads.stream().map(TableName::toString).toList()));
    return json;
  }

  static AuditRule fromJson(JsonNode json) {
    return of(
        StageJson.text(json, "name"),
        StageJson.constant(Severity.class, StageJson.text(json, "severity")),
        StageJson.text(json, "violations"),
        StageJson.texts(json, "reads").stream().map(TableName::parse).toList());
  }
}
