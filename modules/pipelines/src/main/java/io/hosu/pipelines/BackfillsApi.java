package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Authentication;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Trail;
import io.hosu.http.Call;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Backfills over HTTP: {@code POST /v1/backfills} with {@code of} (a pipeline, or one of its
 * stages), {@code from}, {@code to}, {@code concurrency} and {@code dry_run}; {@code GET
 * /v1/backfills} with {@code since}, {@code GET} and {@code DELETE /v1/backfills/{id}}, which
 * cancels one.
 *
 * <p>It takes the right to run the pipeline. Backfills of pipelines that the caller may not
 * describe look as if they were not there. Who sees a part of a table of a stage is not told how
 * many bytes and rows that stage processes.
 */
public final class BackfillsApi implements Routes {
  private static final String SIZE = "bytes";
  private static final List<String> COUNTS = List.of(SIZE, "rows", "rows_estimated");

  private final Backfills backfills;
  private final Pipelines pipelines;
  private final Policy policy;
  private final InstantSource clock;

  public BackfillsApi(Pipelines pipelines, Policy policy, InstantSource clock) {
    this.backfills = pipelines.backfills();
    this.pipelines = pipelines;
    this.policy = policy;
    this.clock = clock;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .post("/v1/backfills", this::begin)
        .get("/v1/backfills", this::list, "since", "limit", "next")
        .get("/v1/backfills/{id}", this::show)
        .delete("/v1/backfills/{id}", this::cancel);
  }

  private void begin(Call call) throws IOException {
    JsonFields body = call.fields("of", "from", "to", "concurrency", "dry_run").filled();
    Backfill.Wanted wanted = wanted(body);
    Seen seen = seen(call);
    backfills.requireKnown(wanted, seen);
    requireRun(call, wanted);
    if (body.flag("dry_run", false)) {
      call.send(200, json(backfills.estimate(wanted, seen), records(call)));
    } else {
      String by = Authentication.principal(call).toString();
      Trail trail = Authentication.caller(call).trail();
      call.send(202, json(backfills.begin(wanted, by, seen, trail::keepIn), records(call)));
    }
  }

  private Backfill.Wanted wanted(JsonFields body) {
    List<String> words = StageSelection.parse(body.text("of")).words();
    if (words.size() < 2) {
      throw new Invalid(
          PipelinesError.BACKFILL_INVALID,
          "'%s' is neither a pipeline nor a stage.".formatted(body.text("of")),
          "Write domain.pipeline or domain.pipeline.stage; see the stages with: hosu stages list");
    }
    return new Backfill.Wanted(
        words.get(0),
        words.get(1),
        words.size() > 2 ? words.get(2) : "",
        instant("from", body.text("from")),
        body.optionalText("to").map(to -> instant("to", to)).orElseGet(clock::instant),
        concurrency(body));
  }

  private static Instant instant(String name, String text) {
    try {
      return Instants.parse(text);
    } catch (DateTimeException _) {
      throw new Invalid(
          PipelinesError.BACKFILL_INVALID,
          "'%s' is '%s', which is no instant.".formatted(name, text),
          "Write it as 2026-11-25T18:00:00Z.");
    }
  }

  private static Optional<Integer> concurrency(JsonFields body) {
    return Optional.ofNullable(body.object().get("concurrency"))
        .filter(value -> !value.isNull())
        .map(value -> {
          if (!value.canConvertToInt() || !value.isIntegralNumber()) {
            throw new Invalid(
                PipelinesError.BACKFILL_INVALID,
                "'concurrency' is %s.".formatted(value),
                "Give a whole number, at least 1.");
          }
          return value.intValue();
        });
  }

  private void list(Call call) throws IOException {
    Instant since = call.since(clock).orElse(Instant.MIN);
    SeenRecords records = records(call);
    List<ObjectNode> all =
        backfills.list(seen(call)).stream()
            .filter(detail -> !detail.backfill().madeAt().isBefore(since))
            .map(detail -> detail.backfill().toJson().<ObjectNode>setAll(totals(detail, records)))
            .toList();
    call.send(call.part(all));
  }

  private void show(Call call) throws IOException {
    call.send(200, json(backfills.require(call.variable("id"), seen(call)), records(call)));
  }

  private void cancel(Call call) throws IOException {
    Seen seen = seen(call);
    Backfill backfill = backfills.require(call.variable("id"), seen).backfill();
    requireRun(call, backfill.wanted());
    Trail trail = Authentication.caller(call).trail();
    call.send(200, json(backfills.cancel(backfill.id(), seen, trail::keepIn), records(call)));
  }

  private void requireRun(Call call, Backfill.Wanted wanted) {
    policy.requireWithin(Authentication.caller(call), Permission.RUN, wanted.resource());
  }

  private Seen seen(Call call) {
    return Seen.of(policy.rights(), Authentication.principal(call));
  }

  private SeenRecords records(Call call) {
    return pipelines.seenRecords(policy.rights(), Authentication.principal(call));
  }

  private static ObjectNode json(Backfills.Detail detail, SeenRecords records) {
    ObjectNode json = detail.backfill().toJson();
    json.setAll(totals(detail, records));
    ArrayNode stages = json.putArray("stages");
    detail
        .stages()
        .forEach(stage -> {
          ObjectNode one = stages.addObject().put("stage", stage.stage().toString());
          put(one, stage.progress());
          hide(one, stage.stage(), records);
          stage.waitsFor().ifPresent(what -> one.put("waits_for", what));
        });
    return json;
  }

  /** Takes out how much there is, and how large the objects are, where that may not be told. */
  private static void hide(ObjectNode json, StageName stage, SeenRecords records) {
    if (!records.isCounted(stage)) {
      json.remove(COUNTS);
    }
    if (!records.isSized(stage)) {
      json.remove(SIZE);
    }
  }

  private static ObjectNode totals(Backfills.Detail detail, SeenRecords records) {
    ObjectNode json = Json.object();
    put(
        json,
        detail.stages().stream()
            .map(BackfillRows.StageProgress::progress)
            .reduce(BackfillRows.Progress.NOTHING, BackfillRows.Progress::plus));
    detail.stages().forEach(stage -> hide(json, stage.stage(), records));
    List<BackfillRows.StageProgress> left =
        detail.stages().stream().filter(stage -> !stage.progress().isOver()).toList();
    List<String> waits = left.stream().flatMap(stage -> stage.waitsFor().stream()).toList();
    if (!waits.isEmpty() && waits.size() == left.size()) {
      json.put("waits_for", String.join("; ", waits));
    }
    return json;
  }

  private static void put(ObjectNode json, BackfillRows.Progress progress) {
    json.put("objects", progress.objects());
    json.put("done", progress.done());
    json.put("dead_letters", progress.deadLetters());
    json.put("bytes", progress.bytes());
    json.put("executions", progress.parts());
    json.put("running", progress.open());
  }

  private static ObjectNode json(List<BackfillEstimate> estimates, SeenRecords records) {
    ObjectNode json = Json.object();
    ArrayNode stages = json.putArray("stages");
    for (BackfillEstimate estimate : estimates) {
      ObjectNode stage = stages.addObject();
      stage.put("stage", estimate.stage().name().toString());
      stage.put("executions", estimate.executions());
      put(stage, estimate.all());
      ArrayNode partitions = stage.putArray("partitions");
      estimate
          .partitions()
          .forEach((name, amount) -> put(partitions.addObject().put("partition", name), amount));
      hide(stage, estimate.stage().name(), records);
      partitions.forEach(one -> hide((ObjectNode) one, estimate.stage().name(), records));
    }
    return json;
  }

  private static void put(ObjectNode json, BackfillEstimate.Amount amount) {
    json.put("objects", amount.objects());
    json.put("bytes", amount.bytes());
    json.put("rows", amount.rows().map(BackfillEstimate.Rows::count).orElse(null));
    json.put("rows_estimated", amount.rows().map(BackfillEstimate.Rows::estimated).orElse(false));
  }
}
