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
 * An OIDC provider with which people sign in, and what its tokens say of them.
 *
 * @param name how {@code hosu login} and the settings call it; empty: the one that is asked unless
 *     another is named
 * @param issuer the address that names it; empty: there is none
 * @param audience besides the client, for whom tokens may be made, with commas between
 * @param clockSkew how far the clocks of server and provider may be apart
 * @param newUsers whether who is new becomes a user of the lake
 */
public record OidcConfig(
    String name,
    String issuer,
    Client client,
    String audience,
    Said said,
    Duration clockSkew,
    boolean newUsers) {
  /**
   * As what {@code hosu login} is known to the provider.
   *
   * @param id empty: nobody signs in so
   * @param secretFile where its secret is; empty: it has none
   * @param keyFile where its private key is; empty: it has none
   * @param scopes what it asks for
   */
  public record Client(String id, String secretFile, String keyFile, String scopes) {
    static final Client NONE = new Client("", "", "", "openid profile email offline_access");

    /** Whether it has a secret or a key, by which the server asks in the place of people. */
    boolean hasSecret() {
      return !secretFile.isEmpty() || !keyFile.isEmpty();
    }
  }

  /**
   * What tokens say of people.
   *
   * @param nameClaim the claim that names who is new
   * @param groupsClaim the claim that lists groups; empty: none counts
   * @param prefix what the names of its people and groups begin with in the lake
   */
  public record Said(String nameClaim, String groupsClaim, String prefix) {
    static final Said STANDARD = new Said("preferred_username", "groups", "");
  }

  private static final Duration SKEW = Duration.ofMinutes(1);

  /** Reads the settings of the provider that is asked unless another is named. */
  static OidcConfig from(Settings settings) {
    return from(settings, "");
  }

  /** Reads the settings of a provider. */
  static OidcConfig from(Settings settings, String name) {
    return new OidcConfig(
        name,
        settings.text(
            key(name, "issuer"),
            "",
            "The OIDC provider whose tokens the API takes: its issuer, as its discovery document"
                + " writes it; empty for none."),
        client(settings, name),
        settings.text(
            key(name, "audience"),
            "",
            "For whom tokens may be made besides, as their claim aud says; several with commas"
                + " between."),
        said(settings, name),
        settings.duration(
            key(name, "clock-skew"),
            SKEW,
            "How far the clocks of server and provider may be apart."),
        settings.toggle(
            key(name, "new-users"),
            true,
            "Whether somebody who signs in for the first time becomes a user, without any right."
                + " If not, only those sign in whose principal has the attribute oidc."));
  }

  private static Client client(Settings settings, String name) {
    return new Client(
        settings.text(
            key(name, "client-id"),
            Client.NONE.id,
            "As what hosu login is known to the provider: a client that may use the device flow."
                + " Tokens made for it are taken."),
        settings.text(
            key(name, "client-secret-file"),
            Client.NONE.secretFile,
            "A file that holds the secret of that client and nothing else, read anew whenever it is"
                + " needed; empty for a public client. With one, the server asks the provider in the"
                + " place of hosu login, so that the secret is known to it alone."),
        settings.text(
            key(name, "client-key-file"),
            Client.NONE.keyFile,
            "In the place of a secret, a file that holds the private key of that client, a JWK of"
                + " the kind RSA or EC, which signs what the server shows (private_key_jwt); empty"
                + " for none. It is read anew whenever it is needed."),
        settings.text(
            key(name, "scopes"),
            Client.NONE.scopes,
            "What hosu login asks the provider for, with spaces between. A session is renewed"
                + " without the person where the provider answers with a refresh token."));
  }

  private static Said said(Settings settings, String name) {
    return new Said(
        settings.text(
            key(name, "name-claim"),
            Said.STANDARD.nameClaim,
            "The claim that names the user that is made when somebody signs in for the first time,"
                + " in small letters."),
        settings.text(
            key(name, "groups-claim"),
            Said.STANDARD.groupsClaim,
            "The claim that lists groups, which count for the request like those of the lake; empty"
                + " for none. What cannot name a group of the lake is left out."),
        settings.text(
            key(name, "prefix"),
            name.isEmpty() ? Said.STANDARD.prefix : name + ".",
            "What the names of new users and groups of the provider begin with in the lake, before"
                + " what the claims say. No provider can give a name that begins with the longer"
                + " prefix of another."));
  }

  private static String key(String name, String what) {
    return "oidc." + (name.isEmpty() ? "" : name + ".") + what;
  }

  /** How a setting of the provider is called. */
  String key(String what) {
    return key(name, what);
  }

  /** Whether there is such a provider. */
  boolean isOn() {
    return !issuer.isEmpty();
  }

  /** Whether people sign in with {@code hosu login}. */
  boolean hasLogin() {
    return isOn() && !client.id.isEmpty();
  }

  /** For whom tokens may be made. */
  NavigableSet<String> audiences() {
    return Arrays.stream((client.id + "," + audience).split(",", -1))
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
      if (!name.isEmpty() || client.hasSecret() || !audiences().isEmpty()) {
        throw invalid(
            name.isEmpty()
                ? "oidc.client-id, oidc.client-secret-file, oidc.client-key-file or oidc.audience is"
                    + " set, but oidc.issuer is not."
                : "oidc.providers names %s, but %s is not set.".formatted(name, key("issuer")),
            "Name the provider: --set %s=https://...".formatted(key("issuer")));
      }
    } else if (!isSecure(issuer)) {
      throw invalid(
          "The OIDC issuer '%s' is not an address that begins with https://.".formatted(issuer),
          "Write %s as the provider's discovery document does, whose address is"
                  .formatted(key("issuer"))
              + " ISSUER/.well-known/openid-configuration. Plain http is for providers on this"
              + " machine.");
    } else if (client.hasSecret() && client.id.isEmpty()) {
      throw invalid(
          "%s or %s is set, but %s is not."
              .formatted(key("client-secret-file"), key("client-key-file"), key("client-id")),
          "Say whose secret it is: --set %s=...".formatted(key("client-id")));
    } else if (!client.secretFile.isEmpty() && !client.keyFile.isEmpty()) {
      throw invalid(
          "%s and %s are both set.".formatted(key("client-secret-file"), key("client-key-file")),
          "Keep the one that the provider wants to be shown.");
    } else if (audiences().isEmpty()) {
      throw invalid(
          "%s is set, but it is not said for whom its tokens are made.".formatted(key("issuer")),
          "Set %s, %s or both: without, a token that was made for any other"
                  .formatted(key("client-id"), key("audience"))
              + " program would open this lake.");
    }
    if (!client.secretFile.isEmpty()) {
      OidcClient.secret(Path.of(client.secretFile), key("client-secret-file"));
    } else if (!client.keyFile.isEmpty()) {
      OidcClientKey.read(Path.of(client.keyFile), key("client-key-file"));
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

  static Invalid invalid(String what, String remedy) {
    return new Invalid(GovernanceError.OIDC_INVALID, what, remedy);
  }
}
