package io.hosu.governance;

import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.OctetKeyPair;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/**
 * Signatures with Ed25519 (RFC 8037), which the platform checks, as the library of JWTs needs
 * another one for it.
 */
final class EdDsa {
  private static final String ED25519 = "Ed25519";

  /** What stands before the key in its X.509 form (RFC 8410, section 4). */
  private static final byte[] PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final int KEY_BYTES = 32;

  private EdDsa() {}

  /** Whether {@code token} has a signature by {@code key}; only keys for Ed25519 make one. */
  static boolean isSigned(JWSObject token, OctetKeyPair key) {
    byte[] bytes = key.getDecodedX();
    if (!Curve.Ed25519.equals(key.getCurve()) || bytes.length != KEY_BYTES) {
      return false;
    }
    try {
      Signature signature = Signature.getInstance(ED25519);
      signature.initVerify(publicKey(bytes));
      signature.update(token.getSigningInput());
      return signature.verify(token.getSignature().decode());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static PublicKey publicKey(byte[] bytes) throws GeneralSecurityException {
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    encoded.writeBytes(PREFIX);
    encoded.writeBytes(bytes);
    return KeyFactory.getInstance(ED25519)
        .generatePublic(new X509EncodedKeySpec(encoded.toByteArray()));
  }
}
