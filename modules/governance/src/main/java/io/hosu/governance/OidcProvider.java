package io.hosu.governance;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an OIDC provider shows of itself: where its endpoints are, and the keys that it signs with.
 *
 * <p>Both are asked for when they are first needed, and again when they are {@link #FRESH} no more
 * or a key is asked for that is not among them, but never twice within {@link #PAUSE}: whoever
 * sends tokens with made-up keys cannot have the provider flooded. While it is away, what it showed
 * holds for {@link #HELD}. May be used from any thread.
 */
final class OidcProvider {
  static final Duration FRESH = Duration.ofMinutes(15);
  static final Duration HELD = Duration.ofHours(1);
  static final Duration PAUSE = Duration.ofSeconds(30);

  private static final Logger log = LoggerFactory.getLogger(OidcProvider.class);
  private static final int PATIENCE_MILLIS = 5000;
  private static final int MOST_BYTES = 1024 * 1024;

  private final String issuer;
  private final InstantSource clock;
  private final ReentrantLock asking = new ReentrantLock();
  private volatile @Nullable Shown known;
  private volatile @Nullable Exception failure;
  private @Nullable Instant asked;

  OidcProvider(String issuer, InstantSource clock) {
    this.issuer = issuer;
    this.clock = clock;
  }

  /** What it showed, and when. */
  private record Shown(JsonNode discovery, JWKSet keys, Instant at) {
    boolean isYounger(Duration age, Instant now) {
      return now.isBefore(at.plus(age));
    }

    List<JWK> keysFor(JWSHeader header) {
      return new JWKSelector(JWKMatcher.forJWSHeader(header)).select(keys);
    }
  }

  /**
   * Its discovery document.
   *
   * @throws Unavailable {@link GovernanceError#OIDC_UNAVAILABLE}
   */
  JsonNode discovery() {
    return fresh().discovery;
  }

  /**
   * The public keys that a token with this header can be signed with; empty when it shows none.
   *
   * @throws Unavailable {@link GovernanceError#OIDC_UNAVAILABLE} when it is away, and none of those
   *     that it showed before fits
   */
  List<JWK> keysFor(JWSHeader header) {
    Shown shown = fresh();
    List<JWK> fitting = shown.keysFor(header);
    if (!fitting.isEmpty()) {
      return fitting;
    }
    asking.lock();
    try {
      fitting = again(shown).keysFor(header);
    } finally {
      asking.unlock();
    }
    if (fitting.isEmpty() && failure != null) {
      throw unavailable();
    }
    return fitting;
  }

  /** What it shows; one asks for it anew, while others make do with what there is. */
  private Shown fresh() {
    Shown shown = known;
    Instant now = clock.instant();
    if (shown != null && shown.isYounger(FRESH, now)) {
      return shown;
    }
    if (shown != null && shown.isYounger(HELD, now)) {
      if (!asking.tryLock()) {
        return shown;
      }
    } else {
      asking.lock();
    }
    try {
      return again(shown);
    } finally {
      asking.unlock();
    }
  }

  /** Asks once more, unless somebody did in the meantime or a moment ago. */
  private Shown again(@Nullable Shown before) {
    Instant now = clock.instant();
    boolean paused = asked != null && now.isBefore(asked.plus(PAUSE));
    if (Objects.equals(known, before) && !paused) {
      asked = now;
      ask(now);
    }
    Shown shown = known;
    if (shown == null || !shown.isYounger(HELD, now)) {
      throw unavailable();
    }
    return shown;
  }

  private void ask(Instant now) {
    try {
      String address =
          issuer + (issuer.endsWith("/") ? "" : "/") + ".well-known/openid-configuration";
      JsonNode discovery = Json.parse(read(address));
      if (!discovery.path("issuer").asText().equals(issuer)) {
        throw new IOException(
            "%s is the document of '%s', not of '%s'"
                .formatted(address, discovery.path("issuer").asText(), issuer));
      }
      JWKSet keys = JWKSet.parse(read(discovery.path("jwks_uri").asText()));
      known = new Shown(discovery, keys, now);
      failure = null;
    } catch (IOException | ParseException | HosuException e) {
      failure = e;
      log.atWarn()
          .setMessage("OIDC provider does not answer")
          .addKeyValue("issuer", issuer)
          .setCause(e)
          .log();
    }
  }

  private static String read(String address) throws IOException {
    if (!OidcConfig.isSecure(address)) {
      throw new IOException("'%s' is not an address that begins with https://".formatted(address));
    }
    HttpURLConnection connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
    connection.setConnectTimeout(PATIENCE_MILLIS);
    connection.setReadTimeout(PATIENCE_MILLIS);
    connection.setInstanceFollowRedirects(false);
    connection.setRequestProperty("Accept", "application/json");
    if (connection.getResponseCode() != 200) {
      throw new IOException("%s answers %d".formatted(address, connection.getResponseCode()));
    }
    try (InputStream in = connection.getInputStream()) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new IOException(address + " answers more than 1 MB");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private Unavailable unavailable() {
    Exception why = failure;
    return new Unavailable(
        GovernanceError.OIDC_UNAVAILABLE,
        "The OIDC provider %s does not answer, so that its tokens cannot be checked%s."
            .formatted(issuer, why == null ? "" : ": " + why.getMessage()),
        "Try again in %d s. If it stays so, look from the server's machine: curl"
                .formatted(PAUSE.toSeconds())
            + " %s/.well-known/openid-configuration. Tokens of the lake (hosu token create NAME) do"
                .formatted(issuer.replaceFirst("/$", ""))
            + " not need the provider.");
  }
}
