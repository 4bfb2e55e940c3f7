package io.hosu.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.Call;
import io.hosu.http.HttpError;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.Names;
import io.hosu.store.Database;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Events in from outside, and patterns tried out, over HTTP.
 *
 * <p>{@code POST /v1/events?bus=DOMAIN} takes CloudEvents 1.0, structured ({@code
 * application/cloudevents+json}), in batches ({@code application/cloudevents-batch+json}) or binary
 * ({@code ce-} headers), and answers {@code {"ids": [...], "known": [...]}}, of which those that
 * are known were sent to this bus before under the same source and id, and are as they were; or the
 * entries of EventBridge's PutEvents ({@code {"Entries": [...]}}), where each may name its bus, and
 * answers as that does.
 *
 * <p>{@code POST /v1/events/test} with {@code pattern} and {@code event}, or without an event: then
 * the newest events of the log are tried.
 */
public final class SendingApi implements Routes {
  private static final int BODY_LIMIT = 1 << 20;
  private static final int TRIED = 1000;
  private static final int SHOWN = 10;

  /** So many of the newest events are compared with a pattern that takes none. */
  private static final int NEAR = 200;

  private final Database database;
  private final EventLog events;
  private final Access access;

  public SendingApi(Database database, EventLog events, Access access) {
    this.database = database;
    this.events = events;
    this.access = access;
  }

  @Override
  public void register(Router.Builder router) {
    router.post("/v1/events", this::send, "bus");
    router.post("/v1/events/test", this::test);
  }

  private void send(Call call) throws IOException {
    String type = call.request().header("content-type").orElse("");
    String media = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (media.equals(CloudEvents.ONE)) {
      accept(call, List.of(CloudEvents.structured(call.json(BODY_LIMIT))));
    } else if (media.equals(CloudEvents.BATCH)) {
      accept(call, CloudEvents.batch(call.json()));
    } else if (CloudEvents.isBinary(call.request().headers())) {
      byte[] body = call.bytes(BODY_LIMIT);
      accept(call, List.of(CloudEvents.binary(call.request().headers(), type, body)));
    } else {
      putEvents(call);
    }
  }

  private void accept(Call call, List<SentEvent> sent) throws IOException {
    String bus = bus(call, Optional.empty());
    access.requireBus(call, bus);
    List<EventLog.Accepted> accepted =
        database.write(tx -> sent.stream().map(event -> events.accept(tx, bus, event)).toList());
    ObjectNode answer = Json.object();
    ArrayNode ids = answer.putArray("ids");
    accepted.forEach(one -> ids.add(one.event().id()));
    // What was sent under a known id is not kept, whatever it says: its sender is told.
    ArrayNode known = answer.putArray("known");
    accepted.stream().filter(EventLog.Accepted::known).forEach(one -> known.add(one.event().id()));
    call.send(200, answer);
  }

  private static String bus(Call call, Optional<String> named) {
    return named
        .or(() -> call.text("bus"))
        .map(bus -> Names.requireName("domain", bus))
        .orElseThrow(() ->
            new Invalid(
                HttpError.PARAMETER_INVALID,
                "The event names no bus.",
                "Name the domain whose bus it is: POST /v1/events?bus=DOMAIN, or EventBusName in"
                    + " the entry."));
  }

  private void putEvents(Call call) throws IOException {
    List<PutEvents.Entry> entries = PutEvents.read(call.json(BODY_LIMIT));
    List<ObjectNode> answers = new ArrayList<>();
    for (PutEvents.Entry entry : entries) {
      answers.add(
          switch (entry) {
            case PutEvents.Entry.Wrong(var code, var message) -> failed(code, message);
            case PutEvents.Entry.Sound sound -> put(call, sound);
          });
    }
    ObjectNode answer = Json.object();
    answer.put("FailedEntryCount", answers.stream().filter(it -> it.has("ErrorCode")).count());
    answer.putArray("Entries").addAll(answers);
    call.send(200, answer);
  }

  private ObjectNode put(Call call, PutEvents.Entry.Sound entry) {
    try {
      String bus = bus(call, entry.bus());
      access.requireBus(call, bus);
      Event event = database.write(tx -> events.accept(tx, bus, entry.event())).event();
      return Json.object().put("EventId", event.id());
    } catch (HosuException.Denied e) {
      return failed("AccessDeniedException", e.what());
    } catch (HosuException.NotFound e) {
      return failed("ResourceNotFoundException", e.what());
    } catch (Invalid e) {
      return failed("InvalidArgument", e.what());
    }
  }

  private static ObjectNode failed(String code, String message) {
    return Json.object().put("ErrorCode", code).put("ErrorMessage", message);
  }

  private void test(Call call) throws IOException {
    JsonFields body = call.fields("pattern", "event");
    ObjectNode pattern =
        body.optionalObject("pattern")
            .orElseThrow(() ->
                new Invalid(
                    HttpError.BODY_INVALID,
                    "The field 'pattern' is missing.",
                    "Give an event pattern, for example {\"source\": [\"hosu.objects\"]}."));
    Optional<ObjectNode> event = body.optionalObject("event");
    call.send(
        200,
        event.isPresent()
            ? PatternExplanation.of(pattern, event.get()).toJson()
            : tried(call, pattern));
  }

  private ObjectNode tried(Call call, JsonNode pattern) {
    access.require(call, "DESCRIBE", "");
    EventPatterns.check(pattern);
    Predicate<Event> taking = EventPatterns.taking(pattern);
    SeenLog log = new SeenLog(events, access.records(call));
    List<LoggedEvent> newest =
        events.list(EventFilter.ALL, TRIED).items().stream().map(log).toList();
    List<LoggedEvent> taken = newest.stream().filter(it -> taking.test(it.event())).toList();
    ObjectNode answer = Json.object().put("tried", newest.size()).put("matched", taken.size());
    ArrayNode shown = answer.putArray("events");
    taken.stream().limit(SHOWN).forEach(it -> shown.add(it.toJson()));
    if (taken.isEmpty() && !newest.isEmpty()) {
      answer.set("nearest", nearest(pattern, newest.subList(0, Math.min(newest.size(), NEAR))));
    }
    return answer;
  }

  /**
   * The event of which the most clauses hold, of several the newest: each clause as for this event,
   * and for how many of the events it holds.
   */
  private static ObjectNode nearest(JsonNode pattern, List<LoggedEvent> events) {
    List<PatternExplanation> all =
        events.stream().map(it -> PatternExplanation.of(pattern, it.event().toJson())).toList();
    PatternExplanation best =
        Collections.max(all, Comparator.comparingLong(PatternExplanation::held));
    ObjectNode json = best.toJson();
    for (int i = 0; i < best.clauses().size(); i++) {
      int clause = i;
      ((ObjectNode) json.path("clauses").path(i))
          .put("held", all.stream().filter(it -> it.clauses().get(clause).matches()).count());
    }
    json.put("of", all.size());
    json.set("event", events.get(all.indexOf(best)).toJson());
    return json;
  }
}
