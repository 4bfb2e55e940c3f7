package io.hosu.cli;

import io.hosu.kernel.HosuException.Unauthenticated;
import io.hosu.kernel.HosuException.Unavailable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The token with which somebody is signed in at a server, renewed shortly before it ends. May be
 * used from any thread.
 */
final class Renewal implements Supplier<String> {
  /** How long a token must still hold to be shown: a request takes its time. */
  private static final Duration LEFT = Duration.ofSeconds(30);

  private final URI server;
  private final Logins logins;
  private final InstantSource clock;
  private final ProviderClient provider;
  private Login login;

  Renewal(
      URI server, Optional<Path> certificates, Login login, Logins logins, InstantSource clock) {
    this.server = server;
    this.provider = new ProviderClient(server, certificates);
    this.login = login;
    this.logins = logins;
    this.clock = clock;
  }

  /**
   * A token that holds.
   *
   * @throws Unauthenticated {@link CliError#LOGIN_ENDED}
   * @throws Unavailable {@link CliError#PROVIDER_UNREACHABLE} when it has ended already
   */
  @Override
  public synchronized String get() {
    if (!holds(clock.instant().plus(LEFT))) {
      login = logins.change(server, login, this::renewed);
    }
    return login.token();
  }

  private boolean holds(Instant at) {
    return at.isBefore(login.end());
  }

  private Login renewed(Login old) {
    if (old.refreshToken().isEmpty()) {
      return requireHolding(old, "the provider gave nothing to renew it with");
    }
    try {
      ProviderClient.Answer answer =
          provider.post(
              old.tokenEndpoint(),
              Map.of(
                  "grant_type",
                  "refresh_token",
                  "refresh_token",
                  old.refreshToken(),
                  "client_id",
                  old.clientId()));
      return answer.isOk() && answer.json().has("id_token")
          ? old.renewed(answer.json())
          : requireHolding(old, "the provider does not renew it (%s)".formatted(answer.told()));
    } catch (IOException e) {
      if (holds(clock.instant())) {
        return old;
      }
      throw unreachable(old.tokenEndpoint(), e);
    }
  }

  private Login requireHolding(Login old, String why) {
    if (holds(clock.instant())) {
      return old;
    }
    throw new Unauthenticated(
        CliError.LOGIN_ENDED,
        "You were signed in at %s until %s, and %s.".formatted(server, old.end(), why),
        "Sign in anew: hosu login --url %s\nOr as nobody: hosu logout --url %s"
            .formatted(server, server));
  }

  static Unavailable unreachable(String endpoint, IOException e) {
    return new Unavailable(
        CliError.PROVIDER_UNREACHABLE,
        "The OIDC provider does not answer at %s: %s.".formatted(endpoint, e.getMessage()),
        "Try again; look whether this machine reaches it.",
        e);
  }
}
