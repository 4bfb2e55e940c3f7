package io.hosu.governance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.util.List;

/** {@code GET /v1/sign-in}: where and as what to sign in. Open to everyone. */
final class SignInApi implements Routes {
  private static final List<String> ENDPOINTS =
      List.of("device_authorization_endpoint", "token_endpoint", "revocation_endpoint");

  private final OidcConfig config;
  private final OidcProvider provider;

  SignInApi(OidcConfig config, OidcProvider provider) {
    this.config = config;
    this.provider = provider;
  }

  @Override
  public void register(Router.Builder router) {
    router.get("/v1/sign-in", this::show);
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
    ENDPOINTS.forEach(name -> json.put(name, discovery.path(name).asText(null)));
    call.send(200, json);
  }
}
