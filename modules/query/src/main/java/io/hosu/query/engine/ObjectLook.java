package io.hosu.query.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a look at one object showed: how it is written, its columns, and what their values are.
 *
 * @param object its name, {@code LAYER/KEY}
 * @param form how it is written; null when it cannot be read
 * @param columns what each column holds, by name, in their order
 * @param records how many records were looked at; of Parquet, how many there are
 * @param whole whether these are all that it has
 * @param oddities what some records are, beside what they should be; may be empty
 * @param problem why it cannot be read; empty when it can
 */
public record ObjectLook(
    String object,
    @Nullable Form form,
    Map<String, Tally> columns,
    long records,
    boolean whole,
    String oddities,
    String problem) {

  /**
   * How an object is written.
   *
   * @param format what it is
   * @param delimiter what stands between fields; empty for other formats than delimited text
   * @param quote what stands around fields; empty for other formats than delimited text
   * @param header whether the first line names the columns
   * @param encoding the character set of a text; empty for UTF-8 and where a mark tells it; {@code
   *     us-ascii} where all characters are the same in nearly all of them
   */
  public record Form(
      FileFormat format, String delimiter, String quote, boolean header, String encoding) {
    /** Something that is no delimited text. */
    public static Form of(FileFormat format, String encoding) {
      return new Form(format, "", "", false, encoding);
    }
  }

  /** One that cannot be read. */
  public static ObjectLook unreadable(String object, String problem) {
    return new ObjectLook(object, null, Map.of(), 0, true, "", problem);
  }

  /** One in which there is nothing. */
  public boolean isEmpty() {
    return problem.isEmpty() && form == null;
  }

  /** How it is written; empty when it is empty or cannot be read. */
  public Optional<Form> read() {
    return Optional.ofNullable(form);
  }

  /** In the form in which an engine tells it. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("object", object);
    Form its = form;
    if (its != null) {
      json.put("format", its.format().name()).put("delimiter", its.delimiter());
      json.put("quote", its.quote()).put("header", its.header()).put("encoding", its.encoding());
    }
    ObjectNode all = json.putObject("columns");
    columns.forEach((name, tally) -> all.set(name, tally.toJson()));
    return json.put("records", records)
        .put("whole", whole)
        .put("oddities", oddities)
        .put("problem", problem);
  }

  /** Reads {@link #toJson}. */
  public static ObjectLook fromJson(JsonNode json) {
    String object = json.path("object").asText();
    Map<String, Tally> columns = new LinkedHashMap<>();
    json.path("columns")
        .properties()
        .forEach(e -> columns.put(e.getKey(), Tally.fromJson(e.getValue(), object)));
    Form form =
        json.has("format")
            ? new Form(
                FileFormat.valueOf(json.path("format").asText()),
                json.path("delimiter").asText(),
                json.path("quote").asText(),
                json.path("header").asBoolean(),
                json.path("encoding").asText())
            : null;
    return new ObjectLook(
        object,
        form,
        columns,
        json.path("records").asLong(),
        json.path("whole").asBoolean(),
        json.path("oddities").asText(),
        json.path("problem").asText());
  }
}
