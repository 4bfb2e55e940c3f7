package io.hosu.governance;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.hosu.kernel.HosuException.Unauthenticated;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Checks tokens of OIDC providers: JWTs that the one signed which they name, for this lake, that
 * hold now. May be used from any thread.
 */
final class OidcTokens {
  static final int MOST_CHARACTERS = 16 * 1024;
  private static final int LONGEST_SUBJECT = 255;

  /** Signatures with a private key alone: with a shared one, who checks could sign. */
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512,
          JWSAlgorithm.EdDSA,
          JWSAlgorithm.Ed25519);

  /** Tokens for other purposes, such as that of ending a session, say so in their type. */
  private static final Set<JOSEObjectType> TYPES =
      Set.of(
          JOSEObjectType.JWT,
          new JOSEObjectType("at+jwt"),
          new JOSEObjectType("application/at+jwt"));

  private final OidcConfigs configs;
  private final Function<OidcConfig, OidcProvider> providers;
  private final InstantSource clock;

  OidcTokens(
      OidcConfigs configs, Function<OidcConfig, OidcProvider> providers, InstantSource clock) {
    this.configs = configs;
    this.providers = providers;
    this.clock = clock;
  }

  /**
   * What a token says of who sends it.
   *
   * @param by the provider that says it
   * @param subject who it is, for good, at this provider
   * @param name what the provider calls it today
   * @param groups those of its groups whose names groups of the lake can have, as they are called
   *     there
   * @param until when the token ends
   */
  record Claims(
      OidcConfig by,
      String subject,
      Optional<String> name,
      NavigableSet<String> groups,
      Instant until) {
    Claims {
      groups = Collections.unmodifiableNavigableSet(new TreeSet<>(groups));
    }

    /** Who it is, for good, whatever other providers say. */
    String identity() {
      return by.issuer() + "/" + subject;
    }
  }

  /**
   * Whether {@code text} looks like a JWT: a JSON object in Base64 before the first of two dots.
   */
  static boolean isOne(String text) {
    return text.startsWith("eyJ") && text.chars().filter(c -> c == '.').count() == 2;
  }

  /**
   * What {@code text} says.
   *
   * @throws Unauthenticated {@link GovernanceError#UNAUTHENTICATED}, with the reason
   * @throws io.hosu.kernel.HosuException.Unavailable {@link GovernanceError#OIDC_UNAVAILABLE}
   */
  Claims require(String text) {
    if (text.length() > MOST_CHARACTERS) {
      throw refuse("has more than %d characters".formatted(MOST_CHARACTERS));
    }
    try {
      SignedJWT token = SignedJWT.parse(text);
      JWTClaimsSet claims = token.getJWTClaimsSet();
      requireForm(token);
      // Before a provider is asked for keys: a token of another is none of its business.
      OidcConfig by = by(claims.getIssuer());
      requireSigned(token, by);
      requireForThisLake(claims, by);
      requireNow(claims, by);
      return new Claims(
          by,
          subject(claims),
          Optional.ofNullable(claims.getStringClaim(by.said().nameClaim())),
          groups(claims, by),
          claims.getExpirationTime().toInstant());
    } catch (ParseException | IllegalArgumentException e) {
      throw refuse("cannot be read: " + e.getMessage());
    }
  }

  private static void requireForm(SignedJWT token) {
    JWSAlgorithm algorithm = token.getHeader().getAlgorithm();
    if (!ALGORITHMS.contains(algorithm)) {
      throw refuse("is signed with %s, which is not taken".formatted(algorithm));
    }
    JOSEObjectType type = token.getHeader().getType();
    if (type != null && !TYPES.contains(type)) {
      throw refuse("is of the type %s, which is not for signing in".formatted(type));
    }
  }

  private void requireSigned(SignedJWT token, OidcConfig by) {
    List<JWK> keys = providers.apply(by).keysFor(token.getHeader());
    if (keys.isEmpty()) {
      throw refuse(
          "is signed with a key that %s does not show (kid %s)"
              .formatted(by.issuer(), token.getHeader().getKeyID()));
    }
    if (keys.stream().noneMatch(key -> isSigned(token, key))) {
      throw refuse("has a signature that does not fit");
    }
  }

  private static boolean isSigned(SignedJWT token, JWK key) {
    if (key instanceof OctetKeyPair pair) {
      return EdDsa.isSigned(token, pair);
    }
    try {
      return key instanceof AsymmetricJWK pair
          && token.verify(
              new DefaultJWSVerifierFactory()
                  .createJWSVerifier(token.getHeader(), pair.toPublicKey()));
    } catch (JOSEException e) {
      return false;
    }
  }

  private static void requireForThisLake(JWTClaimsSet claims, OidcConfig by) {
    if (Collections.disjoint(by.audiences(), claims.getAudience())) {
      throw refuse(
          "is made for %s, not for %s (aud)"
              .formatted(
                  String.join(", ", claims.getAudience()), String.join(", ", by.audiences())));
    }
  }

  private void requireNow(JWTClaimsSet claims, OidcConfig by) {
    Instant early = clock.instant().minus(by.clockSkew());
    Instant late = clock.instant().plus(by.clockSkew());
    Instant end = required("exp", claims.getExpirationTime());
    if (!early.isBefore(end)) {
      throw refuse("has expired at " + end);
    }
    Instant made = required("iat", claims.getIssueTime());
    if (made.isAfter(late)) {
      throw refuse("says that it was made in the future, at " + made);
    }
    Date begin = claims.getNotBeforeTime();
    if (begin != null && begin.toInstant().isAfter(late)) {
      throw refuse("does not hold before " + begin.toInstant());
    }
  }

  private static Instant required(String claim, @Nullable Date time) {
    if (time == null) {
      throw refuse("has no claim " + claim);
    }
    return time.toInstant();
  }

  private OidcConfig by(@Nullable String issuer) {
    return configs
        .issuing(issuer == null ? "" : issuer)
        .orElseThrow(
            () -> refuse("is of '%s', not of %s (iss)".formatted(issuer, configs.issuers())));
  }

  private static String subject(JWTClaimsSet claims) {
    String subject = claims.getSubject();
    if (subject == null
        || subject.isEmpty()
        || subject.length() > LONGEST_SUBJECT
        || !subject.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
      throw refuse("does not say whose it is (sub)");
    }
    return subject;
  }

  /** One group may be written without a list; names that no group of the lake has say nothing. */
  private NavigableSet<String> groups(JWTClaimsSet claims, OidcConfig by) {
    String claim = by.said().groupsClaim();
    Object said = claim.isEmpty() ? null : claims.getClaim(claim);
    NavigableSet<String> groups = new TreeSet<>();
    for (Object one :
        said instanceof Collection<?> many ? many : List.of(said == null ? "" : said)) {
      if (one instanceof String name && !name.isEmpty()) {
        configs.named(by, name).filter(Principal::isName).ifPresent(groups::add);
      }
    }
    return groups;
  }

  private static Unauthenticated refuse(String what) {
    return new Unauthenticated(
        GovernanceError.UNAUTHENTICATED,
        "The token of the OIDC provider %s.".formatted(what),
        "Sign in anew: hosu login");
  }
}
