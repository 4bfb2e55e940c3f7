package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.HosuException.Unauthenticated;
import io.hosu.kernel.Instants;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Signing in on another device (RFC 8628): this one shows a code, the person enters it in a browser
 * wherever there is one, and this one asks until that was done.
 */
final class DeviceFlow {
  private static final String GRANT = "urn:ietf:params:oauth:grant-type:device_code";
  private static final int INTERVAL_SECONDS = 5;
  private static final int LIFETIME_SECONDS = 600;
  private static final Duration SLOWER = Duration.ofSeconds(5);

  private final Context context;
  private final ProviderClient provider;
  private final JsonNode signIn;

  /**
   * Prepares it.
   *
   * @param signIn how the server told to sign in
   */
  DeviceFlow(Context context, ProviderClient provider, JsonNode signIn) {
    this.context = context;
    this.provider = provider;
    this.signIn = signIn;
  }

  /**
   * Tells the person what to do, and waits until it is done.
   *
   * @return the answer with the tokens
   * @throws Unauthenticated {@link CliError#LOGIN_REFUSED}
   */
  JsonNode run() {
    JsonNode device = begin();
    Terminal terminal = context.terminal();
    terminal.say(
        "Open %s in a browser and enter the code %s"
            .formatted(plain(device.path("verification_uri")), plain(device.path("user_code"))));
    if (device.hasNonNull("verification_uri_complete")) {
      terminal.say("or open " + plain(device.path("verification_uri_complete")));
    }
    JsonNode tokens = poll(device);
    if (!tokens.hasNonNull("id_token")) {
      throw refused(
          "The provider sends no id_token.",
          "Have the server ask for it: hosu up --set oidc.scopes='openid ...'");
    }
    return tokens;
  }

  /** What a provider sends goes to a terminal as characters, never as commands. */
  private static String plain(JsonNode text) {
    return text.asText().replaceAll("\\p{Cntrl}", "?");
  }

  private JsonNode begin() {
    String endpoint = signIn.path("device_authorization_endpoint").asText("");
    if (endpoint.isEmpty()) {
      throw refused(
          "The provider %s has no sign-in for devices.".formatted(signIn.path("issuer").asText()),
          "Have a token made instead: hosu token create NAME");
    }
    try {
      ProviderClient.Answer answer =
          provider.post(
              endpoint,
              Map.of(
                  "client_id",
                  signIn.path("client_id").asText(),
                  "scope",
                  signIn.path("scope").asText()));
      if (!answer.isOk()) {
        throw refused(
            "The provider does not let '%s' begin (%s)."
                .formatted(signIn.path("client_id").asText(), answer.told()),
            "Have the provider's administrator allow it the device flow; a client with a secret"
                + " needs that at the server: --set oidc.client-secret-file=FILE");
      }
      return answer.json();
    } catch (IOException e) {
      throw Renewal.unreachable(endpoint, e);
    }
  }

  private JsonNode poll(JsonNode device) {
    Duration pause = Duration.ofSeconds(device.path("interval").asLong(INTERVAL_SECONDS));
    Instant end =
        context.clock().instant().plusSeconds(device.path("expires_in").asLong(LIFETIME_SECONDS));
    while (!Thread.currentThread().isInterrupted()) {
      context.pause().pause(pause);
      if (!context.clock().instant().isBefore(end)) {
        throw tooLate(end);
      }
      ProviderClient.Answer answer;
      try {
        answer = ask(device);
      } catch (IOException e) {
        pause = pause.multipliedBy(2); // as the RFC wants it of a provider that is away
        continue;
      }
      if (answer.isOk()) {
        return answer.json();
      }
      switch (answer.error()) {
        case "authorization_pending" -> {}
        case "slow_down" -> pause = pause.plus(SLOWER);
        case "expired_token" -> throw tooLate(end);
        case "access_denied" ->
            throw refused("The sign-in was refused in the browser.", "Begin anew: hosu login");
        default ->
            throw refused(
                "The provider refuses the sign-in (%s).".formatted(answer.told()),
                "Begin anew: hosu login");
      }
    }
    throw refused("The sign-in was interrupted.", "Begin anew: hosu login");
  }

  private ProviderClient.Answer ask(JsonNode device) throws IOException {
    return provider.post(
        signIn.path("token_endpoint").asText(),
        Map.of(
            "grant_type",
            GRANT,
            "device_code",
            device.path("device_code").asText(),
            "client_id",
            signIn.path("client_id").asText()));
  }

  private static Unauthenticated tooLate(Instant end) {
    return refused(
        "The code was not entered in time: it held until %s.".formatted(Instants.print(end)),
        "Begin anew: hosu login");
  }

  private static Unauthenticated refused(String what, String remedy) {
    return new Unauthenticated(CliError.LOGIN_REFUSED, what, remedy);
  }
}
