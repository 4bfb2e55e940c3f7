package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/**
 * As whom somebody is signed in at a server, with an OIDC provider. Not a record: what it holds
 * must not print.
 */
final class Login {
  private static final String TOKEN = "id_token";
  private static final String REFRESH = "refresh_token";

  private final JsonNode kept;

  private Login(JsonNode kept) {
    this.kept = kept;
  }

  /**
   * What a provider answered to whoever has signed in.
   *
   * @param signIn how the server told to sign in
   * @param answer with the tokens
   */
  static Login of(JsonNode signIn, JsonNode answer) {
    ObjectNode json = Json.object();
    for (String name : new String[] {"client_id", "token_endpoint", "revocation_endpoint"}) {
      json.put(name, signIn.path(name).asText());
    }
    return new Login(json).renewed(answer);
  }

  static Login fromJson(JsonNode json) {
    return new Login(json);
  }

  JsonNode toJson() {
    return kept;
  }

  /** The same with the tokens of an answer; one that it leaves out stays. */
  Login renewed(JsonNode answer) {
    ObjectNode json = kept.deepCopy();
    json.put(TOKEN, answer.path(TOKEN).asText());
    json.put(REFRESH, answer.path(REFRESH).asText(kept.path(REFRESH).asText()));
    return new Login(json);
  }

  /** What is shown to the server. */
  String token() {
    return kept.path(TOKEN).asText();
  }

  /** What a new token is had for; empty when the provider gave nothing. */
  String refreshToken() {
    return kept.path(REFRESH).asText();
  }

  String clientId() {
    return kept.path("client_id").asText();
  }

  String tokenEndpoint() {
    return kept.path("token_endpoint").asText();
  }

  /** Where a provider is told that a session is over; empty when it has no such place. */
  String revocationEndpoint() {
    return kept.path("revocation_endpoint").asText();
  }

  /** When the token ends, as it says itself; long ago when that cannot be read. */
  Instant end() {
    String[] parts = token().split("\\.", -1);
    try {
      byte[] claims = Base64.getUrlDecoder().decode(parts.length > 1 ? parts[1] : "");
      return Instant.ofEpochSecond(
          Json.parse(new String(claims, StandardCharsets.UTF_8)).path("exp").asLong());
    } catch (IllegalArgumentException | Invalid e) {
      return Instant.EPOCH;
    }
  }
}
