package io.hosu.query;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Authentication;
import io.hosu.governance.Caller;
import io.hosu.governance.Principal;
import io.hosu.governance.Recorder;
import io.hosu.http.Call;
import io.hosu.http.HttpError;
import io.hosu.http.Problems;
import io.hosu.http.Response;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.query.engine.Column;
import io.hosu.query.engine.ResultFormat;
import io.hosu.query.engine.ResultSink;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The routes of queries: {@code POST /v1/queries} with {@code {"sql": ...}} answers with the
 * result, streamed, as {@code Accept} wishes (CSV unless it names JSON, NDJSON or Parquet).
 *
 * <p>{@code Hosu-Query-Id} tells the query's id; a client that wants to cancel before the first row
 * sends an id of its own under the same name. A client that closes its connection (or its own
 * direction of it), or reads nothing for longer than {@code http.idle-timeout}, has its query
 * cancelled.
 */
public final class QueriesApi implements Routes {
  /** The header with the id of a query. */
  public static final String ID_HEADER = "Hosu-Query-Id";

  private static final String EXAMPLE = "01k9zq3v8e5m2x7c4b6d0f1g9h";
  private static final Pattern ID = Pattern.compile("[0-9a-hjkmnp-tv-z]{26}");

  private final Queries queries;

  public QueriesApi(Queries queries) {
    this.queries = queries;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .post("/v1/queries", this::run)
        .get("/v1/queries", this::list, "limit", "next")
        .get("/v1/queries/{id}", this::show)
        .delete("/v1/queries/{id}", this::cancel);
  }

  private void run(Call call) throws IOException {
    Caller caller = Authentication.caller(call);
    String sql = call.fields("sql").text("sql");
    ResultFormat format = format(call.request().header("Accept").orElse(""));
    String id = call.request().header(ID_HEADER).map(QueriesApi::sentId).orElseGet(queries::nextId);
    call.response().header(ID_HEADER, id);
    try (var _ = call.request().onClientGone(() -> queries.abandon(caller.principal(), id))) {
      queries.run(id, caller, sql, format, new Sent(call.response(), format));
    } catch (HosuException e) {
      refuse(call.response(), id, e);
      Recorder.told(call.request(), e);
    }
  }

  /** Also a query that failed can be looked up. */
  private static void refuse(Response response, String id, HosuException failure)
      throws IOException {
    if (response.isCommitted()) {
      throw failure;
    }
    response.reset();
    Problems.write(response.header(ID_HEADER, id), failure);
  }

  private static String sentId(String id) {
    if (!ID.matcher(id).matches()) {
      throw new Invalid(
          HttpError.PARAMETER_INVALID,
          "The header %s is not an id of 26 letters and digits.".formatted(ID_HEADER),
          "Send an id such as %s, or leave the header out.".formatted(EXAMPLE));
    }
    return id;
  }

  private static ResultFormat format(String accept) {
    String types = accept.toLowerCase(Locale.ROOT);
    if (types.contains("parquet")) {
      return ResultFormat.PARQUET;
    }
    if (types.contains("ndjson") || types.contains("jsonl")) {
      return ResultFormat.NDJSON;
    }
    return types.contains("json") && !types.contains("csv") ? ResultFormat.JSON : ResultFormat.CSV;
  }

  /** A result on its way to a client. */
  private record Sent(Response response, ResultFormat format) implements ResultSink {
    @Override
    public void columns(List<Column> columns) {
      response.status(200).header("Content-Type", format.mediaType());
    }

    @Override
    public void bytes(byte[] chunk) throws IOException {
      response.body().write(chunk);
    }

    @Override
    public void cutOff() {
      response.cutOff();
    }
  }

  private void list(Call call) throws IOException {
    Principal principal = Authentication.principal(call);
    String after = call.next().orElse("");
    List<Query> part =
        queries.list(principal).stream()
            .filter(query -> after.isEmpty() || query.id().compareTo(after) < 0)
            .limit(call.limit() + 1L)
            .toList();
    boolean more = part.size() > call.limit();
    List<Query> items = more ? part.subList(0, call.limit()) : part;
    call.send(new Page<>(items, more ? items.getLast().id() : null).map(QueriesApi::json));
  }

  private void show(Call call) throws IOException {
    Query query = queries.require(Authentication.principal(call), call.variable("id"));
    call.send(200, json(query));
  }

  private void cancel(Call call) {
    queries.cancel(Authentication.principal(call), call.variable("id"));
    call.sendNothing();
  }

  private static ObjectNode json(Query query) {
    Query.Outcome outcome = query.outcome();
    ObjectNode json =
        Json.object()
            .put("id", query.id())
            .put("principal", Principal.nameIn(query.sender().principal()))
            .put("person", query.sender().person().orElse(null))
            .put("sql", query.sql())
            .put("status", query.state().name())
            .put("started_at", Instants.print(query.startedAt()))
            .put("elapsed_ms", outcome.elapsed().toMillis());
    outcome
        .summary()
        .ifPresent(result ->
            json.put("cpu_ms", result.cpu().toMillis())
                .put("rows", result.rows())
                .put("bytes", result.bytes()));
    return json.put("code", outcome.code()).put("cause", outcome.cause());
  }
}
