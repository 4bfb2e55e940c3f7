package io.hosu.delivery;

import io.hosu.delivery.ProjectDraft.StageDraft;
import io.hosu.delivery.ProjectDraft.TableDraft;
import io.hosu.delivery.YamlValue.Entry;
import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.kernel.Durations;
import io.hosu.kernel.Sizes;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.Audit;
import io.hosu.pipelines.BadRecords;
import io.hosu.pipelines.Batch;
import io.hosu.pipelines.Breaker;
import io.hosu.pipelines.Faults;
import io.hosu.pipelines.FormatSpec;
import io.hosu.pipelines.FormatSpec.DelimitedText;
import io.hosu.pipelines.GroupBy;
import io.hosu.pipelines.Input;
import io.hosu.pipelines.Patience;
import io.hosu.pipelines.Reprocess;
import io.hosu.pipelines.Retry;
import io.hosu.pipelines.Running;
import io.hosu.pipelines.StageSpec;
import io.hosu.pipelines.Target;
import io.hosu.pipelines.Tolerance;
import io.hosu.pipelines.Transform;
import io.hosu.pipelines.Trigger;
import io.hosu.pipelines.Versions;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the declaration of a stage from YAML that was checked. */
final class StageReader {
  private StageReader() {}

  static StageSpec read(StageDraft stage, Transform sql, Optional<TableDraft> table, Audit audit) {
    Mapping yaml = stage.yaml();
    return new StageSpec(
        stage.name(),
        trigger(stage),
        grouped(yaml, yaml.mapping("batch").map(StageReader::batch).orElse(Batch.STANDARD)),
        input(yaml),
        sql,
        target(stage, table),
        running(yaml, yaml.mapping("retry").map(StageReader::retry).orElse(Retry.STANDARD)),
        audit);
  }

  static Trigger trigger(StageDraft stage) {
    Optional<Mapping> events = stage.yaml().mapping("on");
    if (events.isEmpty()) {
      return new Trigger.ByHand();
    }
    Mapping on = events.get();
    if (on.entry("tables").isPresent()) {
      return tables(stage, on);
    }
    Optional<Trigger> source = source(stage, on);
    if (on.entry("schedule").isEmpty()) {
      return source.orElseThrow();
    }
    Trigger.Scheduled scheduled = ScheduleYaml.read(on);
    return source.<Trigger>map(it -> new Trigger.Gathered(it, scheduled)).orElse(scheduled);
  }

  private static Trigger tables(StageDraft stage, Mapping on) {
    String domain = stage.name().domain();
    return new Trigger.Tables(
        stage.tables().stream().map(t -> TableName.parseIn(domain, t.text())).toList(),
        on.text("when")
            .map(word -> constant(Trigger.Tables.When.class, word))
            .orElse(Trigger.Tables.When.ALL));
  }

  /** What brings messages, also where a schedule says when they are taken. */
  private static Optional<Trigger> source(StageDraft stage, Mapping on) {
    if (on.entry("all").isPresent()) {
      return Optional.of(new Trigger.All(on.texts("all"), patience(on)));
    }
    if (on.entry("manifest").isPresent()) {
      return on.text("manifest").map(glob -> new Trigger.Manifest(glob, patience(on)));
    }
    return on.entry("objects").isPresent()
        ? Optional.of(new Trigger.Objects(on.texts("objects")))
        : on.mapping("pattern")
            .map(pattern -> Trigger.Pattern.onBusOf(stage.name().domain(), pattern.toJson()));
  }

  private static Patience patience(Mapping on) {
    return new Patience(
        duration(on, "timeout"),
        on.text("partial")
            .map(word -> constant(Patience.Partial.class, word))
            .orElse(Patience.ENDLESS.partial()));
  }

  static Batch batch(Mapping yaml) {
    return new Batch(
        number(yaml, "max").orElse(Batch.STANDARD.max()),
        duration(yaml, "window").orElse(Batch.STANDARD.window()),
        number(yaml, "min").orElse(Batch.STANDARD.min()),
        Optional.empty(),
        yaml.text("max_bytes").map(Sizes::parse).orElse(Batch.STANDARD.maxBytes()));
  }

  private static Batch grouped(Mapping yaml, Batch batch) {
    return new Batch(
        batch.max(),
        batch.window(),
        batch.min(),
        yaml.text("group_by").map(GroupBy::new),
        batch.maxBytes());
  }

  static GroupBy groupBy(StageDraft stage, String name) {
    GroupBy group = new GroupBy(name);
    group.requireFor(trigger(stage), constant(Target.Mode.class, stage.mode()));
    return group;
  }

  private static Input input(Mapping yaml) {
    BadRecords badRecords =
        yaml.text("bad_records")
            .map(word -> constant(BadRecords.class, word))
            .orElse(Input.STANDARD.badRecords());
    return new Input(
        yaml.mapping("format").map(StageReader::format).orElse(FormatSpec.BY_ENDING),
        badRecords,
        yaml.text("tolerate")
            .map(Tolerance::parse)
            .orElseGet(() -> Input.standardTolerance(badRecords)),
        yaml.text("reprocess")
            .map(word -> constant(Reprocess.class, word))
            .orElse(Input.STANDARD.reprocess()),
        yaml.text("versions")
            .map(word -> constant(Versions.class, word))
            .orElse(Input.STANDARD.versions()),
        yaml.text("max_record_bytes").map(Long::valueOf).orElse(Input.STANDARD.maxRecordBytes()));
  }

  static FormatSpec format(Mapping yaml) {
    Map<String, String> columns = new LinkedHashMap<>();
    for (Entry column : yaml.mapping("columns").map(Mapping::entries).orElse(List.of())) {
      if (column.value() instanceof Scalar type) {
        columns.put(column.key(), type.text());
      }
    }
    String type = given(yaml, "type");
    String header = given(yaml, "header");
    return new FormatSpec(
        type == null ? null : constant(FormatSpec.Type.class, type),
        new DelimitedText(
            given(yaml, "delimiter"),
            given(yaml, "quote"),
            given(yaml, "escape"),
            header == null ? null : Boolean.valueOf(header),
            given(yaml, "encoding"),
            given(yaml, "null_text")),
        columns);
  }

  static Target target(StageDraft stage, Optional<TableDraft> table) {
    Mapping into = stage.yaml().mapping("into").orElseThrow();
    Target.Mode mode = constant(Target.Mode.class, stage.mode());
    return new Target(
        stage.target().orElseThrow(),
        mode,
        mode == Target.Mode.MERGE ? of(into, table, "key") : List.of(),
        of(into, table, "partition_by"),
        of(into, table, "sort_by"));
  }

  /** What the stage says, or else what the table's declaration says. */
  private static List<String> of(Mapping into, Optional<TableDraft> table, String key) {
    return into.entry(key).isPresent()
        ? into.texts(key)
        : table.map(declared -> declared.yaml().texts(key)).orElse(List.of());
  }

  static Running running(Mapping yaml, Retry retry) {
    return new Running(
        retry,
        duration(yaml, "timeout").orElse(Running.STANDARD.timeout()),
        number(yaml, "concurrency").orElse(Running.STANDARD.concurrency()),
        yaml.text("enabled").map(Boolean::parseBoolean).orElse(true),
        yaml.text("memory").map(Sizes::parse).orElse(null),
        yaml.mapping("breaker").map(StageReader::breaker).orElse(null),
        number(yaml, "priority").orElse(Running.STANDARD.priority()));
  }

  static Breaker breaker(Mapping yaml) {
    return new Breaker(
        number(yaml, "failures").orElse(Breaker.STANDARD.failures()),
        duration(yaml, "wait").orElse(Breaker.STANDARD.pause()));
  }

  static Retry retry(Mapping yaml) {
    Retry.Waits standard = Retry.STANDARD.waits();
    return new Retry(
        number(yaml, "attempts").orElse(Retry.STANDARD.attempts()),
        new Retry.Waits(
            duration(yaml, "interval").orElse(standard.interval()),
            yaml.text("backoff").map(BigDecimal::new).orElse(standard.backoff()),
            duration(yaml, "max_delay").orElse(standard.maxDelay()),
            yaml.text("jitter")
                .map(word -> constant(Retry.Jitter.class, word))
                .orElse(standard.jitter())),
        duration(yaml, "budget").orElse(null),
        Faults.of(yaml.texts("soft"), yaml.texts("hard")));
  }

  private static @Nullable String given(Mapping yaml, String key) {
    return yaml.text(key).orElse(null);
  }

  private static Optional<Integer> number(Mapping yaml, String key) {
    return yaml.text(key).map(Integer::valueOf);
  }

  private static Optional<Duration> duration(Mapping yaml, String key) {
    return yaml.text(key).map(Durations::parse);
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String word) {
    return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
  }
}
