package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Authentication;
import io.hosu.governance.Caller;
import io.hosu.governance.Decision;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.http.Call;
import io.hosu.http.HttpError;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.TableName;
import java.io.IOException;

/**
 * From a value to its raw object over HTTP: {@code POST /v1/lineage/value} with {@code table},
 * {@code where} (an expression over its columns), {@code column} and {@code depth}. It takes SELECT
 * on the table, whose limits hold for the expression too, and READ_OBJECTS on the objects that are
 * named; of executions it tells those whose pipelines may be known.
 */
final class ValueLineageApi implements Routes {
  private static final int STANDARD_DEPTH = 10;

  private final ValueLineage lineage;
  private final Tracing tracing;
  private final Policy policy;

  ValueLineageApi(ValueLineage lineage, Tracing tracing, Policy policy) {
    this.lineage = lineage;
    this.tracing = tracing;
    this.policy = policy;
  }

  @Override
  public void register(Router.Builder router) {
    router.post("/v1/lineage/value", this::value);
  }

  private void value(Call call) throws IOException {
    JsonFields body = call.fields("table", "where", "column", "depth").filled();
    ValueLineage.Question question =
        new ValueLineage.Question(
            TableName.parse(body.text("table")),
            body.text("where"),
            body.optionalText("column").orElse(""));
    Caller caller = Authentication.caller(call);
    Principal principal = caller.principal();
    Rights rights = policy.rights();
    SeenRecords records = tracing.seenRecords(rights, principal);
    Tracing.Sight chain =
        new Tracing.Sight(
            Seen.of(rights, principal),
            resource -> isSeen(resource, rights, principal),
            records,
            depth(body.object().path("depth")));
    ObjectNode json =
        lineage.of(
            question, new ValueLineage.Asking(caller, chain, LineageSight.of(rights, principal)));
    json.path("rows").forEach(row -> TraceApi.hideCounts(row, records));
    call.send(200, json);
  }

  private static boolean isSeen(Resource resource, Rights rights, Principal principal) {
    return resource instanceof Resource.ObjectKey
        ? rights.decide(principal, Permission.READ_OBJECTS, resource) instanceof Decision.Allowed
        : rights.visible(principal, resource);
  }

  private static int depth(JsonNode depth) {
    if (depth.isMissingNode()) {
      return STANDARD_DEPTH;
    }
    if (!depth.isInt() || depth.asInt() < 1 || depth.asInt() > Tracing.MOST_DEPTH) {
      throw new Invalid(
          HttpError.BODY_INVALID,
          "'depth' is %s.".formatted(depth),
          "Give a number from 1 to %d.".formatted(Tracing.MOST_DEPTH));
    }
    return depth.asInt();
  }
}
