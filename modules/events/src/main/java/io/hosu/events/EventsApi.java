package io.hosu.events;

import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Denied;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The event log over HTTP.
 *
 * <p>{@code GET /v1/events} with {@code limit}, {@code next}, {@code since}, {@code source}, {@code
 * detail_type}, {@code domain} and {@code matched} ({@code true}: some rule took it, {@code false}:
 * none did; without {@code source}, what the lake tells of itself is left out, {@code hosu.*} other
 * than {@code hosu.objects}) answers events, newest first: all for who may describe the domain (the
 * lake, without one), else those that stages take which the caller may describe, and those that are
 * about such stages. What quotes records, or names tables, is left out for who may not see them.
 */
public final class EventsApi implements Routes {
  private final EventLog events;
  private final Access access;
  private final InstantSource clock;

  public EventsApi(EventLog events, Access access, InstantSource clock) {
    this.events = events;
    this.access = access;
    this.clock = clock;
  }

  @Override
  public void register(Router.Builder router) {
    router.get(
        "/v1/events",
        this::list,
        "since",
        "source",
        "detail_type",
        "domain",
        "matched",
        "limit",
        "next");
  }

  private void list(Call call) throws IOException {
    EventFilter filter = filter(call);
    Predicate<LoggedEvent> seen = seen(call, filter.domain().orElse(""));
    SeenLog log = new SeenLog(events, access.records(call));
    call.send(
        events
            .list(filter, call.limit(), call.next(), seen)
            .map(logged -> log.apply(logged).toJson()));
  }

  /**
   * Every event for who may describe the place; of others, those of stages that the caller may.
   *
   * @throws Denied when there are no such stages
   */
  private Predicate<LoggedEvent> seen(Call call, String place) {
    Predicate<String> described = access.places(call, "DESCRIBE");
    Optional<Predicate<LoggedEvent>> some =
        described.test(place) ? Optional.empty() : events.ofStages(described);
    if (some.isPresent()) {
      return some.get();
    }
    access.require(call, "DESCRIBE", place);
    return _ -> true;
  }

  private EventFilter filter(Call call) {
    return new EventFilter(
        call.since(clock),
        call.text("source"),
        call.text("detail_type"),
        call.text("domain"),
        call.choice(
            "matched", "Give true for events that some rule took, false for those that none did."));
  }
}
