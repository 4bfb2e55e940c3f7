package io.hosu.events;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.Call;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Durations;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.store.Database;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Schedules over HTTP.
 *
 * <p>{@code GET /v1/schedules} with {@code domain} answers every schedule with its next and its
 * last moment, of pipelines that the caller may describe; {@code POST /v1/schedules/preview}
 * answers the next ten moments of one of these, by its {@code name}, or of an {@code expression}
 * that need not be anybody's, with {@code timezone}, {@code start} and {@code end}.
 */
public final class SchedulesApi implements Routes {
  private static final int SHOWN = 10;

  private final Database database;
  private final Schedules schedules;
  private final Access access;
  private final InstantSource clock;

  public SchedulesApi(Database database, Schedules schedules, Access access, InstantSource clock) {
    this.database = database;
    this.schedules = schedules;
    this.access = access;
    this.clock = clock;
  }

  @Override
  public void register(Router.Builder router) {
    router.get("/v1/schedules", this::list, "domain", "limit", "next");
    router.post("/v1/schedules/preview", this::preview);
  }

  private void list(Call call) throws IOException {
    Optional<String> domain = call.text("domain");
    Predicate<String> described = access.places(call, "DESCRIBE");
    List<ObjectNode> all =
        database.read(schedules::list).stream()
            .filter(it -> domain.isEmpty() || it.domain().equals(domain.get()))
            .filter(it -> described.test(it.name()))
            .map(SchedulesApi::json)
            .toList();
    call.send(call.part(all));
  }

  private static ObjectNode json(Schedules.Standing standing) {
    Schedules.Written written = standing.written();
    return Json.object()
        .put("name", standing.name())
        .put("expression", written.expression())
        .put("timezone", written.zone().equals("Z") ? "UTC" : written.zone())
        .put("jitter", Durations.print(written.jitter()))
        .put("catch_up", written.catchUp().toLowerCase(Locale.ROOT))
        .put("start", print(written.start()))
        .put("end", print(written.end()))
        .put("next", standing.next().map(Instants::print).orElse(null))
        .put("last", standing.last().map(Instants::print).orElse(null))
        .put("reason", standing.reason().orElse(null));
  }

  private static @Nullable String print(@Nullable Instant time) {
    return time == null ? null : Instants.print(time);
  }

  private void preview(Call call) throws IOException {
    JsonFields body = call.fields("name", "expression", "timezone", "start", "end");
    Instant now = clock.instant();
    Optional<String> name = body.optionalText("name");
    Optional<Schedules.Standing> standing = name.map(it -> require(call, it));
    Schedule schedule = standing.map(it -> it.rule().schedule()).orElseGet(() -> schedule(body));
    Instant madeAt = standing.map(Schedules.Standing::madeAt).orElse(now);
    ArrayNode moments = Json.mapper().createArrayNode();
    for (Instant moment : schedule.preview(now, madeAt, SHOWN)) {
      moments
          .addObject()
          .put("time", Instants.print(moment))
          .put("local", moment.atZone(schedule.zone()).toLocalDateTime().toString());
    }
    ObjectNode json = Json.object();
    standing.ifPresent(it -> json.put("jitter", Durations.print(it.written().jitter())));
    call.send(200, json.set("items", moments));
  }

  private static Schedule schedule(JsonFields body) {
    return Schedule.parse(
        body.text("expression"),
        zone(body.optionalText("timezone").orElse("UTC")),
        new Schedule.Span(time(body, "start"), time(body, "end")));
  }

  private static @Nullable Instant time(JsonFields body, String field) {
    try {
      return body.optionalText(field).map(Instants::parse).orElse(null);
    } catch (DateTimeException e) {
      throw Schedule.invalid("'%s' is no time, such as 2026-11-25T17:00:00Z.".formatted(field));
    }
  }

  /** The schedule of this name, among those that the caller may describe. */
  private Schedules.Standing require(Call call, String name) {
    Predicate<String> described = access.places(call, "DESCRIBE");
    return database
        .read(tx -> schedules.find(tx, name))
        .filter(standing -> described.test(standing.name()))
        .orElseThrow(() ->
            new NotFound(
                EventsError.SCHEDULE_NOT_FOUND,
                "There is no schedule %s.".formatted(name),
                "See them with: hosu schedules list"));
  }

  private static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException _) {
      throw Schedule.invalid("'%s' is no time zone, such as Europe/Berlin.".formatted(name));
    }
  }
}
