package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.Call;
import io.hosu.http.HttpError;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Page;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Who may do something, and what somebody may do. Who may {@code GRANT} on a resource asks who has
 * what there; administrators ask about everybody, and everybody about themselves.
 */
final class AccessApi implements Routes {
  private final Principals principals;
  private final Policy policy;
  private final GrantFit fit;

  AccessApi(Principals principals, Policy policy, GrantFit fit) {
    this.principals = principals;
    this.policy = policy;
    this.fit = fit;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .get("/v1/access/who", this::who, "on", "permission", "limit", "next")
        .get("/v1/access/of/{principal}", this::of, "limit", "next");
  }

  private void who(Call call) throws IOException {
    Resource on =
        call.query("on", Resource::parse)
            .orElseThrow(() ->
                new Invalid(
                    HttpError.PARAMETER_INVALID,
                    "'on' is missing.",
                    "Say on what: on=DOMAIN.LAYER.TABLE"));
    Permission permission = call.query("permission", Permission::parse).orElse(Permission.SELECT);
    policy.requireToAsk(Authentication.principal(call), Permission.GRANT, on);
    Rights rights = policy.rights();
    send(
        call,
        principals.list().stream()
            .map(kept -> {
              Principal one = kept.signedIn();
              ObjectNode answer =
                  GovernanceJson.decision(
                      one, permission, on, Reasons.explain(rights, one, permission, on));
              GrantsApi.noteNames(rights, Authentication.principal(call), one, on, answer);
              GovernanceJson.addClaim(answer, kept);
              return answer;
            })
            .filter(decision -> !decision.path("decision").asText().equals("denied")),
        "principal");
  }

  private void of(Call call) throws IOException {
    Principal self = Authentication.principal(call);
    String name = call.variable("principal", Function.identity());
    Rights rights = policy.rights();
    if (name.equals(self.name())) {
      Knowledge knowledge = new Knowledge(rights, self, fit);
      Stream<Grant> own = rights.grantsOf(self).stream();
      send(call, own.flatMap(grant -> knowledge.grant(grant).stream()), "id");
      return;
    }
    policy.requireToAsk(self, Permission.ADMIN, new Resource.Lake());
    Principal other = principals.requireKept(name).signedIn();
    send(call, rights.grantsOf(other).stream().map(GovernanceJson::grant), "id");
  }

  private static void send(Call call, Stream<ObjectNode> all, String key) throws IOException {
    String after = call.next().orElse("");
    List<ObjectNode> part =
        all.filter(item -> item.path(key).asText().compareTo(after) > 0)
            .sorted(Comparator.comparing(item -> item.path(key).asText()))
            .limit(call.limit() + 1L)
            .toList();
    boolean more = part.size() > call.limit();
    List<ObjectNode> items = more ? part.subList(0, call.limit()) : part;
    call.send(new Page<>(items, more ? items.getLast().path(key).asText() : null));
  }
}
