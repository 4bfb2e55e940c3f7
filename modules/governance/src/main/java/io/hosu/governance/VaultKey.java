package io.hosu.governance;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.AEADBadTagException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The key of a domain's vault. May be used from any thread. */
final class VaultKey {
  private final String id;
  private final Sealing values;
  private final SecretKeySpec fingerprints;

  private VaultKey(String id, byte[] key, Random random) {
    this.id = id;
    Sealing itself = new Sealing(key, random);
    this.values = new Sealing(itself.derive("vault value", id), random);
    this.fingerprints = new SecretKeySpec(itself.derive("vault fingerprint", id), "HmacSHA256");
  }

  /** What is kept of a new key: nobody reads it who lacks the root key. */
  static byte[] sealNew(String id, RootKey rootKey, Random random) {
    byte[] key = new byte[Sealing.KEY_BYTES];
    random.nextBytes(key);
    return rootKey.encrypt(HexFormat.of().formatHex(key), id);
  }

  /** The key that {@link #sealNew} made. */
  static VaultKey open(String id, byte[] sealed, RootKey rootKey, Random random) {
    byte[] key = HexFormat.of().parseHex(rootKey.decrypt(sealed, id).reveal());
    return new VaultKey(id, key, random);
  }

  String id() {
    return id;
  }

  /** By what the token of a value is found again; it tells nothing to who lacks the key. */
  String fingerprint(String value) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(fingerprints);
      return HexFormat.of().formatHex(mac.doFinal(value.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A fingerprint cannot be computed.", e);
    }
  }

  /** A value as it is kept behind {@code token}. */
  byte[] seal(String value, String token) {
    return values.seal(value, token);
  }

  /** The value that is kept behind {@code token}. */
  Secret open(byte[] sealed, String token) {
    try {
      return values.open(sealed, token);
    } catch (AEADBadTagException e) {
      throw new IllegalStateException("The value of a token is not what was kept.", e);
    }
  }
}
