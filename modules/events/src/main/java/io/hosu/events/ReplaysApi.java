package io.hosu.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.Replay.Wanted;
import io.hosu.http.Call;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.store.Database;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Replays over HTTP: {@code POST /v1/replays} with {@code from}, {@code to}, {@code stage}, {@code
 * domain} or {@code "all": true} (all stages of the lake), {@code pattern} and {@code dry_run};
 * {@code GET /v1/replays} with {@code since}, {@code GET} and {@code DELETE /v1/replays/{id}},
 * which cancels one. Each asks for REDRIVE where the events go: on the pipeline of a stage, on a
 * domain, or on the lake.
 */
public final class ReplaysApi implements Routes {
  private static final String REDRIVE = "REDRIVE";

  private final Database database;
  private final Replays replays;
  private final Access access;
  private final InstantSource clock;

  public ReplaysApi(Database database, Replays replays, Access access, InstantSource clock) {
    this.database = database;
    this.replays = replays;
    this.access = access;
    this.clock = clock;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .post("/v1/replays", this::begin)
        .get("/v1/replays", this::list, "since", "limit", "next")
        .get("/v1/replays/{id}", this::show)
        .delete("/v1/replays/{id}", this::cancel);
  }

  private void begin(Call call) throws IOException {
    JsonFields body =
        call.fields("from", "to", "stage", "domain", "all", "pattern", "dry_run").filled();
    Wanted wanted = wanted(body);
    access.require(call, REDRIVE, wanted.place());
    if (body.flag("dry_run", false)) {
      Replays.Extent extent = replays.extent(wanted);
      call.send(
          200, Json.object().put("events", extent.events()).put("messages", extent.messages()));
    } else {
      call.send(202, replays.begin(wanted, access.principal(call)).toJson());
    }
  }

  /** Everything once more is nothing that anybody should get by leaving a word out. */
  private static void requireTarget(JsonFields body) {
    if (body.flag("all", false) == (body.has("stage") || body.has("domain"))) {
      throw new Invalid(
          EventsError.REPLAY_INVALID,
          body.has("all")
              ? "Both 'all' and a stage or a domain are given."
              : "It is not said to which stages.",
          "Give 'stage' as DOMAIN.PIPELINE.STAGE, 'domain', or {\"all\": true}.");
    }
  }

  private Wanted wanted(JsonFields body) {
    requireTarget(body);
    return new Wanted(
        body.optionalText("domain").orElse(""),
        body.optionalText("stage").orElse(""),
        instant("from", body.text("from")),
        body.optionalText("to").map(to -> instant("to", to)).orElseGet(clock::instant),
        body.optionalObject("pattern"));
  }

  private static Instant instant(String name, String text) {
    try {
      return Instants.parse(text);
    } catch (DateTimeException _) {
      throw new Invalid(
          EventsError.REPLAY_INVALID,
          "'%s' is '%s', which is no instant.".formatted(name, text),
          "Write it as 2026-11-25T18:00:00Z.");
    }
  }

  private void list(Call call) throws IOException {
    Predicate<String> seen = access.places(call, REDRIVE);
    Instant since = call.since(clock).orElse(Instant.MIN);
    List<ObjectNode> all =
        database.read(replays::list).stream()
            .filter(replay -> seen.test(replay.wanted().place()))
            .filter(replay -> !replay.madeAt().isBefore(since))
            .map(Replay::toJson)
            .toList();
    call.send(call.part(all));
  }

  private void show(Call call) throws IOException {
    call.send(200, seen(call).toJson());
  }

  private void cancel(Call call) throws IOException {
    String id = seen(call).id();
    call.send(200, database.write(tx -> replays.cancel(tx, id)).toJson());
  }

  private Replay seen(Call call) {
    String id = call.variable("id");
    Predicate<String> seen = access.places(call, REDRIVE);
    return Optional.of(database.read(tx -> replays.require(tx, id)))
        .filter(replay -> seen.test(replay.wanted().place()))
        .orElseThrow(() ->
            new NotFound(
                EventsError.REPLAY_NOT_FOUND,
                "There is no replay %s.".formatted(id),
                "See them with: hosu replays list"));
  }
}
