package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.Call;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Durations;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Acting as a role for a while. Whom the role trusts begins a session; who began it and
 * administrators see and end it. Any token will do, whatever doors it is for: what comes of it is
 * for the same doors and domains.
 */
final class SessionsApi implements Routes {
  private final Sessions sessions;
  private final Administration administration;
  private final InstantSource clock;

  SessionsApi(Sessions sessions, Administration administration, InstantSource clock) {
    this.sessions = sessions;
    this.administration = administration;
    this.clock = clock;
  }

  @Override
  public void register(Router.Builder router) {
    String path = PrincipalsApi.PATH + "/{name}/sessions";
    router
        .post(path, this::begin)
        .get(path, this::list, "limit", "next")
        .delete(path + "/{id}", this::end);
  }

  private void begin(Call call) throws IOException {
    Principal person = Authentication.principal(call);
    String role = call.variable("name");
    JsonFields body =
        call.hasBody() ? call.fields("ttl", "policy") : new JsonFields(Json.object(), Set.of());
    Sessions.Wish wish =
        new Sessions.Wish(
            body.optionalObject("policy"), body.optionalText("ttl").map(Durations::parse));
    Scope scope = Authentication.scope(call);
    Sessions.NewSession session =
        administration.change(
            call, "ASSUME_ROLE", role, tx -> sessions.begin(tx, person, scope, role, wish));
    CredentialsApi.sendSecret(call, json(role, person, session));
  }

  private static ObjectNode json(String role, Principal person, Sessions.NewSession session) {
    ObjectNode json = Json.object();
    json.put("id", session.id());
    json.put("role", role);
    json.put("person", person.name());
    json.put("access_key_id", session.id());
    json.put("secret_access_key", session.secret().reveal());
    json.put("session_token", session.securityToken().reveal());
    json.put("token", session.token().reveal());
    return json.put("expires_at", GovernanceJson.print(Optional.of(session.expiresAt())));
  }

  private void list(Call call) throws IOException {
    boolean all = administration.isAdministrator(call);
    List<Sessions.Session> seen =
        sessions.list(call.variable("name")).stream()
            .filter(session -> all || isOf(call, session))
            .toList();
    CredentialsApi.send(call, seen, Sessions.Session::id, this::json);
  }

  private ObjectNode json(Sessions.Session session) {
    ObjectNode json = Json.object();
    json.put("id", session.id()).put("role", session.role()).put("person", session.person());
    json.setAll(GovernanceJson.lifetime(session.lifetime(), clock.instant()));
    json.set("policy", session.policy().map(Json::parse).orElse(null));
    return json;
  }

  private void end(Call call) {
    String role = call.variable("name");
    String id = call.variable("id");
    boolean own =
        sessions.list(role).stream()
            .anyMatch(session -> session.id().equals(id) && isOf(call, session));
    if (!own && !administration.isAdministrator(call)) {
      throw Sessions.notFound(role, id);
    }
    administration.change(
        call,
        "END_SESSION",
        role,
        tx -> {
          sessions.delete(tx, role, id);
          return id;
        });
    call.sendNothing();
  }

  /** Whether who calls began it, or calls in it. */
  private static boolean isOf(Call call, Sessions.Session session) {
    Principal self = Authentication.principal(call);
    String who = self.acting().person().orElse(self.toString());
    return Principal.nameIn(who).equals(session.person());
  }
}
