package io.hosu.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.Schedule;
import io.hosu.events.ScheduleRule;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.BadRecords;
import io.hosu.pipelines.Batch;
import io.hosu.pipelines.FormatSpec;
import io.hosu.pipelines.Input;
import io.hosu.pipelines.Reprocess;
import io.hosu.pipelines.Retry;
import io.hosu.pipelines.Running;
import io.hosu.pipelines.StageSpec;
import io.hosu.pipelines.Target;
import io.hosu.pipelines.Tolerance;
import io.hosu.pipelines.Transform;
import io.hosu.pipelines.Trigger;
import io.hosu.pipelines.Versions;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;

/** Declarations of stages. */
final class Specs {
  private Specs() {}

  /** A stage of which {@code concurrency} executions run at once. */
  static StageSpec stage(String name, Trigger on, Batch batch, int concurrency) {
    StageName stage = StageName.parse(name);
    return new StageSpec(
        stage,
        on,
        batch,
        new Input(
            FormatSpec.BY_ENDING,
            BadRecords.FAIL,
            Tolerance.NOTHING,
            Reprocess.CHANGED,
            Versions.KEEP,
            Input.STANDARD.maxRecordBytes()),
        new Transform.Sql("q.sql", "SELECT * FROM input"),
        new Target(
            new TableName(stage.domain(), "stage", stage.stage()),
            Target.Mode.APPEND,
            List.of(),
            List.of(),
            List.of()),
        new Running(Retry.STANDARD, Duration.ofHours(1), concurrency, true));
  }

  /** A schedule in UTC, such as {@code rate(1 day)}, that starts what it starts at once. */
  static Trigger schedule(String expression) {
    return new Trigger.Scheduled(
        Schedule.parse(expression, ZoneOffset.UTC, Schedule.Span.ALWAYS),
        Duration.ZERO,
        ScheduleRule.CatchUp.ONCE);
  }

  /** Events of a domain's bus from {@code source} of {@code type} about {@code resource}. */
  static Trigger events(String domain, String source, String type, String resource) {
    ObjectNode pattern = Json.object();
    pattern.putArray("source").add(source);
    pattern.putArray("detail-type").add(type);
    pattern.putArray("resources").add(resource);
    return Trigger.Pattern.onBusOf(domain, pattern);
  }
}
