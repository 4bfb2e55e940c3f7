package io.hosu.governance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.util.Map;

/**
 * {@code GET /v1/sign-in}: where and as what to sign in. Open to everyone. Where the client has a
 * secret, that is at the server itself, which asks the provider: {@code POST /v1/sign-in/device},
 * {@code token} and {@code revoke}, with the form and the answers of OAuth, for signing in on a
 * device and renewing that alone.
 */
final class SignInApi implements Routes {
  private static final String PATH = "/v1/sign-in";
  private static final String DEVICE = "device_authorization_endpoint";
  private static final String TOKEN = "token_endpoint";
  private static final String REVOKE = "revocation_endpoint";
  private static final long BODY_LIMIT = 64 * 1024;

  /** Where the server itself answers what an endpoint of the provider would. */
  private static final Map<String, String> OWN =
      Map.of(DEVICE, PATH + "/device", TOKEN, PATH + "/token", REVOKE, PATH + "/revoke");

  /** What may be asked for with the secret, and by which field of a form. */
  private static final Map<String, String> GRANTS =
      Map.of(
          "urn:ietf:params:oauth:grant-type:device_code", "device_code",
          "refresh_token", "refresh_token");

  private final OidcConfig config;
  private final OidcProvider provider;
  private final OidcClient client;

  SignInApi(OidcConfig config, OidcProvider provider) {
    this.config = config;
    this.provider = provider;
    this.client = new OidcClient(config, provider);
  }

  @Override
  public void register(Router.Builder router) {
    router
        .get(PATH, this::show)
        .post(PATH + "/device", this::device)
        .post(PATH + "/token", this::token)
        .post(PATH + "/revoke", this::revoke);
  }

  private void show(Call call) throws IOException {
    if (!config.isOn() || config.clientId().isEmpty()) {
      throw new NotFound(
          GovernanceError.OIDC_MISSING,
          "This server is not told with which OIDC provider people sign in.",
          "Have it told: hosu up --set oidc.issuer=https://... --set oidc.client-id=hosu\n"
              + "Or have a token made: hosu token create NAME");
    }
    JsonNode discovery = provider.discovery();
    ObjectNode json =
        Json.object()
            .put("issuer", config.issuer())
            .put("client_id", config.clientId())
            .put("scope", config.scopes());
    OWN.forEach((name, own) -> {
      String its = discovery.path(name).asText(null);
      json.put(name, its != null && config.hasSecret() ? own : its);
    });
    call.send(200, json);
  }

  private void device(Call call) throws IOException {
    call.form(BODY_LIMIT);
    ask(call, DEVICE, Map.of("scope", config.scopes()));
  }

  private void token(Call call) throws IOException {
    Map<String, String> form = call.form(BODY_LIMIT);
    String grant = form.getOrDefault("grant_type", "");
    String field = GRANTS.get(grant);
    if (field == null) {
      ObjectNode refusal = Json.object().put("error", "unsupported_grant_type");
      send(call, new OidcClient.Answer(400, refusal));
    } else {
      ask(call, TOKEN, Map.of("grant_type", grant, field, form.getOrDefault(field, "")));
    }
  }

  private void revoke(Call call) throws IOException {
    ask(call, REVOKE, Map.of("token", call.form(BODY_LIMIT).getOrDefault("token", "")));
  }

  private void ask(Call call, String endpoint, Map<String, String> form) throws IOException {
    if (!config.hasSecret()) {
      throw new NotFound(
          GovernanceError.OIDC_MISSING,
          "This server does not ask an OIDC provider in the place of others.",
          "Ask the provider that GET /v1/sign-in names.");
    }
    send(call, client.post(endpoint, form));
  }

  private static void send(Call call, OidcClient.Answer answer) throws IOException {
    call.response().header("Cache-Control", "no-store");
    call.send(answer.status(), answer.json());
  }
}
