package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.query.ColumnFlow;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A run event of OpenLineage as another system tells it.
 *
 * @param type what it says of the run; empty: nothing
 * @param time when that was
 * @param run the id of the run
 * @param job whose run it is
 */
record OutsideRun(
    String type, Instant time, String run, Named job, List<Dataset> inputs, List<Dataset> outputs) {
  private static final Set<String> TYPES =
      Set.of("START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER");
  private static final int MOST_DATASETS = 1000;
  private static final int MOST_FIELDS = 5000;
  private static final int LONGEST_NAME = 500;

  OutsideRun {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** What a system calls something, within a namespace. */
  record Named(String namespace, String name) {
    @Override
    public String toString() {
      return namespace + "/" + name;
    }
  }

  /**
   * What a run read or wrote.
   *
   * @param at the field of the event that has it
   * @param links what else it is called
   * @param columns of an output, which of its columns come from which; none: nothing is said
   */
  record Dataset(String at, Named named, List<Named> links, List<Field> columns) {
    Dataset {
      links = List.copyOf(links);
      columns = List.copyOf(columns);
    }
  }

  /**
   * That a column of an output comes from one of an input.
   *
   * @param to its name, or {@link ColumnEdge#ALL}
   */
  record Field(Named from, String column, String to, ColumnFlow flow) {}

  /** Whether what it names was read and written, or is while it goes on. */
  boolean isDone() {
    return type.equals("COMPLETE") || type.equals("RUNNING");
  }

  /**
   * Reads an event.
   *
   * @throws Invalid {@link PipelinesError#OPENLINEAGE_INVALID} naming the field that is wrong
   */
  static OutsideRun of(JsonNode event) {
    requireObject(event, "the event");
    if (!event.has("run") && (event.has("dataset") || event.has("job"))) {
      throw wrong("run", "is missing: only run events are taken, not those of jobs or datasets");
    }
    JsonNode run = requireObject(event.path("run"), "run");
    JsonNode job = requireObject(event.path("job"), "job");
    uri(event, "producer", "producer");
    uri(event, "schemaURL", "schemaURL");
    facets(run.path("facets"), "run.facets");
    facets(job.path("facets"), "job.facets");
    return new OutsideRun(
        type(event),
        time(event),
        id(run),
        named(job, "job"),
        datasets(event, "inputs"),
        datasets(event, "outputs"));
  }

  private static String type(JsonNode event) {
    JsonNode type = event.path("eventType");
    if (type.isMissingNode()) {
      return "";
    }
    if (!TYPES.contains(type.asText())) {
      throw wrong("eventType", "is none of START, RUNNING, COMPLETE, ABORT, FAIL and OTHER");
    }
    return type.asText();
  }

  private static Instant time(JsonNode event) {
    try {
      return OffsetDateTime.parse(text(event, "eventTime", "eventTime")).toInstant();
    } catch (DateTimeException e) {
      throw wrong("eventTime", "is no time with a zone, such as 2026-01-31T12:00:00Z");
    }
  }

  private static String id(JsonNode run) {
    String id = text(run, "runId", "run.runId");
    try {
      return UUID.fromString(id).toString();
    } catch (IllegalArgumentException e) {
      throw wrong("run.runId", "is no UUID");
    }
  }

  private static List<Dataset> datasets(JsonNode event, String field) {
    JsonNode list = array(event.path(field), field, MOST_DATASETS);
    List<Dataset> all = new ArrayList<>();
    for (JsonNode dataset : list) {
      String at = "%s[%d]".formatted(field, all.size());
      requireObject(dataset, at);
      JsonNode facets = facets(dataset.path("facets"), at + ".facets");
      facets(dataset.path("inputFacets"), at + ".inputFacets");
      facets(dataset.path("outputFacets"), at + ".outputFacets");
      all.add(new Dataset(at, named(dataset, at), links(facets, at), columns(facets, at)));
    }
    return all;
  }

  private static List<Named> links(JsonNode facets, String at) {
    String field = at + ".facets.symlinks.identifiers";
    List<Named> all = new ArrayList<>();
    for (JsonNode link : array(facets.at("/symlinks/identifiers"), field, MOST_DATASETS)) {
      String one = "%s[%d]".formatted(field, all.size());
      all.add(named(requireObject(link, one), one));
    }
    return all;
  }

  private static List<Field> columns(JsonNode facets, String at) {
    JsonNode facet = facets.path("columnLineage");
    String place = at + ".facets.columnLineage";
    List<Field> all = new ArrayList<>();
    if (!facet.isMissingNode()) {
      String fields = place + ".fields";
      requireObject(facet.path("fields"), fields)
          .properties()
          .forEach(column -> {
            String its = "%s.%s".formatted(fields, column.getKey());
            requireObject(column.getValue(), its);
            requireLength(column.getKey(), its);
            addFields(
                all, column.getValue().path("inputFields"), column.getKey(), its + ".inputFields");
          });
      addFields(all, facet.path("dataset"), ColumnEdge.ALL, place + ".dataset");
    }
    return all;
  }

  private static void addFields(List<Field> all, JsonNode inputs, String to, String at) {
    int i = 0;
    for (JsonNode input : array(inputs, at, MOST_FIELDS)) {
      String one = "%s[%d]".formatted(at, i++);
      Named from = named(requireObject(input, one), one);
      all.add(new Field(from, text(input, "field", one + ".field"), to, flow(input)));
      if (all.size() > MOST_FIELDS) {
        throw wrong(at, "has more than %d fields".formatted(MOST_FIELDS));
      }
    }
  }

  private static ColumnFlow flow(JsonNode input) {
    JsonNode how = input.path("transformations").path(0);
    return switch (how.path("subtype").asText()) {
      case "IDENTITY" -> ColumnFlow.DIRECT;
      case "TRANSFORMATION" -> ColumnFlow.DERIVED;
      case "AGGREGATION" -> ColumnFlow.AGGREGATED;
      case "CONDITIONAL" -> ColumnFlow.CONDITION;
      case "GROUP_BY" -> ColumnFlow.GROUP;
      case "FILTER" -> ColumnFlow.FILTER;
      case "JOIN" -> ColumnFlow.JOIN;
      case "SORT" -> ColumnFlow.SORT;
      case "WINDOW" -> ColumnFlow.WINDOW;
      default -> ColumnFlow.UNKNOWN;
    };
  }

  private static Named named(JsonNode json, String at) {
    return new Named(text(json, "namespace", at + ".namespace"), text(json, "name", at + ".name"));
  }

  /** Each must say who made it, and as which version of which facet. */
  private static JsonNode facets(JsonNode facets, String at) {
    if (!facets.isMissingNode() && !facets.isNull()) {
      requireObject(facets, at);
      facets
          .properties()
          .forEach(facet -> {
            String its = "%s.%s".formatted(at, facet.getKey());
            requireObject(facet.getValue(), its);
            uri(facet.getValue(), "_producer", its + "._producer");
            uri(facet.getValue(), "_schemaURL", its + "._schemaURL");
          });
    }
    return facets;
  }

  private static JsonNode requireObject(JsonNode json, String at) {
    if (!json.isObject()) {
      throw wrong(at, json.isMissingNode() ? "is missing" : "is no JSON object");
    }
    return json;
  }

  private static JsonNode array(JsonNode json, String at, int most) {
    if (!json.isMissingNode() && !json.isNull() && !json.isArray()) {
      throw wrong(at, "is no list");
    }
    if (json.size() > most) {
      throw wrong(at, "has more than %d elements".formatted(most));
    }
    return json;
  }

  private static String text(JsonNode json, String field, String at) {
    JsonNode value = json.path(field);
    if (!value.isTextual() || value.asText().isEmpty()) {
      throw wrong(at, value.isMissingNode() ? "is missing" : "is no text");
    }
    requireLength(value.asText(), at);
    return value.asText();
  }

  private static void requireLength(String text, String at) {
    if (text.length() > LONGEST_NAME) {
      throw wrong(at, "is longer than %d characters".formatted(LONGEST_NAME));
    }
  }

  private static void uri(JsonNode json, String field, String at) {
    String value = text(json, field, at);
    try {
      URI.create(value);
    } catch (IllegalArgumentException e) {
      throw wrong(at, "is no URI");
    }
  }

  private static Invalid wrong(String field, String what) {
    return new Invalid(
        PipelinesError.OPENLINEAGE_INVALID,
        "The run event cannot be read: %s %s.".formatted(field, what),
        "Send run events as OpenLineage 2-0-2 has them: https://openlineage.io/spec/2-0-2/OpenLineage.json");
  }
}
