package io.hosu.pipelines;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.hosu.query.JsonLines;
import io.hosu.query.engine.Column;
import io.hosu.store.Transaction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Executions as rows of JSON, with the names that the API has, written one by one with whatever
 * belongs to them: however many there are, few are in memory.
 */
final class ExecutionLines implements AutoCloseable {
  private static final String TIME = "TIMESTAMP WITH TIME ZONE";

  /** The columns of the rows. */
  static final List<Column> COLUMNS =
      List.of(
          text("id"),
          text("domain"),
          text("pipeline"),
          text("stage"),
          text("status"),
          number("attempt"),
          number("failures"),
          number("losses"),
          new Column("next_attempt_at", TIME),
          new Column("created_at", TIME),
          new Column("started_at", TIME),
          new Column("ended_at", TIME),
          number("duration_ms"),
          text("origin"),
          text("parent"),
          number("messages"),
          text("cause_code"),
          text("cause"),
          text("remedy"),
          text("object"),
          number("line"),
          text("sample"),
          number("rows_in"),
          number("rows_out"),
          number("rows_rejected"),
          number("bytes_in"),
          number("bytes_out"),
          number("cpu_ms"),
          text("note"),
          text("rolled_back_by"),
          new Column("events", "VARCHAR[]"),
          new Column(
              "attempts",
              "STRUCT(attempt BIGINT, outcome VARCHAR, server VARCHAR, started_at "
                  + TIME
                  + ", ended_at "
                  + TIME
                  + ", duration_ms BIGINT, cause_code VARCHAR, cause VARCHAR, cpu_ms BIGINT,"
                  + " steps STRUCT(step VARCHAR, ms BIGINT)[], log VARCHAR[])[]"),
          new Column(
              "inputs",
              "STRUCT(kind VARCHAR, \"name\" VARCHAR, \"version\" VARCHAR, bytes BIGINT)[]"),
          new Column(
              "outputs",
              "STRUCT(\"table\" VARCHAR, snapshot VARCHAR, operation VARCHAR, \"rows\" BIGINT,"
                  + " files BIGINT, bytes BIGINT, paths VARCHAR[])[]"));

  private final Set<String> columns = new HashSet<>();
  private final SeenRecords records;
  private final JsonLines lines;
  private final ChildRows<String> events;
  private final ChildRows<Attempt> attempts;
  private final ChildRows<ExecutionInput> inputs;
  private final ChildRows<ExecutionOutput> outputs;

  /**
   * Lines of a new file, or instead of those of an earlier one.
   *
   * @param columns what is told of each execution
   * @param records what of that may be seen
   */
  ExecutionLines(Transaction tx, List<Column> columns, SeenRecords records, Path file)
      throws IOException {
    this.records = records;
    columns.forEach(column -> this.columns.add(column.name()));
    this.lines = new JsonLines(file);
    this.events = new ChildRows<>(tx, "execution_events", "position", row -> row.text("event"));
    this.attempts = new ChildRows<>(tx, "attempts", "attempt", ExecutionRecords::attempt);
    this.inputs = new ChildRows<>(tx, "execution_inputs", "position", ExecutionRecords::input);
    this.outputs = new ChildRows<>(tx, "execution_outputs", "position", ExecutionRecords::output);
  }

  private static Column text(String name) {
    return new Column(name, "VARCHAR");
  }

  private static Column number(String name) {
    return new Column(name, "BIGINT");
  }

  /** Adds an execution; its id is greater than those before. */
  void add(Execution execution) throws IOException {
    lines.add(json -> write(json, execution));
  }

  private void write(JsonGenerator json, Execution execution) throws IOException {
    for (var field : records.seen(execution.toJson()).properties()) {
      if (columns.contains(field.getKey())) {
        json.writeFieldName(field.getKey());
        json.writeTree(field.getValue());
      }
    }
    if (columns.contains("events")) {
      json.writeArrayFieldStart("events");
      for (String event : execution.origin().events()) {
        json.writeString(event);
      }
      events.of(execution.id(), event -> write(json, new TextNode(event)));
      json.writeEndArray();
    }
    list(json, "attempts", attempts, execution, attempt -> seen(attempt, execution));
    list(json, "inputs", inputs, execution, input -> seen(input, execution));
    list(json, "outputs", outputs, execution, output -> seen(output, execution));
  }

  private Optional<ObjectNode> seen(Attempt attempt, Execution execution) {
    ObjectNode json = attempt.toJson();
    records.hideCause(json, execution.stage());
    return Optional.of(json);
  }

  private Optional<ObjectNode> seen(ExecutionInput input, Execution execution) {
    boolean named = input.kind() != ExecutionInput.Kind.TABLE || records.isNamed(input.name());
    if (!named) {
      return Optional.empty();
    }
    ObjectNode json = counted(input.toJson(), execution, List.of("bytes"));
    if (!records.isSized(execution.stage())) {
      json.remove("bytes");
    }
    return Optional.of(json);
  }

  private Optional<ObjectNode> seen(ExecutionOutput output, Execution execution) {
    return records.isNamed(output.table())
        ? Optional.of(counted(output.toJson(), execution, SeenRecords.COUNTS_OF_OUTPUT))
        : Optional.empty();
  }

  private ObjectNode counted(ObjectNode json, Execution execution, List<String> counts) {
    if (!records.isCounted(execution.stage())) {
      json.remove(counts);
    }
    return json;
  }

  private <T> void list(
      JsonGenerator json,
      String name,
      ChildRows<T> rows,
      Execution execution,
      Function<T, Optional<ObjectNode>> form)
      throws IOException {
    if (columns.contains(name)) {
      json.writeArrayFieldStart(name);
      rows.of(execution.id(), row -> form.apply(row).ifPresent(one -> write(json, one)));
      json.writeEndArray();
    }
  }

  private static void write(JsonGenerator json, JsonNode row) {
    try {
      json.writeTree(row);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many bytes the longest line has. */
  int longest() {
    return lines.longest();
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
