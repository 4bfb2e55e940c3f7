package io.hosu.pipelines;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.EventLog;
import io.hosu.governance.Authentication;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Rights;
import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Json;
import io.hosu.store.Database;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Executions as OpenLineage tells them, over HTTP: {@code GET /v1/executions/{id}/openlineage}, the
 * run events of one; and {@code GET /v1/openlineage}, those of all that ended since {@code since},
 * or since the beginning of the event log: as JSON with {@code items}, or line by line where {@code
 * Accept} names NDJSON. {@code next}, and the header {@code Hosu-Next}, tell where to go on, also
 * at the end. What the caller may not know of is left out.
 */
final class OpenLineageApi implements Routes {
  /** The header with the token of where a feed goes on. */
  static final String NEXT_HEADER = "Hosu-Next";

  private static final String NDJSON = "application/x-ndjson";

  private final OpenLineageRuns.Lake lake;
  private final OpenLineageFeed feed;
  private final Policy policy;
  private final InstantSource clock;

  OpenLineageApi(
      OpenLineageRuns.Lake lake, OpenLineageFeed feed, Policy policy, InstantSource clock) {
    this.lake = lake;
    this.feed = feed;
    this.policy = policy;
    this.clock = clock;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .get("/v1/executions/{id}/openlineage", this::execution, "limit", "next")
        .get("/v1/openlineage", this::feed, "since", "limit", "next");
  }

  private void execution(Call call) throws IOException {
    OpenLineageRuns.Run run = new OpenLineageRuns(lake, sight(call)).run(call.variable("id"));
    call.send(call.part(events(run)));
  }

  private OpenLineageRuns.Sight sight(Call call) {
    Rights rights = policy.rights();
    Principal principal = Authentication.principal(call);
    return OpenLineageRuns.sight(
        rights, principal, SeenRecords.of(lake.database(), rights, principal));
  }

  private static List<ObjectNode> events(OpenLineageRuns.Run run) {
    return Stream.concat(run.start().stream(), run.end().stream()).toList();
  }

  private void feed(Call call) throws IOException {
    OpenLineageRuns.Sight sight = sight(call);
    Database database = lake.database();
    long from =
        call.number("next")
            .or(() ->
                call.since(clock).map(since -> database.read(tx -> EventLog.before(tx, since))))
            .orElse(0L);
    OpenLineageFeed.Part part = feed.after(from, call.limit(), sight.seen());
    OpenLineageRuns runs = new OpenLineageRuns(lake, sight);
    List<ObjectNode> events = new ArrayList<>();
    for (OpenLineageFeed.Ended ended : part.ended()) {
      try {
        events.addAll(events(runs.run(ended.execution())));
      } catch (NotFound _) {
        // It was removed since: there is nothing to tell of it any more.
      }
    }
    String next = call.token(Long.toString(part.upTo()));
    call.response().header(NEXT_HEADER, next);
    if (wantsLines(call)) {
      lines(call, events);
    } else {
      ObjectNode json = Json.object();
      events.forEach(json.putArray("items")::add);
      call.send(200, json.put("next", next));
    }
  }

  private static boolean wantsLines(Call call) {
    return call.request()
        .header("Accept")
        .filter(accept -> accept.toLowerCase(Locale.ROOT).contains("ndjson"))
        .isPresent();
  }

  private static void lines(Call call, List<ObjectNode> events) throws IOException {
    call.response().status(200).header("Content-Type", NDJSON);
    for (ObjectNode event : events) {
      call.response().body().write((Json.print(event) + "\n").getBytes(UTF_8));
    }
  }
}
