package io.hosu.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.hosu.kernel.Json;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import no.nav.security.mock.oauth2.http.OAuth2HttpRequest;
import no.nav.security.mock.oauth2.http.OAuth2HttpResponse;
import no.nav.security.mock.oauth2.http.Route;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The device flow of {@link OidcServer} (RFC 8628), for one device after another. What polls are
 * answered stands in a row that a test fills. May be used from any thread.
 */
public final class OidcDevices {
  private static final String GRANT = "urn:ietf:params:oauth:grant-type:device_code";
  private static final String PRIVATE_KEY = "private_key_jwt";
  private static final String CODE = "WDJB-MJHT";

  private final OidcServer server;
  private final Deque<Supplier<OAuth2HttpResponse>> answers = new ArrayDeque<>();
  private final List<String> revoked = new ArrayList<>();
  private volatile boolean renewing = true;
  private volatile String method = "";
  private volatile String secret = "";
  private volatile @Nullable JWK key;
  private final Set<String> shown = ConcurrentHashMap.newKeySet();

  OidcDevices(OidcServer server) {
    this.server = server;
  }

  /** The next poll is told this error. */
  public synchronized OidcDevices answer(String error) {
    answers.add(() -> json(400, Map.of("error", error)));
    return this;
  }

  /** The next poll gets tokens: {@code subject} has let the device in. */
  public synchronized OidcDevices letIn(
      String subject, Map<String, Object> claims, Duration lifetime) {
    answers.add(() ->
        json(
            200,
            Map.of(
                "token_type",
                "Bearer",
                "access_token",
                "opaque",
                "refresh_token",
                "refresh-" + subject,
                "id_token",
                server.token(subject, List.of(OidcServer.CLIENT), claims, lifetime))));
    return this;
  }

  /**
   * From now on, the client must show a secret.
   *
   * @param how {@code client_secret_basic} or {@code client_secret_post}
   */
  public void requireSecret(String how, String its) {
    method = how;
    secret = its;
  }

  /**
   * From now on, the client must show a token that it signed with its key, each once.
   *
   * @param its the public part of the key
   */
  public void requireKey(JWK its) {
    method = PRIVATE_KEY;
    key = its;
  }

  /** Refuses who asks for something without the secret of the client, shown as it must be. */
  Route authentication() {
    return route(
        request ->
            !method.isEmpty()
                && Stream.of("/device", "/token", "/revoke")
                    .anyMatch(request.getUrl().encodedPath()::endsWith)
                && !isAuthentic(request),
        _ -> json(401, Map.of("error", "invalid_client")));
  }

  private boolean isAuthentic(OAuth2HttpRequest request) {
    if (method.equals(PRIVATE_KEY)) {
      return isSigned(form(request, "client_assertion"))
          && form(request, "client_assertion_type").endsWith(":jwt-bearer");
    }
    String shown = request.getHeaders().get("Authorization");
    if (method.equals("client_secret_post")) {
      return shown == null && form(request, "client_secret").equals(secret);
    }
    String both = OidcServer.CLIENT + ":" + URLEncoder.encode(secret, StandardCharsets.UTF_8);
    String basic = Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    return ("Basic " + basic).equals(shown) && form(request, "client_secret").isEmpty();
  }

  private boolean isSigned(String assertion) {
    try {
      SignedJWT token = SignedJWT.parse(assertion);
      JWTClaimsSet claims = token.getJWTClaimsSet();
      JWSVerifier verifier =
          new DefaultJWSVerifierFactory()
              .createJWSVerifier(
                  token.getHeader(), ((AsymmetricJWK) Objects.requireNonNull(key)).toPublicKey());
      return token.verify(verifier)
          && claims.getIssuer().equals(OidcServer.CLIENT)
          && claims.getSubject().equals(OidcServer.CLIENT)
          && claims.getAudience().equals(List.of(server.issuer() + "/token"))
          && server.holds(claims.getExpirationTime().toInstant())
          && shown.add(claims.getJWTID());
    } catch (ParseException | JOSEException e) {
      return false;
    }
  }

  /** From now on, nobody's session is renewed. */
  public void noRenewal() {
    renewing = false;
  }

  /** The refresh tokens that were given back. */
  public synchronized List<String> revoked() {
    return List.copyOf(revoked);
  }

  Route revoke() {
    return route(
        request -> request.getUrl().encodedPath().endsWith("/revoke"),
        request -> {
          synchronized (this) {
            revoked.add(form(request, "token"));
          }
          return json(200, Map.of());
        });
  }

  /** Refuses to renew what is not renewed any more; else the server does it. */
  Route refuse() {
    return route(
        request ->
            !renewing
                && request.getUrl().encodedPath().endsWith("/token")
                && form(request, "grant_type").equals("refresh_token"),
        _ -> json(400, Map.of("error", "invalid_grant")));
  }

  /** Says where the devices' endpoint is, beside all that the server says. */
  Route discovery() {
    return route(
        request -> request.getUrl().encodedPath().endsWith("/.well-known/openid-configuration"),
        _ ->
            json(
                200,
                Map.of(
                    "issuer", server.issuer(),
                    "jwks_uri", server.issuer() + "/jwks",
                    "token_endpoint", server.issuer() + "/token",
                    "revocation_endpoint", server.issuer() + "/revoke",
                    "device_authorization_endpoint", server.issuer() + "/device",
                    "token_endpoint_auth_methods_supported",
                        method.isEmpty() ? List.of() : List.of(method))));
  }

  Route begin() {
    return route(
        request -> request.getUrl().encodedPath().endsWith("/device"),
        request ->
            form(request, "client_id").equals(OidcServer.CLIENT)
                ? json(
                    200,
                    Map.of(
                        "device_code",
                        "device",
                        "user_code",
                        CODE,
                        "verification_uri",
                        server.issuer() + "/enter",
                        "expires_in",
                        600,
                        "interval",
                        5))
                : json(401, Map.of("error", "invalid_client")));
  }

  Route poll() {
    return route(
        request ->
            request.getUrl().encodedPath().endsWith("/token")
                && form(request, "grant_type").equals(GRANT),
        _ -> next().get());
  }

  private synchronized Supplier<OAuth2HttpResponse> next() {
    Supplier<OAuth2HttpResponse> next = answers.poll();
    return next == null ? () -> json(400, Map.of("error", "authorization_pending")) : next;
  }

  private static String form(OAuth2HttpRequest request, String name) {
    String body = request.getBody() == null ? "" : request.getBody();
    for (String pair : body.split("&", -1)) {
      if (pair.startsWith(name + "=")) {
        return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
      }
    }
    return "";
  }

  private static OAuth2HttpResponse json(int status, Map<String, Object> body) {
    Headers type = Headers.of("Content-Type", "application/json");
    return new OAuth2HttpResponse(type, status, Json.print(body), null);
  }

  private static Route route(
      Predicate<OAuth2HttpRequest> matching,
      Function<OAuth2HttpRequest, OAuth2HttpResponse> answer) {
    return new Route() {
      @Override
      public boolean match(OAuth2HttpRequest request) {
        return matching.test(request);
      }

      @Override
      public OAuth2HttpResponse invoke(OAuth2HttpRequest request) {
        return answer.apply(request);
      }
    };
  }
}
