package io.hosu.events;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.Call;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Durations;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.store.Database;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Schedules over HTTP.
 *
 * <p>{@code GET /v1/schedules} with {@code domain} answers every schedule with its next and its
 * last moment, of pipelines that the caller may describe; {@code POST /v1/schedules/preview} with
 * {@code expression} and {@code timezone} answers the next ten moments of an expression that need
 * not be anybody's.
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
    router.get("/v1/schedules", this::list);
    router.post("/v1/schedules/preview", this::preview);
  }

  private void list(Call call) throws IOException {
    Optional<String> domain = call.query("domain", Function.identity());
    Predicate<String> described = access.places(call, "DESCRIBE");
    List<ObjectNode> all =
        database.read(schedules::list).stream()
            .filter(it -> domain.isEmpty() || it.domain().equals(domain.get()))
            .filter(it -> described.test(it.name()))
            .map(SchedulesApi::json)
            .toList();
    call.send(Page.last(all));
  }

  private static ObjectNode json(Schedules.Standing standing) {
    Schedules.Written written = standing.written();
    return Json.object()
        .put("name", standing.name())
        .put("expression", written.expression())
        .put("timezone", written.zone().equals("Z") ? "UTC" : written.zone())
        .put("jitter", Durations.print(written.jitter()))
        .put("catch_up", written.catchUp().toLowerCase(Locale.ROOT))
        .put("next", standing.next().map(Instants::print).orElse(null))
        .put("last", standing.last().map(Instants::print).orElse(null))
        .put("reason", standing.reason().orElse(null));
  }

  private void preview(Call call) throws IOException {
    JsonFields body = call.fields("expression", "timezone");
    Schedule schedule =
        Schedule.parse(
            body.text("expression"),
            zone(body.optionalText("timezone").orElse("UTC")),
            Schedule.Span.ALWAYS);
    Instant now = clock.instant();
    ArrayNode moments = Json.mapper().createArrayNode();
    for (Instant moment : schedule.preview(now, now, SHOWN)) {
      moments
          .addObject()
          .put("time", Instants.print(moment))
          .put("local", moment.atZone(schedule.zone()).toLocalDateTime().toString());
    }
    call.send(200, Json.object().set("items", moments));
  }

  private static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException _) {
      throw Schedule.invalid("'%s' is no time zone, such as Europe/Berlin.".formatted(name));
    }
  }
}
