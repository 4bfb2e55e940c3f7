package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.hosu.kernel.HosuException.Unauthenticated;
import io.hosu.testing.ManualClock;
import io.hosu.testing.OidcServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which tokens are good: those of a real provider, and what an attacker makes of them. */
@Timeout(60)
class OidcTokensTest {
  private static final RSAKey OTHER = otherKey();

  private final ManualClock clock = new ManualClock();
  private final OidcServer server = new OidcServer(clock);
  private final OidcConfigs config =
      new OidcConfigs(
          List.of(
              new OidcConfig(
                  "",
                  server.issuer(),
                  new OidcConfig.Client(OidcServer.CLIENT, "", "", "openid"),
                  "lake, other-lake",
                  OidcConfig.Said.STANDARD,
                  Duration.ofMinutes(1),
                  true)));
  private final OidcProvider provider = new OidcProvider(server.issuer(), clock);
  private final OidcTokens tokens = new OidcTokens(config, _ -> provider, clock);

  @AfterEach
  void close() {
    server.close();
  }

  private static RSAKey otherKey() {
    try {
      return new RSAKeyGenerator(2048).keyID("1").generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private void refused(String token, String reason) {
    assertThatExceptionOfType(Unauthenticated.class)
        .isThrownBy(() -> tokens.require(token))
        .satisfies(e -> assertThat(e.code()).isEqualTo(GovernanceError.UNAUTHENTICATED))
        .withMessageContaining(reason);
  }

  /** What a good token says. */
  private JWTClaimsSet.Builder claims() {
    Instant now = clock.instant();
    return new JWTClaimsSet.Builder()
        .issuer(server.issuer())
        .subject("ann")
        .audience(OidcServer.CLIENT)
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(300)));
  }

  /** Signed by the provider's own key, whatever it says. */
  private String signed(Consumer<JWTClaimsSet.Builder> change) throws Exception {
    JWTClaimsSet.Builder claims = claims();
    change.accept(claims);
    return signed(header(JWSAlgorithm.RS256).build(), claims.build(), signer(server.key()));
  }

  private static JWSSigner signer(RSAKey key) throws JOSEException {
    return new RSASSASigner(key);
  }

  private JWSHeader.Builder header(JWSAlgorithm algorithm) {
    return new JWSHeader.Builder(algorithm).keyID(server.key().getKeyID());
  }

  private static String signed(JWSHeader header, JWTClaimsSet claims, JWSSigner signer)
      throws JOSEException {
    SignedJWT token = new SignedJWT(header, claims);
    token.sign(signer);
    return token.serialize();
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aTokenOfTheProviderSaysWhoItIs() {
    OidcTokens.Claims claims =
        tokens.require(
            server.token(
                "ann",
                Map.of("preferred_username", "Ann", "groups", List.of("b", "a", "No Name"))));

    assertThat(claims.subject()).isEqualTo("ann");
    assertThat(claims.name()).contains("Ann");
    assertThat(claims.groups()).containsExactly("a", "b");
    assertThat(claims.until()).isEqualTo(clock.instant().plus(Duration.ofHours(1)));
  }

  @Test
  void aTokenWithoutASignatureIsRefused() {
    refused(new PlainJWT(claims().build()).serialize(), "cannot be read");
    String none = base64("{\"alg\":\"none\",\"kid\":\"1\"}");
    refused(none + "." + base64(claims().build().toString()) + ".", "cannot be read");
    String signature = none + "." + base64(claims().build().toString()) + ".AAAA";
    refused(signature, "cannot be read");
    refused(signature.replace(none, base64("{\"alg\":\"NoNe\",\"kid\":\"1\"}")), "NoNe");
  }

  @Test
  void thePublicKeyIsNoSharedSecret() throws Exception {
    byte[] der = server.key().toRSAPublicKey().getEncoded();
    String pem =
        "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
            .formatted(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der));
    for (byte[] secret :
        List.of(
            der,
            pem.getBytes(StandardCharsets.US_ASCII),
            server.key().toPublicJWK().toJSONString().getBytes(StandardCharsets.US_ASCII))) {
      JWSHeader header = header(JWSAlgorithm.HS256).build();
      refused(signed(header, claims().build(), new MACSigner(secret)), "HS256");
    }
  }

  @Test
  void aTokenForSomebodyElseIsRefused() throws Exception {
    refused(
        signed(c -> c.audience("shop")), "is made for shop, not for hosu-cli, lake, other-lake");
    refused(signed(c -> c.audience((String) null)), "(aud)");
    assertThat(tokens.require(signed(c -> c.audience(List.of("shop", "lake")))).subject())
        .isEqualTo("ann");
  }

  @Test
  void aTokenOfAnotherIssuerIsRefusedBeforeTheProviderIsAsked() throws Exception {
    refused(signed(c -> c.issuer("https://evil.example.com")), "(iss)");
    refused(signed(c -> c.issuer(server.issuer() + "/")), "(iss)");
    refused(signed(c -> c.issuer(null)), "(iss)");
    assertThat(server.timesAsked()).isZero();
  }

  @Test
  void aTokenHoldsUntilItsEndAndTheClocksMayDiffer() throws Exception {
    String token = signed(c -> c.expirationTime(Date.from(clock.instant().plusSeconds(10))));

    clock.advance(Duration.ofSeconds(69));
    assertThat(tokens.require(token).subject()).isEqualTo("ann");
    clock.advance(Duration.ofSeconds(1));
    refused(token, "has expired at 2026-01-01T12:00:10Z");
  }

  @Test
  void aTokenOfTheFutureIsRefused() throws Exception {
    Date soon = Date.from(clock.instant().plusSeconds(60));
    Date late = Date.from(clock.instant().plusSeconds(61));

    assertThat(tokens.require(signed(c -> c.notBeforeTime(soon).issueTime(soon))).subject())
        .isEqualTo("ann");
    refused(signed(c -> c.notBeforeTime(late)), "does not hold before");
    refused(signed(c -> c.issueTime(late)), "in the future");
  }

  @Test
  void aTokenThatLeavesOutWhatItMustSayIsRefused() throws Exception {
    refused(signed(c -> c.expirationTime(null)), "no claim exp");
    refused(signed(c -> c.issueTime(null)), "no claim iat");
    refused(signed(c -> c.subject(null)), "(sub)");
    refused(signed(c -> c.subject("")), "(sub)");
    refused(signed(c -> c.subject("a".repeat(256))), "(sub)");
    refused(signed(c -> c.subject("ann\u0000")), "(sub)");
    refused(signed(c -> c.claim("preferred_username", 42)), "cannot be read");
    refused(signed(c -> c.claim("exp", "tomorrow")), "cannot be read");
  }

  @Test
  void aSignatureOfAnotherKeyIsRefusedWhateverTheHeaderSays() throws Exception {
    JWSHeader plain = header(JWSAlgorithm.RS256).build();
    JWSHeader embedded = header(JWSAlgorithm.RS256).jwk(OTHER.toPublicJWK()).build();
    JWSHeader elsewhere =
        header(JWSAlgorithm.RS256).jwkURL(URI.create("https://evil.example.com/jwks")).build();
    for (JWSHeader header : List.of(plain, embedded, elsewhere)) {
      refused(signed(header, claims().build(), signer(OTHER)), "does not fit");
    }
    JWSHeader nameless = new JWSHeader(JWSAlgorithm.RS256);
    refused(signed(nameless, claims().build(), signer(OTHER)), "does not fit");
  }

  @Test
  void whatIsChangedAfterwardsIsRefused() throws Exception {
    String[] parts = signed(_ -> {}).split("\\.", -1);
    String admin = base64(claims().subject("admin").build().toString());

    refused(parts[0] + "." + admin + "." + parts[2], "does not fit");
    refused(parts[0] + "." + parts[1] + "." + base64("signature"), "does not fit");
    refused(parts[0] + "." + parts[1] + ".", "");
  }

  @Test
  void aTokenForAnotherPurposeIsRefused() throws Exception {
    JWSHeader logout = header(JWSAlgorithm.RS256).type(new JOSEObjectType("logout+jwt")).build();
    refused(signed(logout, claims().build(), signer(server.key())), "logout+jwt");
    JWSHeader unknown =
        header(JWSAlgorithm.RS256).criticalParams(Set.of("x")).customParam("x", 1).build();
    refused(signed(unknown, claims().build(), signer(server.key())), "does not fit");
    JWSHeader access = header(JWSAlgorithm.RS256).type(new JOSEObjectType("at+jwt")).build();
    assertThat(tokens.require(signed(access, claims().build(), signer(server.key()))).subject())
        .isEqualTo("ann");
  }

  @Test
  void aTokenThatIsTooLargeIsNotEvenRead() throws Exception {
    String token = signed(c -> c.claim("x", "x".repeat(OidcTokens.MOST_CHARACTERS)));
    refused(token, "has more than 16384 characters");
    refused("eyJ" + "[".repeat(1_000_000), "has more than 16384 characters");
    assertThat(server.timesAsked()).isZero();
  }

  @Test
  void nonsenseIsRefused() {
    for (String text :
        List.of(
            "eyJ..",
            "eyJ.eyJ.eyJ",
            base64("{") + ".e30.AAAA",
            base64("{\"alg\":\"RS256\"}") + "." + base64("[]") + ".AAAA",
            base64("{\"a\":".repeat(2000)) + "." + base64("{}") + ".AAAA",
            base64("{\"alg\":\"RS256\"}") + "." + base64("[".repeat(8000)) + ".AAAA")) {
      refused(text, "The token of the OIDC provider");
    }
  }

  @Test
  void anUnknownKeyHasTheProviderAskedOnceInHalfAMinute() throws Exception {
    for (int i = 0; i < 100; i++) {
      JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("made-up-" + i).build();
      refused(signed(header, claims().build(), signer(OTHER)), "(kid made-up-" + i + ")");
    }
    assertThat(server.timesAsked()).isEqualTo(1);
  }
}
