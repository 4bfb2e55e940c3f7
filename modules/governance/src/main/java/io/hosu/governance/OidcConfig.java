package io.hosu.governance;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * With which OIDC provider people sign in, and what its tokens say of them.
 *
 * @param issuer the address that names the provider; empty: there is none
 * @param clientId as what {@code hosu login} is known to the provider
 * @param clientSecretFile where the secret of that client is; empty: it has none
 * @param audience besides the client, for whom tokens may be made, with commas between
 * @param scopes what {@code hosu login} asks for
 * @param nameClaim the claim that names who is new
 * @param groupsClaim the claim that lists groups; empty: none counts
 * @param clockSkew how far the clocks of server and provider may be apart
 * @param newUsers whether who is new becomes a user of the lake
 */
public record OidcConfig(
    String issuer,
    String clientId,
    String clientSecretFile,
    String audience,
    String scopes,
    String nameClaim,
    String groupsClaim,
    Duration clockSkew,
    boolean newUsers) {
  private static final OidcConfig NONE =
      new OidcConfig(
          "",
          "",
          "",
          "",
          "openid profile email offline_access",
          "preferred_username",
          "groups",
          Duration.ofMinutes(1),
          true);

  /** No provider. */
  public static OidcConfig none() {
    return NONE;
  }

  /** Reads the settings. */
  static OidcConfig from(Settings settings) {
    return new OidcConfig(
        settings.text(
            "oidc.issuer",
            NONE.issuer,
            "The OIDC provider whose tokens the API takes: its issuer, as its discovery document"
                + " writes it; empty for none."),
        settings.text(
            "oidc.client-id",
            NONE.clientId,
            "As what hosu login is known to the provider: a client that may use the device flow."
                + " Tokens made for it are taken."),
        settings.text(
            "oidc.client-secret-file",
            NONE.clientSecretFile,
            "A file that holds the secret of that client and nothing else, read anew whenever it is"
                + " needed; empty for a public client. With one, the server asks the provider in the"
                + " place of hosu login, so that the secret is known to it alone."),
        settings.text(
            "oidc.audience",
            NONE.audience,
            "For whom tokens may be made besides, as their claim aud says; several with commas"
                + " between."),
        settings.text(
            "oidc.scopes",
            NONE.scopes,
            "What hosu login asks the provider for, with spaces between. A session is renewed"
                + " without the person where the provider answers with a refresh token."),
        settings.text(
            "oidc.name-claim",
            NONE.nameClaim,
            "The claim that names the user that is made when somebody signs in for the first time,"
                + " in small letters."),
        settings.text(
            "oidc.groups-claim",
            NONE.groupsClaim,
            "The claim that lists groups, which count for the request like those of the lake; empty"
                + " for none. What cannot name a group of the lake is left out."),
        settings.duration(
            "oidc.clock-skew",
            NONE.clockSkew,
            "How far the clocks of server and provider may be apart."),
        settings.toggle(
            "oidc.new-users",
            NONE.newUsers,
            "Whether somebody who signs in for the first time becomes a user, without any right."
                + " If not, only those sign in whose principal has the attribute oidc."));
  }

  /** Whether there is a provider. */
  boolean isOn() {
    return !issuer.isEmpty();
  }

  /** Whether the client has a secret, by which the server asks in the place of people. */
  boolean hasSecret() {
    return !clientSecretFile.isEmpty();
  }

  /** For whom tokens may be made. */
  NavigableSet<String> audiences() {
    return Arrays.stream((clientId + "," + audience).split(",", -1))
        .map(String::strip)
        .filter(one -> !one.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Refuses settings that do not go together.
   *
   * @throws Invalid {@link GovernanceError#OIDC_INVALID}
   */
  void check() {
    if (!isOn()) {
      if (hasSecret() || !audiences().isEmpty()) {
        throw invalid(
            "oidc.client-id, oidc.client-secret-file or oidc.audience is set, but oidc.issuer is"
                + " not.",
            "Name the provider: --set oidc.issuer=https://...");
      }
    } else if (!isSecure(issuer)) {
      throw invalid(
          "The OIDC issuer '%s' is not an address that begins with https://.".formatted(issuer),
          "Write oidc.issuer as the provider's discovery document does, whose address is"
              + " ISSUER/.well-known/openid-configuration. Plain http is for providers on this"
              + " machine.");
    } else if (hasSecret() && clientId.isEmpty()) {
      throw invalid(
          "oidc.client-secret-file is set, but oidc.client-id is not.",
          "Say whose secret it is: --set oidc.client-id=...");
    } else if (audiences().isEmpty()) {
      throw invalid(
          "oidc.issuer is set, but it is not said for whom its tokens are made.",
          "Set oidc.client-id, oidc.audience or both: without, a token that was made for any other"
              + " program would open this lake.");
    }
    if (hasSecret()) {
      OidcClient.secret(Path.of(clientSecretFile));
    }
  }

  /** Whether nobody between can read and change what is asked for there. */
  static boolean isSecure(String address) {
    try {
      URI uri = URI.create(address);
      String host = uri.getHost();
      return host != null
          && ("https".equals(uri.getScheme())
              || ("http".equals(uri.getScheme())
                  && (host.equals("localhost")
                      || host.equals("127.0.0.1")
                      || host.equals("[::1]"))));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Invalid invalid(String what, String remedy) {
    return new Invalid(GovernanceError.OIDC_INVALID, what, remedy);
  }
}
