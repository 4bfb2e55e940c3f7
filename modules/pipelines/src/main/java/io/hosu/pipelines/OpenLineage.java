package io.hosu.pipelines;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import io.hosu.query.ColumnFlow;
import io.hosu.tables.SqlColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.UUID;

/** An execution as run events of OpenLineage 2-0-2. */
final class OpenLineage {
  static final String NAMESPACE = "hosu";
  private static final String PRODUCER = "urn:hosu";
  private static final String SPEC = "https://openlineage.io/spec/";
  private static final Map<String, String> ENDED =
      Map.of("SUCCEEDED", "COMPLETE", "FAILED", "FAIL", "CANCELLED", "ABORT");

  private final JsonNode execution;

  /** Of an execution as the API shows it to who asks. */
  OpenLineage(JsonNode execution) {
    this.execution = execution;
  }

  /**
   * A table that was written, as who asks may know it.
   *
   * @param edges into its columns
   */
  record Written(List<SqlColumn> columns, SortedSet<ColumnEdge> edges) {}

  /** Its beginning and its end, as far as they have been. */
  List<ObjectNode> events(Map<String, Written> written) {
    List<ObjectNode> events = new ArrayList<>();
    if (execution.hasNonNull("started_at")) {
      events.add(event("START", "started_at", written));
    }
    String ended = ENDED.get(execution.path("status").asText());
    if (ended != null && execution.hasNonNull("ended_at")) {
      events.add(event(ended, "ended_at", written));
    }
    return events;
  }

  private ObjectNode event(String type, String time, Map<String, Written> written) {
    ObjectNode event = Json.object();
    event.put("eventType", type);
    event.put("eventTime", execution.path(time).asText());
    event.put("producer", PRODUCER);
    event.put("schemaURL", SPEC + "2-0-2/OpenLineage.json#/$defs/RunEvent");
    ObjectNode run = event.putObject("run");
    String id = execution.path("id").asText();
    run.put("runId", UUID.nameUUIDFromBytes(id.getBytes(UTF_8)).toString());
    ObjectNode facets = run.putObject("facets");
    if (type.equals("FAIL") && execution.hasNonNull("cause")) {
      facet(facets, "errorMessage", "facets/1-0-1/ErrorMessageRunFacet.json")
          .put("message", execution.path("cause").asText())
          .put("programmingLanguage", "SQL");
    }
    event.putObject("job").put("namespace", NAMESPACE).put("name", stage());
    inputs(event.putArray("inputs"));
    outputs(event.putArray("outputs"), written);
    return event;
  }

  private String stage() {
    return "%s.%s.%s"
        .formatted(
            execution.path("domain").asText(),
            execution.path("pipeline").asText(),
            execution.path("stage").asText());
  }

  private void inputs(ArrayNode inputs) {
    for (JsonNode input : execution.path("inputs")) {
      String name = input.path("name").asText();
      ObjectNode dataset =
          switch (input.path("kind").asText()) {
            case "table" -> table(name);
            case "event" -> event(name);
            default -> object(name);
          };
      String version = input.path("version").asText();
      if (!version.isEmpty()) {
        facet(
                dataset.putObject("facets"),
                "version",
                "facets/1-0-1/DatasetVersionDatasetFacet.json")
            .put("datasetVersion", version);
      }
      inputs.add(dataset);
    }
  }

  private static ObjectNode table(String name) {
    return Json.object().put("namespace", NAMESPACE).put("name", name);
  }

  private static ObjectNode event(String name) {
    return Json.object().put("namespace", NAMESPACE + "/events").put("name", name);
  }

  private static ObjectNode object(String name) {
    int slash = Math.max(0, name.indexOf('/'));
    return Json.object()
        .put("namespace", "s3://" + name.substring(0, slash))
        .put("name", name.substring(slash == 0 ? 0 : slash + 1));
  }

  private void outputs(ArrayNode outputs, Map<String, Written> written) {
    for (JsonNode output : execution.path("outputs")) {
      ObjectNode dataset = table(output.path("table").asText());
      Written its = written.get(output.path("table").asText());
      if (its != null) {
        ObjectNode facets = dataset.putObject("facets");
        ArrayNode fields =
            facet(facets, "schema", "facets/1-1-1/SchemaDatasetFacet.json").putArray("fields");
        its.columns()
            .forEach(one -> fields.addObject().put("name", one.name()).put("type", one.type()));
        columns(facet(facets, "columnLineage", "facets/1-2-0/ColumnLineageDatasetFacet.json"), its);
      }
      outputs.add(dataset);
    }
  }

  private static void columns(ObjectNode facet, Written written) {
    ObjectNode fields = facet.putObject("fields");
    ArrayNode all = facet.putArray("dataset");
    for (ColumnEdge edge : written.edges()) {
      ArrayNode into =
          edge.to().column().equals(ColumnEdge.ALL)
              ? all
              : fields.withObjectProperty(edge.to().column()).withArrayProperty("inputFields");
      ObjectNode from =
          switch (edge.from().kind()) {
            case TABLE -> table(edge.from().name());
            case OBJECTS -> object(edge.from().name());
            case EVENTS -> event(edge.from().name());
          };
      from.put("field", edge.from().column());
      from.putArray("transformations").add(transformation(edge.flow()));
      into.add(from);
    }
  }

  private static ObjectNode transformation(ColumnFlow flow) {
    String subtype =
        switch (flow) {
          case DIRECT -> "IDENTITY";
          case DERIVED, UNKNOWN -> "TRANSFORMATION";
          case AGGREGATED -> "AGGREGATION";
          case CONDITION -> "CONDITIONAL";
          case GROUP -> "GROUP_BY";
          case FILTER, JOIN, SORT, WINDOW -> flow.name();
        };
    return Json.object()
        .put("type", flow.carriesValue() ? "DIRECT" : "INDIRECT")
        .put("subtype", subtype)
        .put("description", flow == ColumnFlow.UNKNOWN ? "The SQL does not tell how." : "")
        .put("masking", false);
  }

  private static ObjectNode facet(ObjectNode facets, String name, String schema) {
    return facets.putObject(name).put("_producer", PRODUCER).put("_schemaURL", SPEC + schema);
  }
}
