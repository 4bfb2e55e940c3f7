package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.LeftOut;
import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.StageName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Events that the lake tells of itself, without what somebody may not see. */
final class SeenEvents {
  private static final String OF_THE_LAKE = "hosu.";
  private static final List<String> COUNTS =
      Stream.concat(
              SeenRecords.COUNTS.stream(),
              Stream.of("rows", "files", "bytes")
                  .flatMap(
                      what -> Stream.of("added_", "removed_", "total_").map(how -> how + what)))
          .toList();

  /** What tells of an object what its bytes are like. */
  private static final List<String> OF_BYTES = List.of("size", "etag", "sha256");

  /** What a crawler proposes, or somebody decided about. */
  private static final String CHANGES = "changes";

  private static final LeftOut UNNAMED =
      new LeftOut(
          "This is left out, as it is about a table that you may not know of.",
          "Ask the owner of the domain for DESCRIBE.");

  private SeenEvents() {}

  /** An event as {@code sight} shows it; nobody but the lake sends events of its sources. */
  static Event of(Event event, SeenRecords sight) {
    if (!event.source().startsWith(OF_THE_LAKE)) {
      return event;
    }
    if (event.resources().stream()
        .flatMap(name -> SeenRecords.table(name).stream())
        .anyMatch(table -> !isStage(event) && !sight.isNamed(table))) {
      return UNNAMED.in(event);
    }
    return ofObject(event, sight)
        .or(() -> proposed(event, sight))
        .or(() -> counted(event, sight))
        .or(() ->
            stage(event)
                .filter(stage -> event.detail().has("cause") && sight.samples(stage).isPresent())
                .map(stage -> event.with(event.resources(), detail(event, stage, sight))))
        .orElse(event);
  }

  /** The event without what tells of the bytes of its object; nothing where they may be read. */
  private static Optional<Event> ofObject(Event event, SeenRecords sight) {
    JsonNode object = event.detail().path("object");
    if (OF_BYTES.stream().noneMatch(object::has)
        || object(event).filter(sight::isReadable).isPresent()) {
      return Optional.empty();
    }
    ObjectNode detail = event.detail().deepCopy();
    detail.withObject("object").remove(OF_BYTES);
    return Optional.of(event.with(event.resources(), detail));
  }

  private static Optional<ObjectName> object(Event event) {
    try {
      return EventObject.of(event).map(EventObject::name);
    } catch (Invalid _) {
      return Optional.empty();
    }
  }

  /** The event without the columns that a crawler proposes; nothing where all may be seen. */
  private static Optional<Event> proposed(Event event, SeenRecords sight) {
    boolean told =
        !event.detail().has(CHANGES)
            || stage(event).filter(stage -> sight.samples(stage).isPresent()).isEmpty();
    if (told) {
      return Optional.empty();
    }
    ObjectNode detail = event.detail().deepCopy();
    detail.remove(List.of(CHANGES, "why"));
    return Optional.of(event.with(event.resources(), detail));
  }

  /** The event without what tells how much there is; nothing where that may be told. */
  private static Optional<Event> counted(Event event, SeenRecords sight) {
    boolean told =
        isStage(event)
            ? stage(event).map(sight::isCounted).orElse(true)
            : event.resources().stream()
                .flatMap(name -> SeenRecords.table(name).stream())
                .allMatch(sight::isCounted);
    if (told || COUNTS.stream().noneMatch(event.detail()::has)) {
      return Optional.empty();
    }
    ObjectNode detail = event.detail().deepCopy();
    detail.remove(COUNTS);
    return Optional.of(event.with(event.resources(), detail));
  }

  /** What an event of executions and schedules is about is a stage, whose name is as long. */
  private static boolean isStage(Event event) {
    return event.source().equals(ExecutionEvents.SOURCE) || event.source().equals("hosu.events");
  }

  /** The stage that an event is about; empty for others. */
  private static Optional<StageName> stage(Event event) {
    JsonNode pipeline = event.detail().path("pipeline");
    JsonNode stage = event.detail().path("stage");
    try {
      return pipeline.isTextual() && stage.isTextual()
          ? Optional.of(new StageName(event.account(), pipeline.asText(), stage.asText()))
          : Optional.empty();
    } catch (Invalid _) {
      return Optional.empty();
    }
  }

  private static ObjectNode detail(Event event, StageName stage, SeenRecords sight) {
    ObjectNode detail = event.detail().deepCopy();
    if (detail.path("queue").isTextual()) {
      detail.put("queue", sight.queue(detail.path("queue").asText()));
    }
    if (detail.path("cause") instanceof ObjectNode cause) { // of a dead letter
      hide(cause, stage, sight);
      if (cause.path("first") instanceof ObjectNode first) {
        hide(first, stage, sight);
      }
    } else {
      sight.hideCause(detail, stage);
    }
    return detail;
  }

  private static void hide(ObjectNode cause, StageName stage, SeenRecords sight) {
    sight
        .cause(stage, cause.path("code").asText())
        .ifPresent(leftOut -> {
          cause.put("what", leftOut.why());
          if (cause.has("remedy")) {
            cause.put("remedy", leftOut.remedy());
          }
        });
    if (cause.has("sample")) {
      cause.putNull("sample");
    }
  }
}
