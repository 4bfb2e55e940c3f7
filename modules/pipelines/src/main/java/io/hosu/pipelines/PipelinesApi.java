package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Authentication;
import io.hosu.governance.Caller;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.http.Call;
import io.hosu.http.HttpError;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Durations;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.kernel.StageName;
import io.hosu.store.Transaction;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Executions over HTTP: {@code GET /v1/executions} with {@code domain}, {@code pipeline}, {@code
 * stage}, {@code status} and {@code since}, all of which must fit, {@code limit} and {@code next};
 * {@code GET /v1/executions/{id}}; {@code GET /v1/executions/{id}/events} with {@code limit} and
 * {@code next}, all events that started it, those that the log has no more by their {@code id}
 * alone; {@code POST /v1/executions/{id}/retry}; {@code POST /v1/executions/{id}/cancel}, which
 * with {@code return=true} puts its messages back; {@code POST /v1/stages/{name}/run}; and {@code
 * GET /v1/pending}, which with {@code wait} answers once nothing is pending, or at that time.
 *
 * <p>Executions and work of pipelines that the caller may not describe look as if they were not
 * there. What quotes records, or names tables, is left out for who may not see them.
 */
public final class PipelinesApi implements Routes {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
  private static final List<String> NAMES = List.of("domain", "pipeline", "stage");

  private final Pipelines pipelines;
  private final History history;
  private final Policy policy;
  private final InstantSource clock;

  public PipelinesApi(Pipelines pipelines, History history, Policy policy, InstantSource clock) {
    this.pipelines = pipelines;
    this.history = history;
    this.policy = policy;
    this.clock = clock;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .get(
            "/v1/executions",
            this::list,
            "domain",
            "pipeline",
            "stage",
            "status",
            "since",
            "limit",
            "next")
        .get("/v1/executions/{id}", this::show)
        .get("/v1/executions/{id}/events", this::events, "limit", "next")
        .post("/v1/executions/{id}/retry", this::retry)
        .post("/v1/executions/{id}/cancel", this::cancel, "return")
        .post("/v1/stages/{name}/run", this::run)
        .get("/v1/pending", this::pending, "wait");
  }

  private void list(Call call) throws IOException {
    Page<Execution> page =
        filter(call)
            .map(filter ->
                pipelines
                    .executions()
                    .list(filter, call.limit(), call.next().orElse(null), seen(call)))
            .orElse(Page.last(List.of()));
    SeenRecords records = records(call);
    call.send(page.map(execution -> records.seen(execution.toJson())));
  }

  /** Which ones; empty where what is asked for contradicts itself, so that none can be. */
  private Optional<ExecutionFilter> filter(Call call) {
    Map<String, Set<String>> names = new HashMap<>();
    for (String name : NAMES) {
      call.text(name).ifPresent(text -> addNames(names, name, text));
    }
    ExecutionFilter filter =
        new ExecutionFilter(
            one(names.get("domain")),
            one(names.get("pipeline")),
            one(names.get("stage")),
            call.query("status", PipelinesApi::status).orElse(null),
            call.since(clock).orElse(null));
    boolean contradictory = names.values().stream().anyMatch(meant -> meant.size() > 1);
    return contradictory ? Optional.empty() : Optional.of(filter);
  }

  private static @Nullable String one(@Nullable Set<String> names) {
    return names == null ? null : names.iterator().next();
  }

  /** A pipeline or stage may be named with what it is in: {@code shop.orders.clean}. */
  private static void addNames(Map<String, Set<String>> names, String name, String text) {
    List<String> parts = List.of(text.split("\\.", -1));
    int first = NAMES.indexOf(name) + 1 - parts.size();
    if (first < 0) {
      throw new Invalid(
          HttpError.PARAMETER_INVALID,
          "'%s' is '%s'.".formatted(name, text),
          "Name a domain, DOMAIN.PIPELINE, or DOMAIN.PIPELINE.STAGE.");
    }
    for (int i = 0; i < parts.size(); i++) {
      names.computeIfAbsent(NAMES.get(first + i), _ -> new HashSet<>()).add(parts.get(i));
    }
  }

  private static ExecutionStatus status(String text) {
    return Arrays.stream(ExecutionStatus.values())
        .filter(status -> status.name().equals(text.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() ->
            new Invalid(
                HttpError.PARAMETER_INVALID,
                "'status' is '%s'.".formatted(text),
                "Give one of: %s.".formatted(Arrays.toString(ExecutionStatus.values()))));
  }

  private void show(Call call) throws IOException {
    call.send(200, records(call).seen(shown(call.variable("id"), seen(call))));
  }

  /** What has moved to the archive is shown too, once it is known not to be in the database. */
  private ObjectNode shown(String id, Seen seen) {
    try {
      return pipelines.executions().require(id, seen).toJson();
    } catch (NotFound e) {
      return shortened(history.find(id, seen).orElseThrow(() -> e));
    }
  }

  /** With the first of very many events alone, as one has them that is in the database. */
  private static ObjectNode shortened(ObjectNode execution) {
    ArrayNode events = execution.withArray("events");
    while (events.size() > TriggerEvents.FIRST) {
      events.remove(events.size() - 1);
    }
    return execution;
  }

  /** The execution that is named, if it is still one that something can be done about. */
  private Execution live(Call call) {
    String id = call.variable("id");
    try {
      return pipelines.executions().require(id, seen(call)).execution();
    } catch (NotFound e) {
      throw history.explained(e, id, seen(call));
    }
  }

  /** The execution that is named, if it has moved to the archive. */
  private Optional<ArchivedExecution> archived(String id, Seen seen) {
    try {
      pipelines.executions().require(id, seen);
      return Optional.empty();
    } catch (NotFound e) {
      return history.find(id, seen).map(ArchivedExecution::of);
    }
  }

  private void events(Call call) throws IOException {
    String id = call.variable("id");
    Seen seen = seen(call);
    Page<ObjectNode> page;
    try {
      page = pipelines.executions().events(id, call.limit(), call.next(), seen);
    } catch (NotFound e) {
      page = call.part(archivedEvents(history.find(id, seen).orElseThrow(() -> e)));
    }
    SeenRecords records = records(call);
    StageName stage = stage(id, seen);
    call.send(page.map(event -> records.hideEvent(event, stage)));
  }

  private StageName stage(String id, Seen seen) {
    ObjectNode execution = shown(id, seen);
    return new StageName(
        execution.path("domain").asText(),
        execution.path("pipeline").asText(),
        execution.path("stage").asText());
  }

  /** Those that moved with an execution: the first ones as the log still has them, else ids. */
  private static List<ObjectNode> archivedEvents(ObjectNode execution) {
    Map<String, JsonNode> kept = new HashMap<>();
    execution.path("trigger_events").forEach(event -> kept.put(event.path("id").asText(), event));
    return execution
        .path("events")
        .valueStream()
        .map(JsonNode::asText)
        .map(id -> kept.get(id) instanceof ObjectNode event ? event : Json.object().put("id", id))
        .toList();
  }

  private void run(Call call) throws IOException {
    call.requireNoFields();
    StageName stage = call.variable("name", StageName::parse);
    Caller caller = Authentication.caller(call);
    policy.requireWithin(caller, Permission.RUN, Seen.pipeline(stage));
    Execution made = pipelines.run(stage, seen(call), caller.trail()::keepIn);
    call.send(202, records(call).seen(made.toJson()));
  }

  private void cancel(Call call) throws IOException {
    call.requireNoFields();
    Cancelling.Messages messages =
        call.choice(
                    "return",
                    "Give true to put the messages back into their queue, false to set them aside.")
                .orElse(false)
            ? Cancelling.Messages.RETURN
            : Cancelling.Messages.SET_ASIDE;
    Principal principal = Authentication.principal(call);
    Execution execution = live(call);
    Caller caller = Authentication.caller(call);
    policy.requireWithin(caller, Permission.RUN, Seen.pipeline(execution.stage()));
    Execution cancelled =
        pipelines
            .cancelling()
            .cancel(
                execution.id(), messages, principal.toString(), seen(call), caller.trail()::keepIn);
    call.send(200, records(call).seen(cancelled.toJson()));
  }

  private void retry(Call call) throws IOException {
    call.requireNoFields();
    Principal principal = Authentication.principal(call);
    Seen seen = seen(call);
    String by = principal.toString();
    Retrying retrying = pipelines.retrying();
    Optional<ArchivedExecution> archived = archived(call.variable("id"), seen);
    Execution execution = archived.map(ArchivedExecution::execution).orElseGet(() -> live(call));
    Permission needed = retrying.isByHand(execution) ? Permission.RUN : Permission.REDRIVE;
    Caller caller = Authentication.caller(call);
    policy.requireWithin(caller, needed, Seen.pipeline(execution.stage()));
    Consumer<Transaction> recorded = caller.trail()::keepIn;
    Execution made =
        archived
            .map(one -> retrying.retry(one, by, seen, recorded))
            .orElseGet(() -> retrying.retry(execution.id(), by, seen, recorded));
    call.send(202, records(call).seen(made.toJson()));
  }

  private void pending(Call call) throws IOException {
    Duration wait = call.query("wait", Durations::parse).orElse(Duration.ZERO);
    Duration longest = wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    Seen seen = seen(call);
    Pending pending =
        wait.isZero() ? pipelines.pending(seen) : pipelines.awaitNothingPending(longest, seen);
    call.send(200, Json.object().set("pending", pending.toJson()));
  }

  private SeenRecords records(Call call) {
    return pipelines.seenRecords(policy.rights(), Authentication.principal(call));
  }

  private Seen seen(Call call) {
    return Seen.of(policy.rights(), Authentication.principal(call));
  }
}
