package io.hosu.query;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Authentication;
import io.hosu.governance.Principal;
import io.hosu.http.Call;
import io.hosu.http.Response;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.query.engine.Column;
import io.hosu.query.engine.ResultFormat;
import io.hosu.query.engine.ResultSink;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * The routes of queries: {@code POST /v1/queries} with {@code {"sql": ...}} answers with the
 * result, streamed, as {@code Accept} wishes (CSV unless it names JSON or NDJSON); {@code
 * Hosu-Query-Id} tells the query's id.
 */
public final class QueriesApi implements Routes {
  /** The header with the id of a query. */
  public static final String ID_HEADER = "Hosu-Query-Id";

  private final Queries queries;

  public QueriesApi(Queries queries) {
    this.queries = queries;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .post("/v1/queries", this::run)
        .get("/v1/queries", this::list)
        .get("/v1/queries/{id}", this::show)
        .delete("/v1/queries/{id}", this::cancel);
  }

  private void run(Call call) throws IOException {
    Principal principal = Authentication.principal(call);
    String sql = call.fields("sql").text("sql");
    ResultFormat format = format(call.request().header("Accept").orElse(""));
    String id = queries.nextId();
    call.response().header(ID_HEADER, id);
    queries.run(id, principal, sql, format, new Sent(call.response(), format));
  }

  private static ResultFormat format(String accept) {
    String types = accept.toLowerCase(Locale.ROOT);
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
    return Json.object()
        .put("id", query.id())
        .put("principal", query.principal())
        .put("sql", query.sql())
        .put("status", query.state().name())
        .put("started_at", Instants.print(query.startedAt()))
        .put("elapsed_ms", outcome.elapsed().toMillis())
        .put("cpu_ms", outcome.cpu().toMillis())
        .put("rows", outcome.rows())
        .put("bytes", outcome.bytes())
        .put("code", outcome.code())
        .put("cause", outcome.cause());
  }
}
