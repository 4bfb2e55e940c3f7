package io.hosu.pipelines;

import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.store.Row;
import java.util.Optional;

/** Reads an execution from its row. */
final class ExecutionView {
  private ExecutionView() {}

  /** The stage that a row names. */
  static StageName stage(Row row) {
    return new StageName(row.text("domain"), row.text("pipeline"), row.text("stage"));
  }

  /** The execution of a row. */
  static Execution view(Row row) {
    return new Execution(
        row.text("id"),
        stage(row),
        ExecutionStatus.valueOf(row.text("status")),
        new Execution.Tries(
            (int) row.number("attempt"),
            (int) row.number("failures"),
            (int) row.number("losses"),
            row.optionalInstant("next_attempt_at").orElse(null)),
        new Execution.Times(
            row.instant("created_at"),
            row.optionalInstant("started_at").orElse(null),
            row.optionalInstant("ended_at").orElse(null)),
        new Execution.Origin(
            Execution.By.valueOf(row.text("origin")),
            row.optionalText("parent").orElse(null),
            Json.parse(row.text("trigger_events"))
                .valueStream()
                .map(event -> event.asText())
                .toList(),
            (int) row.number("messages")),
        new Execution.Result(
            cause(row).orElse(null),
            figures(row),
            row.optionalText("note").orElse(null),
            row.optionalText("rolled_back_by").orElse(null)));
  }

  private static Optional<Cause> cause(Row row) {
    return row.optionalText("cause_code")
        .map(code ->
            new Cause(
                code,
                row.text("cause"),
                row.text("remedy"),
                new Cause.Place(
                    row.optionalText("cause_object").orElse(null),
                    row.optionalNumber("cause_line").orElse(null),
                    row.optionalText("cause_sample").orElse(null))));
  }

  private static Figures figures(Row row) {
    return new Figures(
        row.number("rows_in"),
        row.number("rows_out"),
        row.number("rows_rejected"),
        row.number("bytes_in"),
        row.number("bytes_out"),
        row.number("cpu_ms"));
  }
}
