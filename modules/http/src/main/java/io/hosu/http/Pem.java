package io.hosu.http;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and keys as RFC 7468 writes them. */
final class Pem {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519");
  private static final char[] NO_PASSWORD = new char[0];

  private Pem() {}

  /**
   * A certificate with its chain and key.
   *
   * @throws GeneralSecurityException when one cannot be read, or they do not belong together
   */
  static KeyStore keyStore(String certificates, String key) throws GeneralSecurityException {
    Certificate[] chain = chain(certificates);
    PrivateKey secret = key(key);
    requirePair(chain[0].getPublicKey(), secret);
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, NO_PASSWORD);
      store.setKeyEntry("hosu", secret, NO_PASSWORD, chain);
      return store;
    } catch (java.io.IOException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static Certificate[] chain(String text) throws CertificateException {
    Collection<? extends Certificate> chain =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
    if (chain.isEmpty()) {
      throw new CertificateException("there is no certificate in the file");
    }
    return chain.toArray(Certificate[]::new);
  }

  private static PrivateKey key(String text) throws GeneralSecurityException {
    Matcher block = KEY.matcher(text);
    if (!block.find()) {
      throw new InvalidKeyException("there is no BEGIN PRIVATE KEY in the file of the key");
    }
    PKCS8EncodedKeySpec spec =
        new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(block.group(1)));
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (InvalidKeySpecException _) {
        // It is of another kind.
      }
    }
    throw new InvalidKeyException(
        "the key is none of these kinds: " + String.join(", ", ALGORITHMS));
  }

  /** Signs something: only the key of the certificate makes what the certificate confirms. */
  private static void requirePair(PublicKey shown, PrivateKey secret)
      throws GeneralSecurityException {
    String kind = secret.getAlgorithm();
    Signature signature =
        Signature.getInstance(
            switch (kind) {
              case "EC" -> "SHA256withECDSA";
              case "RSA" -> "SHA256withRSA";
              default -> kind;
            });
    byte[] text = {1, 2, 3};
    signature.initSign(secret);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(shown);
    signature.update(text);
    if (!signature.verify(signed)) {
      throw new InvalidKeyException("the key is not that of the certificate");
    }
  }
}
