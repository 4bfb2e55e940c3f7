package io.hosu.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.OAuth2Config;
import no.nav.security.mock.oauth2.http.OAuth2HttpRequest;
import no.nav.security.mock.oauth2.http.OAuth2HttpResponse;
import no.nav.security.mock.oauth2.http.Route;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import no.nav.security.mock.oauth2.token.KeyProvider;
import no.nav.security.mock.oauth2.token.OAuth2TokenProvider;

/**
 * A real OIDC provider over HTTP: discovery, keys that rotate, tokens, refresh. The device flow,
 * which the server that it stands on lacks, is {@link OidcDevices}. May be used from any thread.
 */
public final class OidcServer implements AutoCloseable {
  /** The path of the issuer. */
  static final String NAME = "people";

  /** As what {@code hosu login} is known. */
  public static final String CLIENT = "hosu-cli";

  private final InstantSource clock;
  private final int port;
  private final Keys keys = new Keys();
  private final AtomicInteger asked = new AtomicInteger();
  private final OidcDevices devices = new OidcDevices(this);
  private volatile MockOAuth2Server server;

  /** Starts one whose tokens hold by {@code clock}. */
  public OidcServer(InstantSource clock) {
    this.clock = clock;
    this.port = freePort();
    this.server = started();
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private MockOAuth2Server started() {
    OAuth2TokenProvider tokens = new OAuth2TokenProvider(keys, clock::instant);
    MockOAuth2Server made =
        new MockOAuth2Server(
            new OAuth2Config(false, null, null, true, tokens),
            new Counted(),
            devices.discovery(),
            devices.authentication(),
            devices.begin(),
            devices.revoke(),
            devices.refuse(),
            devices.poll());
    made.start(InetAddress.getLoopbackAddress(), port);
    return made;
  }

  /** The one key that it signs with and shows. */
  private static final class Keys extends KeyProvider {
    private static final RSAKey FIRST = key(1); // making one takes a second
    private volatile RSAKey current = FIRST;

    Keys() {
      super(List.of(), JWSAlgorithm.RS256.getName());
    }

    @Override
    public JWK signingKey(String issuer) {
      return current;
    }

    void rotate() {
      current = key(Integer.parseInt(current.getKeyID()) + 1);
    }

    private static RSAKey key(int id) {
      try {
        return new RSAKeyGenerator(2048).keyID("" + id).keyUse(KeyUse.SIGNATURE).generate();
      } catch (JOSEException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Answers nothing, and counts who asks for the keys. */
  private final class Counted implements Route {
    @Override
    public boolean match(OAuth2HttpRequest request) {
      if (request.getUrl().encodedPath().endsWith("/jwks")) {
        asked.incrementAndGet();
      }
      return false;
    }

    @Override
    public OAuth2HttpResponse invoke(OAuth2HttpRequest request) {
      throw new IllegalStateException();
    }
  }

  /** Whether what ends then still holds, and not for long. */
  boolean holds(Instant end) {
    Instant now = clock.instant();
    return now.isBefore(end) && end.isBefore(now.plus(Duration.ofMinutes(5)));
  }

  /** Its name, as tokens and settings write it. */
  public String issuer() {
    return "http://localhost:" + port + "/" + NAME;
  }

  /** The settings of a server whose people sign in here. */
  public Map<String, String> settings() {
    return Map.of("oidc.issuer", issuer(), "oidc.client-id", CLIENT);
  }

  /** The settings of a server whose people sign in here, too, with {@code --provider NAME}. */
  public Map<String, String> settings(String name) {
    return Map.of(
        "oidc.providers",
        name,
        "oidc.%s.issuer".formatted(name),
        issuer(),
        "oidc.%s.client-id".formatted(name),
        CLIENT);
  }

  /** What people do on its page for devices. */
  public OidcDevices devices() {
    return devices;
  }

  /** A token of {@code subject} for {@link #CLIENT} that holds for an hour, with more claims. */
  public String token(String subject, Map<String, Object> claims) {
    return token(subject, List.of(CLIENT), claims, Duration.ofHours(1));
  }

  /** A token for whom and how long, with more claims. */
  public String token(
      String subject, List<String> audience, Map<String, Object> claims, Duration lifetime) {
    return server.issueToken(NAME, CLIENT, says(subject, audience, claims, lifetime)).serialize();
  }

  /** What the next token that is fetched from it says, be it a new one or a renewed one. */
  public void next(String subject, Map<String, Object> claims, Duration lifetime) {
    server.enqueueCallback(says(subject, List.of(CLIENT), claims, lifetime));
  }

  private static DefaultOAuth2TokenCallback says(
      String subject, List<String> audience, Map<String, Object> claims, Duration lifetime) {
    return new DefaultOAuth2TokenCallback(
        NAME, subject, "JWT", audience, new HashMap<>(claims), lifetime.toSeconds());
  }

  /** The key that it signs with now, private part and all, for who wants to cheat. */
  public RSAKey key() {
    return keys.current;
  }

  /** Signs from now on with another key, and shows that one alone. */
  public void rotate() {
    keys.rotate();
  }

  /** How often somebody asked for its keys. */
  public int timesAsked() {
    return asked.get();
  }

  /** Answers nobody, until {@link #comeBack}. */
  public void goAway() {
    server.shutdown();
  }

  /** Answers again, at the same address with the same keys. */
  public void comeBack() {
    server = started();
  }

  @Override
  public void close() {
    server.shutdown();
  }
}
