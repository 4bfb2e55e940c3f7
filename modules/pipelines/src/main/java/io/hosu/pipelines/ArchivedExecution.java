package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Instants;
import io.hosu.kernel.StageName;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An execution as the archive has it, by its JSON.
 *
 * @param execution its own values, with the ids of all events that started it
 * @param inputs what it read
 * @param outputs what it published
 */
record ArchivedExecution(
    Execution execution, List<ExecutionInput> inputs, List<ExecutionOutput> outputs) {

  ArchivedExecution {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** The execution that {@link History#find} gave. */
  static ArchivedExecution of(ObjectNode json) {
    return new ArchivedExecution(
        execution(json),
        json.path("inputs").valueStream().map(ArchivedExecution::input).toList(),
        json.path("outputs").valueStream().map(ArchivedExecution::output).toList());
  }

  private static Execution execution(ObjectNode json) {
    return new Execution(
        json.path("id").asText(),
        new StageName(
            json.path("domain").asText(),
            json.path("pipeline").asText(),
            json.path("stage").asText()),
        ExecutionStatus.valueOf(json.path("status").asText()),
        new Execution.Tries(
            json.path("attempt").asInt(),
            json.path("failures").asInt(),
            json.path("losses").asInt(),
            null),
        new Execution.Times(
            Instants.parse(json.path("created_at").asText()),
            time(json, "started_at"),
            time(json, "ended_at")),
        new Execution.Origin(
            Execution.By.valueOf(json.path("origin").asText().toUpperCase(Locale.ROOT)),
            text(json, "parent"),
            texts(json.path("events")),
            json.path("messages").asInt()),
        new Execution.Result(
            cause(json), figures(json), text(json, "note"), text(json, "rolled_back_by")));
  }

  private static @Nullable Cause cause(ObjectNode json) {
    String code = text(json, "cause_code");
    JsonNode line = json.path("line");
    return code == null
        ? null
        : new Cause(
            code,
            json.path("cause").asText(),
            json.path("remedy").asText(),
            new Cause.Place(
                text(json, "object"),
                line.isNumber() ? (Long) line.asLong() : null,
                text(json, "sample")));
  }

  private static Figures figures(ObjectNode json) {
    return new Figures(
        json.path("rows_in").asLong(),
        json.path("rows_out").asLong(),
        json.path("rows_rejected").asLong(),
        json.path("bytes_in").asLong(),
        json.path("bytes_out").asLong(),
        json.path("cpu_ms").asLong());
  }

  private static ExecutionInput input(JsonNode json) {
    return new ExecutionInput(
        ExecutionInput.Kind.valueOf(json.path("kind").asText().toUpperCase(Locale.ROOT)),
        json.path("name").asText(),
        json.path("version").asText(),
        json.path("bytes").asLong());
  }

  private static ExecutionOutput output(JsonNode json) {
    return new ExecutionOutput(
        json.path("table").asText(),
        json.path("snapshot").asText(),
        json.path("operation").asText(),
        json.path("rows").asLong(),
        json.path("files").asLong(),
        json.path("bytes").asLong(),
        texts(json.path("paths")));
  }

  private static @Nullable Instant time(ObjectNode json, String field) {
    String text = text(json, field);
    return text == null ? null : Instants.parse(text);
  }

  private static @Nullable String text(ObjectNode json, String field) {
    return json.path(field).isTextual() ? json.path(field).asText() : null;
  }

  private static List<String> texts(JsonNode list) {
    return list.valueStream().map(JsonNode::asText).toList();
  }
}
