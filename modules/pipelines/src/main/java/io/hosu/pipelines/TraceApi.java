package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Authentication;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Rights;
import io.hosu.http.Call;
import io.hosu.http.HttpError;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Chains over HTTP: {@code GET /v1/trace} with {@code object}, {@code table} or {@code execution},
 * and {@code version} (of the object, or the table's snapshot) and {@code depth}. What the caller
 * may not know of is left out, with all that lies behind it.
 */
public final class TraceApi implements Routes {
  private static final int STANDARD_DEPTH = 10;

  private final Tracing tracing;
  private final Policy policy;

  public TraceApi(Tracing tracing, Policy policy) {
    this.tracing = tracing;
    this.policy = policy;
  }

  @Override
  public void register(Router.Builder router) {
    router.get("/v1/trace", this::trace, "object", "table", "execution", "version", "depth");
  }

  private void trace(Call call) throws IOException {
    ObjectNode json = trace(call, sight(call)).toJson();
    hideCounts(json, tracing.seenRecords(policy.rights(), Authentication.principal(call)));
    call.send(200, json);
  }

  /** Who sees a part of what a stage reads or writes is not told how much that is. */
  static void hideCounts(JsonNode node, SeenRecords records) {
    if (node.has("rows_out") && !records.isCounted(StageName.parse(node.path("name").asText()))) {
      ((ObjectNode) node).remove("rows_out");
    }
    for (String chain : List.of("from", "into", "next")) {
      node.path(chain).forEach(next -> hideCounts(next, records));
    }
  }

  private Trace trace(Call call, Tracing.Sight sight) {
    Optional<ObjectName> object = call.query("object", ObjectName::parse);
    Optional<TableName> table = call.query("table", TableName::parse);
    Optional<String> execution = call.text("execution");
    if (Stream.of(object, table, execution).filter(Optional::isPresent).count() != 1) {
      throw wrong("A trace is of one object, table or execution.", "Give exactly one of them.");
    }
    String version = call.text("version").orElse("");
    return object
        .map(name -> tracing.ofObject(name, version, sight))
        .or(() -> table.map(name -> tracing.ofTable(name, version, sight)))
        .orElseGet(() -> tracing.ofExecution(execution.orElseThrow(), sight));
  }

  private Tracing.Sight sight(Call call) {
    Rights rights = policy.rights();
    Principal principal = Authentication.principal(call);
    return new Tracing.Sight(
        Seen.of(rights, principal),
        resource -> rights.visible(principal, resource),
        tracing.seenRecords(rights, principal),
        call.query("depth", TraceApi::depth).orElse(STANDARD_DEPTH));
  }

  private static int depth(String text) {
    if (!text.matches("[1-9][0-9]?") || Integer.parseInt(text) > Tracing.MOST_DEPTH) {
      throw wrong(
          "'depth' is '%s'.".formatted(text),
          "Give a number from 1 to %d.".formatted(Tracing.MOST_DEPTH));
    }
    return Integer.parseInt(text);
  }

  private static Invalid wrong(String what, String remedy) {
    return new Invalid(HttpError.PARAMETER_INVALID, what, remedy);
  }
}
