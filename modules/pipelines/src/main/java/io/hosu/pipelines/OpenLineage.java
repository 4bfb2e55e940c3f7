package io.hosu.pipelines;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import io.hosu.query.ColumnFlow;
import io.hosu.tables.SqlColumn;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private final Optional<Parent> parent;

  /** Of an execution as the API shows it to who asks. */
  OpenLineage(JsonNode execution, Optional<Parent> parent) {
    this.execution = execution;
    this.parent = parent;
  }

  /** The execution that another one goes on from. */
  record Parent(String execution, String stage) {}

  /**
   * A table that was written, as who asks may know it, and as the run left it.
   *
   * @param columns none: they are not known
   * @param edges into its columns
   * @param rules what was asked of it before it was published, and whether that held
   */
  record Written(
      List<SqlColumn> columns, SortedSet<ColumnEdge> edges, Map<String, Boolean> rules) {}

  /** Its beginning; empty before that. */
  Optional<ObjectNode> start(Map<String, Written> written) {
    return execution.hasNonNull("started_at")
        ? Optional.of(event("START", "started_at", written))
        : Optional.empty();
  }

  /** Its end; empty before that. */
  Optional<ObjectNode> end(Map<String, Written> written) {
    String ended = ENDED.get(execution.path("status").asText());
    return ended != null && execution.hasNonNull("ended_at")
        ? Optional.of(event(ended, "ended_at", written))
        : Optional.empty();
  }

  private ObjectNode event(String type, String time, Map<String, Written> written) {
    ObjectNode event = Json.object();
    event.put("eventType", type);
    event.put("eventTime", execution.path(time).asText());
    event.put("producer", PRODUCER);
    event.put("schemaURL", SPEC + "2-0-2/OpenLineage.json#/$defs/RunEvent");
    ObjectNode run = event.putObject("run");
    run.put("runId", runId(execution.path("id").asText()));
    ObjectNode facets = run.putObject("facets");
    if (type.equals("FAIL") && execution.hasNonNull("cause")) {
      facet(facets, "errorMessage", "facets/1-0-1/ErrorMessageRunFacet.json")
          .put("message", execution.path("cause").asText())
          .put("programmingLanguage", "SQL");
    }
    parent.ifPresent(its -> parent(facets, its));
    ObjectNode job = event.putObject("job").put("namespace", NAMESPACE).put("name", stage());
    facet(job.putObject("facets"), "jobType", "facets/2-0-3/JobTypeJobFacet.json")
        .put("processingType", "BATCH")
        .put("integration", "HOSU")
        .put("jobType", "STAGE");
    inputs(event.putArray("inputs"));
    outputs(event.putArray("outputs"), written);
    return event;
  }

  private static String runId(String execution) {
    return UUID.nameUUIDFromBytes(execution.getBytes(UTF_8)).toString();
  }

  private static void parent(ObjectNode facets, Parent its) {
    ObjectNode facet = facet(facets, "parent", "facets/1-0-1/ParentRunFacet.json");
    facet.putObject("run").put("runId", runId(its.execution()));
    facet.putObject("job").put("namespace", NAMESPACE).put("name", its.stage());
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
      if (input.path("bytes").asLong() > 0) {
        facet(
                dataset.putObject("inputFacets"),
                "inputStatistics",
                "facets/1-0-0/InputStatisticsInputDatasetFacet.json")
            .put("size", input.path("bytes").asLong());
      }
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
        schema(facets, its);
        columns(facet(facets, "columnLineage", "facets/1-2-0/ColumnLineageDatasetFacet.json"), its);
        rules(facets, its);
      }
      statistics(dataset, output);
      outputs.add(dataset);
    }
  }

  /** Left out where nobody knows any more what it was. */
  private static void schema(ObjectNode facets, Written written) {
    if (!written.columns().isEmpty()) {
      ArrayNode fields =
          facet(facets, "schema", "facets/1-1-1/SchemaDatasetFacet.json").putArray("fields");
      written
          .columns()
          .forEach(one -> fields.addObject().put("name", one.name()).put("type", one.type()));
    }
  }

  private static void rules(ObjectNode facets, Written written) {
    if (!written.rules().isEmpty()) {
      ArrayNode assertions =
          facet(
                  facets,
                  "dataQualityAssertions",
                  "facets/1-0-1/DataQualityAssertionsDatasetFacet.json")
              .putArray("assertions");
      written
          .rules()
          .forEach(
              (rule, held) -> assertions.addObject().put("assertion", rule).put("success", held));
    }
  }

  /** Where it is told how much was written, and the version that it made. */
  private static void statistics(ObjectNode dataset, JsonNode output) {
    String snapshot = output.path("snapshot").asText();
    if (!snapshot.isEmpty()) {
      facet(
              dataset.withObjectProperty("facets"),
              "version",
              "facets/1-0-1/DatasetVersionDatasetFacet.json")
          .put("datasetVersion", snapshot);
    }
    if (output.has("rows")) {
      facet(
              dataset.putObject("outputFacets"),
              "outputStatistics",
              "facets/1-0-2/OutputStatisticsOutputDatasetFacet.json")
          .put("rowCount", output.path("rows").asLong())
          .put("size", output.path("bytes").asLong())
          .put("fileCount", output.path("files").asLong());
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
            case OUTSIDE -> throw new IllegalArgumentException(edge + " is not of a stage");
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
