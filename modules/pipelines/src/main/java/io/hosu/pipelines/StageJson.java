package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.Schedule;
import io.hosu.events.ScheduleRule;
import io.hosu.kernel.Durations;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.FormatSpec.DelimitedText;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The JSON form of a {@link StageSpec}: every value is written, also the standard ones. */
final class StageJson {
  private StageJson() {}

  static ObjectNode write(StageSpec stage) {
    ObjectNode json = Json.object();
    json.put("name", stage.name().toString());
    json.set("on", trigger(stage.on()));
    json.putObject("batch")
        .put("max", stage.batch().max())
        .put("window", Durations.print(stage.batch().window()))
        .put("min", stage.batch().min())
        .put("max_bytes", stage.batch().maxBytes());
    stage.batch().groupBy().ifPresent(group -> json.put("group_by", group.name()));
    json.set("format", format(stage.input().format()));
    json.put("bad_records", word(stage.input().badRecords()));
    json.put("tolerate", stage.input().tolerance().toString());
    json.put("max_record_bytes", stage.input().maxRecordBytes());
    json.put("reprocess", word(stage.input().reprocess()));
    json.put("versions", word(stage.input().versions()));
    switch (stage.transform()) {
      case Transform.Sql(var file, var text, var reads, var declassified) -> {
        ObjectNode sql = json.putObject("sql").put("file", file).put("text", text);
        reads.ifPresent(
            tables -> sql.set("reads", array(tables.stream().map(TableName::toString).toList())));
        if (!declassified.isEmpty()) {
          declassified.forEach(sql.putObject("declassify")::put);
        }
      }
      case Transform.Crawl(var place, var drift, var load) ->
          json.putObject("crawl")
              .put("place", place)
              .put("drift", word(drift))
              .put("load", word(load));
    }
    json.set("into", target(stage.into()));
    Running running = stage.running();
    json.set("retry", RetryJson.write(running.retry()));
    json.put("timeout", Durations.print(running.timeout()));
    json.put("concurrency", running.concurrency());
    json.put("enabled", running.enabled());
    Long memory = running.memory();
    if (memory != null) {
      json.put("memory", memory);
    }
    Breaker breaker = running.breaker();
    if (breaker != null) {
      json.putObject("breaker")
          .put("failures", breaker.failures())
          .put("wait", Durations.print(breaker.pause()));
    }
    json.put("priority", running.priority());
    if (stage.audit().isAny()) {
      json.set("audit", stage.audit().toJson());
    }
    return json;
  }

  private static ObjectNode trigger(Trigger trigger) {
    ObjectNode json = Json.object();
    switch (trigger) {
      case Trigger.Objects(var globs) -> json.set("objects", array(globs));
      case Trigger.Tables(var tables, var when) -> {
        json.set("tables", array(tables.stream().map(TableName::toString).toList()));
        json.put("when", word(when));
      }
      case Trigger.Pattern(var pattern) -> json.set("pattern", pattern);
      case Trigger.All(var globs, var patience) -> {
        json.set("all", array(globs));
        patience(json, patience);
      }
      case Trigger.Manifest(var glob, var patience) -> {
        json.put("manifest", glob);
        patience(json, patience);
      }
      case Trigger.Scheduled scheduled -> json.set("schedule", schedule(scheduled));
      case Trigger.Gathered(var source, var at) -> {
        json.setAll(trigger(source));
        json.set("schedule", schedule(at));
      }
      case Trigger.ByHand() -> json.put("by_hand", true);
    }
    return json;
  }

  private static Transform transform(JsonNode json) {
    if (!json.has("crawl")) {
      return sql(json.path("sql"));
    }
    JsonNode crawl = json.path("crawl");
    return new Transform.Crawl(
        text(crawl, "place"),
        constant(DriftPolicy.class, text(crawl, "drift")),
        constant(Transform.Crawl.Load.class, text(crawl, "load")));
  }

  private static Transform sql(JsonNode json) {
    Map<String, String> declassified = new LinkedHashMap<>();
    json.path("declassify")
        .properties()
        .forEach(column -> declassified.put(column.getKey(), column.getValue().asText()));
    Transform.Sql sql =
        new Transform.Sql(text(json, "file"), text(json, "text")).declassifying(declassified);
    return json.has("reads")
        ? sql.reading(
            json.path("reads").valueStream().map(one -> TableName.parse(one.asText())).toList())
        : sql;
  }

  private static ObjectNode format(FormatSpec format) {
    ObjectNode json = Json.object();
    FormatSpec.Type type = format.type();
    if (type != null) {
      json.put("type", word(type));
    }
    DelimitedText text = format.text();
    putIfGiven(json, "delimiter", text.delimiter());
    putIfGiven(json, "quote", text.quote());
    putIfGiven(json, "escape", text.escape());
    putIfGiven(json, "encoding", text.encoding());
    Boolean header = text.header();
    if (header != null) {
      json.put("header", header.booleanValue());
    }
    putIfGiven(json, "null_text", text.nullText());
    format.columns().forEach(json.putObject("columns")::put);
    return json;
  }

  private static ObjectNode target(Target target) {
    ObjectNode json = Json.object();
    json.put("table", target.table().toString());
    json.put("mode", word(target.mode()));
    json.set("key", array(target.key()));
    json.set("partition_by", array(target.partitionBy()));
    json.set("sort_by", array(target.sortBy()));
    if (target.drift() != DriftPolicy.ALL) {
      json.put("drift", word(target.drift()));
    }
    return json;
  }

  private static void putIfGiven(ObjectNode json, String field, @Nullable String value) {
    if (value != null) {
      json.put(field, value);
    }
  }

  static ArrayNode array(Collection<String> texts) {
    ArrayNode array = Json.array();
    texts.forEach(array::add);
    return array;
  }

  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  static StageSpec read(JsonNode json) {
    return new StageSpec(
        StageName.parse(text(json, "name")),
        readTrigger(json.path("on")),
        new Batch(
            number(json.path("batch"), "max"),
            Durations.parse(text(json.path("batch"), "window")),
            json.path("batch").path("min").asInt(1),
            Optional.ofNullable(given(json, "group_by")).map(GroupBy::new),
            json.path("batch").path("max_bytes").asLong(Batch.STANDARD.maxBytes())),
        new Input(
            readFormat(json.path("format")),
            constant(BadRecords.class, text(json, "bad_records")),
            json.has("tolerate")
                ? Tolerance.parse(text(json, "tolerate"))
                : Input.standardTolerance(constant(BadRecords.class, text(json, "bad_records"))),
            constant(Reprocess.class, text(json, "reprocess")),
            json.has("versions")
                ? constant(Versions.class, text(json, "versions"))
                : Input.STANDARD.versions(),
            json.path("max_record_bytes").asLong(Input.STANDARD.maxRecordBytes())),
        transform(json),
        readTarget(json.path("into")),
        new Running(
            RetryJson.read(json.path("retry")),
            Durations.parse(text(json, "timeout")),
            number(json, "concurrency"),
            json.path("enabled").booleanValue(),
            json.has("memory") ? json.path("memory").asLong() : null,
            breaker(json.path("breaker")),
            json.path("priority").asInt(0)),
        json.has("audit") ? Audit.fromJson(json.path("audit")) : Audit.NONE);
  }

  private static @Nullable Breaker breaker(JsonNode json) {
    return json.isObject()
        ? new Breaker(number(json, "failures"), Durations.parse(text(json, "wait")))
        : null;
  }

  private static ObjectNode schedule(Trigger.Scheduled scheduled) {
    Schedule schedule = scheduled.schedule();
    ObjectNode json = Json.object();
    json.put("expression", schedule.expression());
    json.put("timezone", schedule.zone().getId());
    putIfGiven(json, "start", text(schedule.span().start()));
    putIfGiven(json, "end", text(schedule.span().end()));
    json.put("jitter", Durations.print(scheduled.jitter()));
    json.put("catch_up", word(scheduled.catchUp()));
    return json;
  }

  private static @Nullable String text(@Nullable Instant instant) {
    return instant == null ? null : Instants.print(instant);
  }

  private static void patience(ObjectNode json, Patience patience) {
    patience.timeout().ifPresent(timeout -> json.put("timeout", Durations.print(timeout)));
    json.put("partial", word(patience.partial()));
  }

  private static Patience readPatience(JsonNode json) {
    return new Patience(
        Optional.ofNullable(given(json, "timeout")).map(Durations::parse),
        constant(Patience.Partial.class, text(json, "partial")));
  }

  private static Trigger.Scheduled readSchedule(JsonNode json) {
    Schedule.Span span = new Schedule.Span(instant(json, "start"), instant(json, "end"));
    return new Trigger.Scheduled(
        Schedule.parse(text(json, "expression"), ZoneId.of(text(json, "timezone")), span),
        Durations.parse(text(json, "jitter")),
        constant(ScheduleRule.CatchUp.class, text(json, "catch_up")));
  }

  private static @Nullable Instant instant(JsonNode json, String field) {
    return json.has(field) ? Instants.parse(text(json, field)) : null;
  }

  private static Trigger readTrigger(JsonNode on) {
    if (on.has("tables")) {
      return new Trigger.Tables(
          texts(on, "tables").stream().map(TableName::parse).toList(),
          constant(Trigger.Tables.When.class, on.path("when").asText("all")));
    }
    if (on.path("by_hand").booleanValue()) {
      return new Trigger.ByHand();
    }
    Trigger source = readSource(on);
    if (!on.has("schedule")) {
      if (source == null) {
        throw unreadable("on");
      }
      return source;
    }
    Trigger.Scheduled at = readSchedule(on.path("schedule"));
    return source == null ? at : new Trigger.Gathered(source, at);
  }

  private static @Nullable Trigger readSource(JsonNode on) {
    if (on.has("objects")) {
      return new Trigger.Objects(texts(on, "objects"));
    }
    if (on.has("all")) {
      return new Trigger.All(texts(on, "all"), readPatience(on));
    }
    if (on.has("manifest")) {
      return new Trigger.Manifest(text(on, "manifest"), readPatience(on));
    }
    return on.path("pattern") instanceof ObjectNode pattern ? new Trigger.Pattern(pattern) : null;
  }

  private static FormatSpec readFormat(JsonNode json) {
    Map<String, String> columns = new LinkedHashMap<>();
    json.path("columns")
        .properties()
        .forEach(column -> columns.put(column.getKey(), column.getValue().asText()));
    String type = given(json, "type");
    return new FormatSpec(
        type == null ? null : constant(FormatSpec.Type.class, type),
        new DelimitedText(
            given(json, "delimiter"),
            given(json, "quote"),
            given(json, "escape"),
            json.has("header") ? json.path("header").booleanValue() : null,
            given(json, "encoding"),
            given(json, "null_text")),
        columns);
  }

  private static Target readTarget(JsonNode json) {
    return new Target(
        TableName.parse(text(json, "table")),
        constant(Target.Mode.class, text(json, "mode")),
        texts(json, "key"),
        texts(json, "partition_by"),
        texts(json, "sort_by"),
        json.has("drift") ? constant(DriftPolicy.class, text(json, "drift")) : DriftPolicy.ALL);
  }

  private static @Nullable String given(JsonNode json, String field) {
    return json.has(field) ? json.path(field).asText() : null;
  }

  static String text(JsonNode json, String field) {
    if (!json.path(field).isTextual()) {
      throw unreadable(field);
    }
    return json.path(field).asText();
  }

  static int number(JsonNode json, String field) {
    if (!json.path(field).isInt()) {
      throw unreadable(field);
    }
    return json.path(field).intValue();
  }

  static List<String> texts(JsonNode json, String field) {
    return json.path(field).valueStream().map(JsonNode::asText).toList();
  }

  static <E extends Enum<E>> E constant(Class<E> type, String word) {
    try {
      return Enum.valueOf(type, word.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException _) {
      throw unreadable(word);
    }
  }

  private static Invalid unreadable(String field) {
    return StageSpec.invalid(
        "The kept form of a stage has no readable '%s'.".formatted(field),
        "Apply the lake project again: hosu apply");
  }
}
