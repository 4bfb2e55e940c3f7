package io.hosu.tables.iceberg;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.DerivedTokens;
import io.hosu.governance.Door;
import io.hosu.governance.Recorder;
import io.hosu.governance.Secret;
import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Unauthenticated;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Bearer tokens by OAuth 2: for the id and secret of an access key ({@code client_credentials}), or
 * for a token that is still good ({@code token-exchange}). They are good at this door, for an hour.
 */
final class TokenRoutes implements Routes {
  private static final long BODY_LIMIT = 64 * 1024;
  private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
  private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

  private final DerivedTokens tokens;
  private final Recorder recorder;

  TokenRoutes(DerivedTokens tokens, Recorder recorder) {
    this.tokens = tokens;
    this.recorder = recorder;
  }

  @Override
  public void register(Router.Builder router) {
    router.post(IcebergDoor.PATH + "/oauth/tokens", this::create);
  }

  private void create(Call call) throws IOException {
    Map<String, String> form = call.form(BODY_LIMIT);
    String grant = form.getOrDefault("grant_type", "");
    try {
      switch (grant) {
        case "client_credentials" -> send(call, byKey(call, withBasic(call, form)));
        case EXCHANGE -> send(call, byToken(call, form.getOrDefault("subject_token", "")));
        default ->
            refuse(
                call,
                400,
                "unsupported_grant_type",
                "grant_type is '%s'; use client_credentials.".formatted(grant));
      }
    } catch (Unauthenticated e) {
      refuse(call, 401, "invalid_client", e.what() + " " + e.remedy());
    }
  }

  private Secret byKey(Call call, Map<String, String> form) {
    String id = form.getOrDefault("client_id", "");
    String secret = form.getOrDefault("client_secret", "");
    return signIn(call, Optional.of("key:" + id), () -> tokens.create(id, secret, Door.ICEBERG));
  }

  private Secret byToken(Call call, String token) {
    return signIn(call, Optional.empty(), () -> tokens.renew(token, Door.ICEBERG));
  }

  private Secret signIn(Call call, Optional<String> credential, Supplier<Secret> check) {
    return recorder.signIn(
        call.request(),
        Door.ICEBERG,
        new Recorder.Shown(credential, Unauthenticated.class::isInstance),
        check);
  }

  private static void send(Call call, Secret token) throws IOException {
    ObjectNode json = Json.object();
    json.put("access_token", token.reveal()).put("token_type", "bearer");
    json.put("expires_in", DerivedTokens.TTL.toSeconds());
    json.put("issued_token_type", ACCESS_TOKEN);
    call.response().header("Cache-Control", "no-store");
    call.send(200, json);
  }

  private static void refuse(Call call, int status, String error, String why) throws IOException {
    call.response().header("Cache-Control", "no-store");
    call.send(status, Json.object().put("error", error).put("error_description", why));
  }

  /** Clients may show id and secret in the header instead. */
  private static Map<String, String> withBasic(Call call, Map<String, String> form) {
    String header = call.request().header("Authorization").orElse("");
    if (!header.regionMatches(true, 0, "basic ", 0, 6) || form.containsKey("client_id")) {
      return form;
    }
    Map<String, String> all = new HashMap<>(form);
    try {
      byte[] bytes = Base64.getDecoder().decode(header.substring(6).strip());
      String[] parts = new String(bytes, StandardCharsets.UTF_8).split(":", 2);
      all.put("client_id", parts[0]);
      all.put("client_secret", parts.length > 1 ? parts[1] : "");
    } catch (IllegalArgumentException e) {
      return form; // what cannot be read shows nobody
    }
    return all;
  }
}
