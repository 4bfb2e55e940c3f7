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
import java.util.function.Function;

/**
 * {@code GET /v1/sign-in}: where and as what to sign in, with {@code ?provider=NAME} where there
 * are several. Open to everyone. Where the client has a secret, that is at the server itself, which
 * asks the provider: {@code POST /v1/sign-in/device}, {@code token} and {@code revoke}, with the
 * form and the answers of OAuth, for signing in on a device and renewing that alone.
 */
final class SignInApi implements Routes {
  private static final String WHICH = "provider";
  private static final String PATH = "/v1/sign-in";
  private static final long BODY_LIMIT = 64 * 1024;

  /** Where the server itself answers what an endpoint of the provider would. */
  private static final Map<String, String> OWN =
      Map.of(
          OidcRelay.DEVICE, PATH + "/device",
          OidcRelay.TOKEN, PATH + "/token",
          OidcRelay.REVOKE, PATH + "/revoke");

  private final OidcConfigs configs;
  private final Function<OidcConfig, OidcProvider> providers;
  private final Function<OidcConfig, OidcRelay> relays;

  SignInApi(
      OidcConfigs configs,
      Function<OidcConfig, OidcProvider> providers,
      Function<OidcConfig, OidcRelay> relays) {
    this.configs = configs;
    this.providers = providers;
    this.relays = relays;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .get(PATH, this::show, WHICH)
        .post(PATH + "/device", this::device, WHICH)
        .post(PATH + "/token", this::token, WHICH)
        .post(PATH + "/revoke", this::revoke, WHICH);
  }

  private void show(Call call) throws IOException {
    OidcConfig config = wanted(call);
    JsonNode discovery = providers.apply(config).discovery();
    ObjectNode json =
        Json.object()
            .put("provider", config.name())
            .put("issuer", config.issuer())
            .put("client_id", config.client().id())
            .put("scope", config.client().scopes());
    OWN.forEach((name, path) -> {
      String its = discovery.path(name).asText(null);
      String own = path + (config.name().isEmpty() ? "" : "?%s=%s".formatted(WHICH, config.name()));
      json.put(name, its != null && config.client().hasSecret() ? own : its);
    });
    call.send(200, json);
  }

  private OidcConfig wanted(Call call) {
    return configs.login(call.text(WHICH).orElse(""));
  }

  private void device(Call call) throws IOException {
    call.form(BODY_LIMIT);
    send(call, asking(call).begin(call.request()));
  }

  private void token(Call call) throws IOException {
    Map<String, String> form = call.form(BODY_LIMIT);
    send(call, asking(call).signIn(call.request(), form));
  }

  private void revoke(Call call) throws IOException {
    String token = call.form(BODY_LIMIT).getOrDefault("token", "");
    send(call, asking(call).revoke(call.request(), token));
  }

  private OidcRelay asking(Call call) {
    OidcConfig config = wanted(call);
    if (!config.client().hasSecret()) {
      throw new NotFound(
          GovernanceError.OIDC_MISSING,
          "This server does not ask an OIDC provider in the place of others.",
          "Ask the provider that GET /v1/sign-in names.");
    }
    return relays.apply(config);
  }

  private static void send(Call call, OidcClient.Answer answer) throws IOException {
    call.response().header("Cache-Control", "no-store");
    call.send(answer.status(), answer.json());
  }
}
