package io.hosu.events;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.Call;
import io.hosu.http.HttpError;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.store.Database;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Dead letters over HTTP.
 *
 * <p>{@code GET /v1/dead-letters} with {@code limit}, {@code next}, {@code since}, {@code until},
 * {@code code}, {@code text}, {@code queue}, {@code stage}, {@code pipeline} and {@code domain}
 * (each of these four a name or the beginning of one, up to a dot), all of which must fit; {@code
 * GET} and {@code DELETE /v1/dead-letters/{id}}; {@code PUT /v1/dead-letters/{id}/event} with the
 * whole event as {@code {"event": {...}}} or its detail alone as {@code {"detail": {...}}}; {@code
 * POST /v1/dead-letters/redrive} with {@code {"ids": [...]}}, {@code {"all": true}} or {@code
 * {"where": {...}}} with one or more of the same conditions, which answers how many it sent, and of
 * {@code ids} that were redriven before, when and by whom ({@code already}), and which were dropped
 * while it was asked for ({@code gone}).
 *
 * <p>A dead letter of a pipeline that the caller may not describe looks as if it were not there. To
 * edit, redrive or drop one takes REDRIVE on its pipeline; {@code redrivable=true} lists those that
 * the caller may. What quotes records is left out, and not found by {@code text}, for who may not
 * SELECT from the tables of the stage.
 */
public final class DeadLettersApi implements Routes {
  private static final int BATCH = 200;

  private final Database database;
  private final DeadLetters letters;
  private final Redriving redriving;
  private final Access access;
  private final InstantSource clock;

  public DeadLettersApi(
      Database database,
      DeadLetters letters,
      Redriving redriving,
      Access access,
      InstantSource clock) {
    this.database = database;
    this.letters = letters;
    this.redriving = redriving;
    this.access = access;
    this.clock = clock;
  }

  @Override
  public void register(Router.Builder router) {
    router.get(
        "/v1/dead-letters",
        this::list,
        "queue",
        "stage",
        "pipeline",
        "domain",
        "since",
        "until",
        "code",
        "text",
        "redrivable",
        "limit",
        "next");
    router.get("/v1/dead-letters/{id}", this::show);
    router.delete("/v1/dead-letters/{id}", this::drop);
    router.put("/v1/dead-letters/{id}/event", this::edit);
    router.post("/v1/dead-letters/redrive", this::redrive);
  }

  private void list(Call call) throws IOException {
    DeadLetterFilter filter = DeadLetterFilters.of(call, clock);
    boolean redrivable =
        call.choice("redrivable", "Give true for those that you may redrive, false for all.")
            .orElse(false);
    Predicate<DeadLetter> seen = allowed(call, redrivable ? "REDRIVE" : "DESCRIBE", filter);
    RecordSight sight = access.records(call);
    call.send(
        page(filter, call.limit(), call.next(), seen).map(letter -> letter.seenBy(sight).toJson()));
  }

  /** Which ones the caller may do something with. */
  private Predicate<DeadLetter> allowed(Call call, String permission) {
    Predicate<String> places = access.places(call, permission);
    return letter -> places.test(letter.queue());
  }

  /** The same, without those that have a text only where the caller may not see it. */
  private Predicate<DeadLetter> allowed(Call call, String permission, DeadLetterFilter filter) {
    Predicate<DeadLetter> allowed = allowed(call, permission);
    if (filter.text().isEmpty()) {
      return allowed;
    }
    RecordSight sight = access.records(call).known();
    String words = filter.text().get();
    return allowed.and(letter -> {
      DeadLetter seen = letter.seenBy(sight);
      return seen.equals(letter) || seen.says(words);
    });
  }

  private Page<DeadLetter> page(
      DeadLetterFilter filter, int limit, Optional<String> next, Predicate<DeadLetter> seen) {
    return database.read(tx -> letters.list(tx, filter, limit, next, seen));
  }

  private void show(Call call) throws IOException {
    DeadLetter letter = require(call, call.variable("id"), "DESCRIBE");
    call.send(200, detail(call, letter));
  }

  private ObjectNode detail(Call call, DeadLetter letter) {
    RecordSight sight = access.records(call);
    ObjectNode json = letter.seenBy(sight).toJson();
    List<Redrive> redrives = database.read(tx -> letters.redrives(tx, letter.id()));
    redrives.stream()
        .map(redrive -> redrive.seenBy(sight, letter.queue()).toJson())
        .forEach(json.putArray("redrives")::add);
    return json;
  }

  private void edit(Call call) throws IOException {
    JsonFields body = call.fields("event", "detail");
    Optional<ObjectNode> whole = body.optionalObject("event");
    Optional<ObjectNode> part = body.optionalObject("detail");
    if (whole.isPresent() == part.isPresent()) {
      throw new Invalid(
          HttpError.BODY_INVALID,
          "An edit needs one of 'event' and 'detail'.",
          "Send the event as GET shows it, corrected, or its detail alone.");
    }
    DeadLetter letter = require(call, call.variable("id"), "REDRIVE");
    Event event = letter.event();
    Event corrected =
        part.map(detail -> event.with(event.resources(), detail))
            .or(() -> whole.map(DeadLettersApi::event))
            .orElseThrow();
    String by = access.principal(call);
    call.send(
        200,
        detail(
            call,
            redriving.edit(letter.id(), corrected, by).orElseThrow(() -> gone(call, letter.id()))));
  }

  private static Event event(ObjectNode json) {
    try {
      return Event.fromJson(json);
    } catch (DateTimeException e) {
      throw new Invalid(
          HttpError.BODY_INVALID,
          "The 'time' of the event is '%s'.".formatted(json.path("time").asText()),
          "Leave it as it is.",
          e);
    }
  }

  private void drop(Call call) {
    DeadLetter letter = require(call, call.variable("id"), "REDRIVE");
    if (!redriving.drop(letter.id(), access.principal(call))) {
      throw gone(call, letter.id());
    }
    call.sendNothing();
  }

  private DeadLetter require(Call call, String id, String permission) {
    Predicate<DeadLetter> described = allowed(call, "DESCRIBE");
    DeadLetter letter =
        database
            .read(tx -> letters.find(tx, id, described))
            .orElseThrow(
                () -> permission.equals("DESCRIBE") ? DeadLetters.notFound(id) : gone(call, id));
    access.require(call, permission, letter.queue());
    return letter;
  }

  /** What is to be said of a dead letter that is none, or none any more. */
  private HosuException gone(Call call, String id) {
    return before(call, id)
        .<HosuException>map(one ->
            new Conflict(
                EventsError.DEAD_LETTER_REDRIVEN,
                "%s is no dead letter any more: it was redriven at %s by %s, and %s."
                    .formatted(one.message(), Instants.print(one.at()), one.by(), one.told()),
                "If it fails once more it is a dead letter again; see: hosu dlq list"))
        .orElseGet(() -> DeadLetters.notFound(id));
  }

  private void redrive(Call call) throws IOException {
    JsonFields body = call.fields("ids", "all", "where").filled();
    List<String> ids = body.texts("ids");
    Optional<ObjectNode> where = body.optionalObject("where");
    boolean all = body.flag("all", false);
    if (Stream.of(!ids.isEmpty(), where.isPresent(), all).filter(said -> said).count() != 1) {
      throw new Invalid(
          HttpError.BODY_INVALID,
          "A redrive needs one of 'ids', 'where' and 'all'.",
          "Say which dead letters, for example {\"ids\": [\"01j9\"]} or {\"all\": true}.");
    }
    ObjectNode answer =
        ids.isEmpty()
            ? redriveMany(
                call, where.map(it -> DeadLetterFilters.of(it, clock)).orElse(DeadLetterFilter.ALL))
            : redriveThese(call, ids);
    call.send(200, answer);
  }

  /** Redrives these; of what is no dead letter any more for that, it says when and by whom. */
  private ObjectNode redriveThese(Call call, List<String> ids) {
    Set<String> letters = new LinkedHashSet<>();
    Set<String> others = new LinkedHashSet<>();
    for (String id : ids) {
      Optional<Redriven> before = before(call, id);
      if (before.isPresent()) {
        others.add(before.get().message());
      } else {
        letters.add(require(call, id, "REDRIVE").id());
      }
    }
    List<String> sent =
        redriving.redrive(letters, access.principal(call)).stream().map(DeadLetter::id).toList();
    letters.stream().filter(id -> !sent.contains(id)).forEach(others::add);
    ObjectNode json = answer(sent.size(), 0, 0);
    ArrayNode already = json.putArray("already");
    ArrayNode gone = json.putArray("gone");
    for (String id : others) {
      before(call, id).ifPresentOrElse(one -> already.add(one.toJson()), () -> gone.add(id));
    }
    return json;
  }

  /** What became of a dead letter that was redriven before, if it is none now. */
  private Optional<Redriven> before(Call call, String id) {
    Predicate<String> places = access.places(call, "DESCRIBE");
    Optional<Redriven> before =
        database.read(tx ->
            letters.find(tx, id, letter -> places.test(letter.queue())).isPresent()
                ? Optional.empty()
                : letters.findRedriven(tx, id, places));
    before.ifPresent(one -> access.require(call, "REDRIVE", one.queue()));
    return before;
  }

  /**
   * Redrives what the caller may and what has a queue still; the rest stays. Who may nothing of it,
   * or not in the one pipeline that is meant, is refused.
   */
  private ObjectNode redriveMany(Call call, DeadLetterFilter filter) {
    filter.within().stream()
        .filter(name -> name.contains("."))
        .forEach(name -> access.require(call, "REDRIVE", name));
    Redriving.Counts counts =
        redriving.redriveAll(
            new Redriving.Choice(filter, allowed(call, "REDRIVE", filter)),
            queue -> access.require(call, "REDRIVE", queue),
            access.principal(call));
    int redriven = counts.redriven();
    return answer(redriven, counts.left(), denied(call, filter, redriven + counts.left() > 0));
  }

  /** How many the caller sees, but may not redrive; refused where that is all there is. */
  private int denied(Call call, DeadLetterFilter filter, boolean others) {
    Predicate<DeadLetter> denied =
        allowed(call, "DESCRIBE", filter).and(allowed(call, "REDRIVE").negate());
    int count = 0;
    Optional<String> next = Optional.empty();
    do {
      Page<DeadLetter> page = page(filter, BATCH, next, denied);
      if (!others && !page.items().isEmpty()) {
        access.require(call, "REDRIVE", page.items().getFirst().queue());
      }
      count += page.items().size();
      next = page.nextToken();
    } while (next.isPresent());
    return count;
  }

  private static ObjectNode answer(int redriven, int left, int denied) {
    return Json.object().put("redriven", redriven).put("left", left).put("denied", denied);
  }
}
