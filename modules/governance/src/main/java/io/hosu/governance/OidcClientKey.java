package io.hosu.governance;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.hosu.kernel.HosuException.Invalid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

/**
 * The private key by which a client shows itself to an OIDC provider (RFC 7523): it signs a token
 * that holds for a minute, for that provider, and is sent once. Not a record: it must not print.
 */
final class OidcClientKey {
  /** How a form says that it shows such a token. */
  static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  private static final Duration LIFETIME = Duration.ofMinutes(1);
  private static final int LEAST_BITS = 2048;

  private final JWK key;

  private OidcClientKey(JWK key) {
    this.key = key;
  }

  /**
   * The key in a file.
   *
   * @param setting the one that names the file
   * @throws Invalid {@link GovernanceError#OIDC_INVALID} when there is none that signs
   */
  static OidcClientKey read(Path file, String setting) {
    String why = "it holds no private key of the kind RSA (of 2048 bits or more) or EC";
    try {
      JWK key = JWK.parse(Files.readString(file));
      boolean signs = key instanceof ECKey || (key instanceof RSAKey && key.size() >= LEAST_BITS);
      if (signs && key.isPrivate()) {
        return new OidcClientKey(key);
      }
    } catch (IOException e) {
      why = e.toString();
    } catch (ParseException _) {
      why = "it is no JWK"; // the parser's sentence may quote the key
    }
    throw new Invalid(
        GovernanceError.OIDC_INVALID,
        "The key of the OIDC client cannot be read from %s: %s.".formatted(file, why),
        "Put the private JWK there alone, so that the server's user can read it; or leave out %s."
            .formatted(setting));
  }

  /** What shows {@code client} to who is at {@code audience}, once. */
  String assertion(String client, String audience, Instant now, String id) {
    JWSHeader header =
        new JWSHeader.Builder(algorithm()).type(JOSEObjectType.JWT).keyID(key.getKeyID()).build();
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(client)
            .subject(client)
            .audience(audience)
            .jwtID(id)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(LIFETIME)))
            .build();
    try {
      SignedJWT token = new SignedJWT(header, claims);
      token.sign(new DefaultJWSSignerFactory().createJWSSigner(key, header.getAlgorithm()));
      return token.serialize();
    } catch (JOSEException e) {
      throw new Invalid(
          GovernanceError.OIDC_INVALID,
          "The key of the OIDC client does not sign with %s.".formatted(header.getAlgorithm()),
          "Write in its 'alg' one that its kind has, such as RS256 or ES256, or none.");
    }
  }

  /** The one that the key names; else the one that every provider takes of its kind. */
  private JWSAlgorithm algorithm() {
    if (key.getAlgorithm() != null) {
      return JWSAlgorithm.parse(key.getAlgorithm().getName());
    }
    return key instanceof ECKey pair
        ? switch (pair.size()) {
          case 384 -> JWSAlgorithm.ES384;
          case 521 -> JWSAlgorithm.ES512;
          default -> JWSAlgorithm.ES256;
        }
        : JWSAlgorithm.RS256;
  }
}
