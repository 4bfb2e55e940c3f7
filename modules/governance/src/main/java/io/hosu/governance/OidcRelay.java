package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.Request;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Unauthenticated;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Json;
import io.hosu.kernel.Sha256;
import java.util.Map;
import java.util.Optional;

/**
 * Asks an OIDC provider in the place of people who sign in: those who try what it refuses, or begin
 * what they do not end, are slowed, and who was signed in or refused is on record before they are
 * told. A device that nobody has let in yet asks again and again, which is neither. May be used
 * from any thread.
 */
final class OidcRelay {
  static final String DEVICE = "device_authorization_endpoint";
  static final String TOKEN = "token_endpoint";
  static final String REVOKE = "revocation_endpoint";

  private static final String DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";
  private static final String PENDING = "authorization_pending";
  private static final int DIGITS = 16;

  /** What may be asked for with the secret of the client. */
  private static final Map<String, Code> GRANTS =
      Map.of(
          DEVICE_GRANT,
          new Code("device", "device_code"),
          "refresh_token",
          new Code("refresh", "refresh_token"));

  private final OidcConfig config;
  private final OidcClient client;
  private final OidcTokens tokens;
  private final OidcSignIns signIns;
  private final Recorder recorder;

  OidcRelay(
      OidcConfig config,
      OidcClient client,
      OidcTokens tokens,
      OidcSignIns signIns,
      Recorder recorder) {
    this.config = config;
    this.client = client;
    this.tokens = tokens;
    this.signIns = signIns;
    this.recorder = recorder;
  }

  /**
   * By what tokens are had.
   *
   * @param word how records call it
   * @param field of the form, in which it is shown
   */
  private record Code(String word, String field) {
    /** A name of what is shown, which does not give it away. */
    String credential(String shown) {
      return word + ":" + Sha256.hex(shown).substring(0, DIGITS);
    }
  }

  /** Begins to sign in on a device. */
  OidcClient.Answer begin(Request request) {
    return asNobody(request, DEVICE, Map.of("scope", config.client().scopes()));
  }

  /** Ends what a sign-in began. */
  OidcClient.Answer revoke(Request request, String token) {
    return asNobody(request, REVOKE, Map.of("token", token));
  }

  private OidcClient.Answer asNobody(Request request, String endpoint, Map<String, String> form) {
    try {
      return recorder.begin(request, Door.API, () -> accepted(client.post(endpoint, form)));
    } catch (Denied refusal) {
      return answer(refusal);
    }
  }

  /** Gets tokens for the code of a device that was let in, or newer ones. */
  OidcClient.Answer signIn(Request request, Map<String, String> form) {
    String type = form.getOrDefault("grant_type", "");
    Code grant = GRANTS.get(type);
    String shown = grant == null ? "" : form.getOrDefault(grant.field, "");
    Optional<String> credential = Optional.ofNullable(grant).map(one -> one.credential(shown));
    try {
      OidcClient.Answer answer =
          recorder.signIn(
              request,
              Door.API,
              new Recorder.Shown(credential, Denied.class::isInstance),
              () ->
                  grant == null
                      ? accepted(error("unsupported_grant_type"))
                      : ask(Map.of("grant_type", type, grant.field, shown)));
      if (answer.status() == 200) {
        keep(request, answer, credential.orElse(""));
      }
      return answer;
    } catch (Denied refusal) {
      return answer(refusal);
    }
  }

  private OidcClient.Answer ask(Map<String, String> form) {
    OidcClient.Answer answer = client.post(TOKEN, form);
    return answer.json().path("error").asText().equals(PENDING) ? answer : accepted(answer);
  }

  private void keep(Request request, OidcClient.Answer answer, String credential) {
    Known known = known(answer.json().path("id_token").asText(), credential);
    recorder.signedIn(request, Door.API, known.who, known.credential);
  }

  /** Who was given a token, as far as it can be told. */
  private record Known(Optional<Principal> who, String credential) {}

  private Known known(String token, String credential) {
    try {
      OidcTokens.Claims claims = tokens.require(token);
      return new Known(signIns.known(claims), OidcSignIns.credential(claims));
    } catch (Unauthenticated | Denied | Unavailable e) {
      return new Known(Optional.empty(), credential);
    }
  }

  private static OidcClient.Answer error(String code) {
    return new OidcClient.Answer(400, Json.object().put("error", code));
  }

  /**
   * The same answer.
   *
   * @throws Denied {@link GovernanceError#UNAUTHENTICATED} with the answer when it refuses
   */
  private static OidcClient.Answer accepted(OidcClient.Answer answer) {
    if (answer.status() == 200) {
      return answer;
    }
    ObjectNode facts = Json.object().put("status", answer.status());
    facts.set("answer", answer.json());
    throw new Denied(
        GovernanceError.UNAUTHENTICATED,
        "The OIDC provider refuses it (status %d, %s)."
            .formatted(answer.status(), answer.json().path("error").asText("no error")),
        "Sign in anew: hosu login",
        facts);
  }

  private static OidcClient.Answer answer(Denied refusal) {
    return new OidcClient.Answer(
        refusal.facts().path("status").asInt(), refusal.facts().path("answer"));
  }
}
