package io.hosu.query.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Json;
import io.hosu.kernel.Place;
import io.hosu.query.engine.ReadOptions.Dialect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The JSON of what crosses between server and engine: each value written and read in one place. */
public final class Wire {
  private Wire() {}

  /** A session's request, without its timeout. */
  public static ObjectNode session(SessionRequest request) {
    ObjectNode json = Json.object().put("key", request.key());
    json.set("views", array(request.views(), Wire::view));
    Path output = request.output();
    if (output != null) {
      json.put("output", output.toString());
    }
    Long memory = request.memoryBytes();
    if (memory != null) {
      json.put("memory", memory);
    }
    EngineInput input = request.input();
    if (input != null) {
      json.set("input", input(input));
    }
    return json;
  }

  /** Reads {@link #session}; the timeout stays with the server and is zero here. */
  public static SessionRequest session(JsonNode json) {
    String output = text(json, "output");
    return new SessionRequest(
        json.path("key").asText(),
        list(json.path("views"), Wire::view),
        json.has("input") ? input(json.path("input")) : null,
        output == null ? null : Path.of(output),
        json.has("memory") ? json.path("memory").asLong() : null,
        Duration.ZERO);
  }

  private static ObjectNode view(EngineView view) {
    ObjectNode json = Json.object().put("sql", view.sql());
    json.set("name", texts(view.name()));
    json.set("files", texts(view.files()));
    return json.put("rows", view.rows().name());
  }

  private static EngineView view(JsonNode json) {
    return new EngineView(
        texts(json.path("name")),
        json.path("sql").asText(),
        list(json.path("files"), file -> Path.of(file.asText())),
        EngineView.Rows.valueOf(json.path("rows").asText()));
  }

  private static ObjectNode input(EngineInput input) {
    ObjectNode json = Json.object();
    json.set("files", array(input.files(), Wire::file));
    json.set("options", options(input.options()));
    json.set("hints", array(input.hints(), Wire::hint));
    ObjectNode wanted = json.putObject("wanted");
    input.wanted().forEach(wanted::put);
    return json;
  }

  private static EngineInput input(JsonNode json) {
    return new EngineInput(
        list(json.path("files"), Wire::file),
        options(json.path("options")),
        list(json.path("hints"), Wire::hint),
        textsByName(json.path("wanted")));
  }

  private static Map<String, String> textsByName(JsonNode json) {
    Map<String, String> texts = new LinkedHashMap<>();
    json.properties().forEach(e -> texts.put(e.getKey(), e.getValue().asText()));
    return texts;
  }

  private static ObjectNode file(InputFile file) {
    Path lines = file.lines();
    return Json.object()
        .put("path", file.path().toString())
        .put("object", file.object())
        .put("format", file.format().name())
        .put("compression", file.compression().name())
        .put("version", file.version())
        .put("lines", lines == null ? null : lines.toString());
  }

  private static InputFile file(JsonNode json) {
    String lines = text(json, "lines");
    return new InputFile(
        Path.of(json.path("path").asText()),
        json.path("object").asText(),
        FileFormat.valueOf(json.path("format").asText()),
        Compression.valueOf(json.path("compression").asText()),
        json.path("version").asText(),
        lines == null ? null : Path.of(lines));
  }

  private static ObjectNode options(ReadOptions options) {
    FileFormat format = options.format();
    Dialect dialect = options.dialect();
    ObjectNode json =
        Json.object()
            .put("format", format == null ? null : format.name())
            .put("delimiter", dialect.delimiter())
            .put("quote", dialect.quote())
            .put("escape", dialect.escape())
            .put("header", dialect.header())
            .put("encoding", dialect.encoding())
            .put("null_text", dialect.nullText())
            .put("bad_records", options.badRecords().name())
            .put("max_record_bytes", options.maxRecordBytes())
            .put("sample_rows", options.sampleRows());
    ObjectNode columns = json.putObject("columns");
    options.columns().forEach(columns::put);
    return json;
  }

  private static ReadOptions options(JsonNode json) {
    String format = text(json, "format");
    Dialect dialect =
        new Dialect(
            text(json, "delimiter"),
            text(json, "quote"),
            text(json, "escape"),
            json.path("header").asBoolean(),
            text(json, "encoding"),
            text(json, "null_text"));
    return new ReadOptions(
        format == null ? null : FileFormat.valueOf(format),
        dialect,
        textsByName(json.path("columns")),
        BadRecords.valueOf(json.path("bad_records").asText()),
        json.path("max_record_bytes").asLong(),
        json.path("sample_rows").asInt());
  }

  /** A hint, also in the form in which a server may keep it. */
  public static ObjectNode hint(ReadHint hint) {
    ObjectNode json =
        Json.object().put("format", hint.format().name()).put("delimiter", hint.delimiter());
    json.set("columns", columns(hint.columns()));
    return json;
  }

  /** Reads {@link #hint(ReadHint)}. */
  public static ReadHint hint(JsonNode json) {
    return new ReadHint(
        FileFormat.valueOf(json.path("format").asText()),
        json.path("delimiter").asText(),
        columns(json.path("columns")));
  }

  /** Columns, in order. */
  public static ArrayNode columns(List<Column> columns) {
    return array(
        columns, column -> Json.object().put("name", column.name()).put("type", column.type()));
  }

  /** Reads {@link #columns(List)}. */
  public static List<Column> columns(JsonNode json) {
    return list(
        json, column -> new Column(column.path("name").asText(), column.path("type").asText()));
  }

  /** What reading showed. */
  public static ObjectNode reading(Reading reading) {
    ObjectNode json = Json.object().put("rejected", reading.rejected());
    json.set("rejects", array(reading.rejects(), Wire::reject));
    json.set("empty", texts(reading.empty()));
    json.set("hints", array(reading.hints(), Wire::hint));
    return json;
  }

  /** Reads {@link #reading(Reading)}. */
  public static Reading reading(JsonNode json) {
    return new Reading(
        json.path("rejected").asLong(),
        list(json.path("rejects"), Wire::reject),
        texts(json.path("empty")),
        list(json.path("hints"), Wire::hint));
  }

  private static ObjectNode reject(Reject reject) {
    return Json.object()
        .put("object", reject.object())
        .put("line", reject.line())
        .put("text", reject.text())
        .put("reason", reject.reason());
  }

  private static Reject reject(JsonNode json) {
    return new Reject(
        json.path("object").asText(),
        json.path("line").asLong(),
        json.path("text").asText(),
        json.path("reason").asText());
  }

  /** What is written, and how. */
  public static ObjectNode write(WriteRequest request) {
    ObjectNode json =
        Json.object()
            .put("field_ids", request.fieldIds())
            .put("directory", request.directory().toString())
            .put("file_bytes", request.fileBytes());
    json.set(
        "columns",
        array(
            request.columns(),
            target ->
                Json.object()
                    .put("name", target.name())
                    .put("expression", target.expression())
                    .put("type", target.type())));
    json.set("partitions", texts(request.partitions()));
    json.set("order", texts(request.order()));
    return json;
  }

  /** Reads {@link #write(WriteRequest)}. */
  public static WriteRequest write(JsonNode json) {
    return new WriteRequest(
        list(
            json.path("columns"),
            target ->
                new WriteRequest.Target(
                    target.path("name").asText(),
                    target.path("expression").asText(),
                    target.path("type").asText())),
        json.path("field_ids").asText(),
        texts(json.path("partitions")),
        texts(json.path("order")),
        Path.of(json.path("directory").asText()),
        json.path("file_bytes").asLong());
  }

  /** The processor time that an answer tells. */
  public static Duration cpu(JsonNode answer) {
    return Duration.ofNanos(answer.path("cpu_nanos").asLong());
  }

  /** A failure that an engine found. */
  public static ObjectNode failure(HosuException failure) {
    ObjectNode json =
        Json.object()
            .put("code", failure.code().name())
            .put("what", failure.what())
            .put("remedy", failure.remedy());
    failure
        .place()
        .ifPresent(place ->
            json.putObject("place")
                .put("object", place.object())
                .put("line", place.line())
                .put("column", place.column())
                .put("text", place.text()));
    return json;
  }

  /** Reads {@link #failure(HosuException)}, ready to be thrown. */
  public static HosuException failure(JsonNode json) {
    QueryError code = QueryError.valueOf(json.path("code").asText());
    String what = json.path("what").asText();
    String remedy = json.path("remedy").asText();
    return switch (code) {
      case ENGINE_BUSY, ENGINE_UNAVAILABLE, ENGINE_DISK, FILES_GONE ->
          new Unavailable(code, what, remedy);
      case RESULT_TOO_LARGE,
          MEMORY_EXCEEDED,
          QUERY_TIMEOUT,
          QUERY_CANCELLED,
          CLIENT_GONE,
          ENGINE_CRASHED ->
          new Exhausted(code, what, remedy);
      case SQL_INVALID,
          SQL_MISFIT,
          SQL_REFUSED,
          SQL_FAILED,
          VIEW_UNREADABLE,
          QUERY_EXISTS,
          QUERY_NOT_FOUND,
          FORMAT_UNKNOWN,
          BAD_RECORD,
          OBJECT_UNREADABLE,
          OBJECT_TRUNCATED,
          TOO_MANY_COLUMNS,
          COLUMN_RESERVED,
          NO_RECORDS,
          EMPTY_OBJECT ->
          invalid(code, what, remedy, json.path("place"));
      case LIMITS_UNSUPPORTED -> new Denied(code, what, remedy);
    };
  }

  private static Invalid invalid(QueryError code, String what, String remedy, JsonNode place) {
    return place.isMissingNode()
        ? new Invalid(code, what, remedy)
        : new Invalid(
            code,
            what,
            remedy,
            new Place(
                text(place, "object"),
                place.path("line").asLong(),
                place.path("column").asInt(),
                text(place, "text")));
  }

  private static @Nullable String text(JsonNode json, String field) {
    JsonNode value = json.path(field);
    return value.isTextual() ? value.asText() : null;
  }

  private static <T> ArrayNode array(Collection<T> items, Function<T, ObjectNode> form) {
    ArrayNode json = Json.array();
    items.forEach(item -> json.add(form.apply(item)));
    return json;
  }

  private static <T> List<T> list(JsonNode json, Function<JsonNode, T> form) {
    List<T> items = new ArrayList<>(json.size());
    json.forEach(item -> items.add(form.apply(item)));
    return items;
  }

  /** Texts, in order. */
  public static ArrayNode texts(Collection<?> texts) {
    ArrayNode json = Json.array();
    texts.forEach(text -> json.add(text.toString()));
    return json;
  }

  /** Reads {@link #texts(Collection)}. */
  public static List<String> texts(JsonNode json) {
    return list(json, JsonNode::asText);
  }
}
