package io.hosu.query.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the footer of a Parquet file says.
 *
 * @param object the file's name, {@code LAYER/KEY}
 * @param columns its columns, with the types by which every reader of Iceberg tables reads them
 * @param misfits columns that not all of these readers read as the same values, by name: why
 * @param hasIds whether a column bears an id, as in files of tables
 * @param statistics what {@code COPY ... (RETURN_STATS)} would have said of the file
 * @param problem why it cannot be read; empty when it can
 */
public record FileFooter(
    String object,
    List<Column> columns,
    Map<String, String> misfits,
    boolean hasIds,
    JsonNode statistics,
    String problem) {

  /** One that cannot be read. */
  public static FileFooter unreadable(String object, String problem) {
    return new FileFooter(object, List.of(), Map.of(), false, Json.object(), problem);
  }

  /** In the form in which an engine tells it. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("object", object).put("problem", problem);
    ArrayNode all = json.putArray("columns");
    columns.forEach(it -> all.addObject().put("name", it.name()).put("type", it.type()));
    ObjectNode wrong = json.putObject("misfits");
    misfits.forEach(wrong::put);
    json.set("statistics", statistics);
    return json.put("has_ids", hasIds);
  }

  /** Reads {@link #toJson}. */
  public static FileFooter fromJson(JsonNode json) {
    List<Column> columns = new ArrayList<>();
    json.path("columns")
        .forEach(it -> columns.add(new Column(it.path("name").asText(), it.path("type").asText())));
    Map<String, String> misfits = new LinkedHashMap<>();
    json.path("misfits")
        .properties()
        .forEach(it -> misfits.put(it.getKey(), it.getValue().asText()));
    return new FileFooter(
        json.path("object").asText(),
        columns,
        misfits,
        json.path("has_ids").asBoolean(),
        json.path("statistics"),
        json.path("problem").asText());
  }
}
