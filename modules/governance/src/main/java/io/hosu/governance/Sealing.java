package io.hosu.governance;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts texts under one key: AES-256 in Galois/counter mode, bound to what the text belongs to.
 * May be used from any thread.
 */
final class Sealing {
  /** How long keys are. */
  static final int KEY_BYTES = 32;

  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final byte FORM = 1;

  private final SecretKeySpec key;
  private final Random random;

  /**
   * Under {@code key}, of {@link #KEY_BYTES}.
   *
   * @param random a source that nobody can foretell
   */
  Sealing(byte[] key, Random random) {
    this.key = new SecretKeySpec(key, "AES");
    this.random = random;
  }

  /** Another key of as many bytes, for {@code purpose} in {@code context} alone (HKDF, SHA-256). */
  byte[] derive(String purpose, String context) {
    byte[] info = ("hosu\0" + purpose + "\0" + context).getBytes(StandardCharsets.UTF_8);
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract().addIKM(key.getEncoded()).thenExpand(info, KEY_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A key cannot be derived.", e);
    }
  }

  byte[] seal(String text, String owner) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, owner);
      byte[] sealed = cipher.doFinal(text.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length)
          .put(FORM)
          .put(nonce)
          .put(sealed)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A secret cannot be encrypted.", e);
    }
  }

  /**
   * The text of what {@link #seal} gave.
   *
   * @throws AEADBadTagException when it was sealed under another key, or for another owner
   */
  Secret open(byte[] sealed, String owner) throws AEADBadTagException {
    byte[] nonce = Arrays.copyOfRange(sealed, 1, 1 + NONCE_BYTES);
    int from = 1 + NONCE_BYTES;
    try {
      byte[] text =
          cipher(Cipher.DECRYPT_MODE, nonce, owner).doFinal(sealed, from, sealed.length - from);
      return new Secret(new String(text, StandardCharsets.UTF_8));
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A secret cannot be decrypted.", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String owner) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(owner.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}
