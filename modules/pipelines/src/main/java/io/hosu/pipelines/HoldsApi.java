package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Authentication;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.http.Call;
import io.hosu.http.HttpError;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Json;
import io.hosu.kernel.Legible;
import io.hosu.kernel.StageName;
import java.io.IOException;
import java.util.List;

/**
 * Holding stages back over HTTP: {@code POST /v1/stages/{name}/pause}, {@code drain} and {@code
 * resume}, with {@code {"why": TEXT}} if there is a reason; the name is that of a stage, a pipeline
 * or a domain, and stands for all stages in it that there are now. The answer has an item for each:
 * {@code name, status, changed}.
 *
 * <p>Who may run the pipelines may hold their stages back. Stages of pipelines that the caller may
 * not describe look as if they were not there.
 */
public final class HoldsApi implements Routes {
  private static final int MOST_WHY = 1000;

  private final Pipelines pipelines;
  private final Policy policy;

  public HoldsApi(Pipelines pipelines, Policy policy) {
    this.pipelines = pipelines;
    this.policy = policy;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .post("/v1/stages/{name}/pause", call -> obey(call, StageHolds.Verb.PAUSE))
        .post("/v1/stages/{name}/drain", call -> obey(call, StageHolds.Verb.DRAIN))
        .post("/v1/stages/{name}/resume", call -> obey(call, StageHolds.Verb.RESUME));
  }

  private void obey(Call call, StageHolds.Verb verb) throws IOException {
    Principal principal = Authentication.principal(call);
    List<StageName> stages =
        selected(call.variable("name", StageSelection::parse), Seen.of(policy.rights(), principal));
    stages.stream()
        .map(Seen::pipeline)
        .distinct()
        .forEach(pipeline -> policy.require(Authentication.caller(call), Permission.RUN, pipeline));
    var order = new StageHolds.Order(verb, principal.toString(), why(call));
    List<StageHolds.Obeyed> obeyed = pipelines.holds().obey(order, stages);
    ObjectNode answer = Json.object();
    ArrayNode items = answer.putArray("items");
    obeyed.forEach(one -> items.add(json(one)));
    call.send(200, answer);
  }

  private List<StageName> selected(StageSelection selection, Seen seen) {
    List<StageName> known =
        pipelines.stages().list().stream()
            .map(StageSpec::name)
            .filter(seen.stages())
            .filter(selection::matches)
            .toList();
    if (known.isEmpty()) {
      throw new NotFound(
          PipelinesError.STAGE_NOT_FOUND,
          "There is no stage in '%s'.".formatted(selection),
          "See the stages with: hosu stages list");
    }
    return known;
  }

  private static String why(Call call) throws IOException {
    String why = call.hasBody() ? call.fields("why").optionalText("why").orElse("") : "";
    if (why.length() > MOST_WHY) {
      throw new Invalid(
          HttpError.BODY_INVALID,
          "The reason has %d characters.".formatted(why.length()),
          "Give one of at most %d.".formatted(MOST_WHY));
    }
    return Legible.of(why.strip());
  }

  private static ObjectNode json(StageHolds.Obeyed obeyed) {
    ObjectNode json = Json.object().put("name", obeyed.stage().toString());
    json.put("status", obeyed.status().name());
    return json.put("changed", obeyed.changed());
  }
}
