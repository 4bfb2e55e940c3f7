package io.hosu.governance;

import io.hosu.kernel.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.zip.CRC32;

/**
 * The text of a token: what kind it is, 40 random characters (200 bits), and 7 that check them, so
 * that scanners for leaked secrets recognise one and a mistyped one needs no look-up.
 */
enum TokenText {
  /** Of a token: {@code hosu_}. */
  TOKEN("hosu_"),
  /** Of a session, good by itself: {@code hosus_}. */
  SESSION("hosus_"),
  /** Of a session, good with its access key alone: {@code hosux_}. */
  SECURITY("hosux_");

  private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int RANDOM = 40;
  private static final int CHECK = 7;

  private final String prefix;

  TokenText(String prefix) {
    this.prefix = prefix;
  }

  /** A new one. */
  Secret random(SecureRandom random) {
    StringBuilder text = new StringBuilder(prefix);
    for (int i = 0; i < RANDOM; i++) {
      text.append(DIGITS.charAt(random.nextInt(32)));
    }
    return new Secret(text + check(text.toString()));
  }

  /** Whether it could be one. */
  boolean isWellFormed(String text) {
    int length = prefix.length() + RANDOM;
    return text.startsWith(prefix)
        && text.length() == length + CHECK
        && check(text.substring(0, length)).equals(text.substring(length));
  }

  /** What is kept of it: SHA-256 in hexadecimal. */
  static String hash(String text) {
    return Sha256.hex(text);
  }

  private static String check(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    StringBuilder check = new StringBuilder();
    for (int i = CHECK - 1; i >= 0; i--) {
      check.append(DIGITS.charAt((int) (crc.getValue() >>> (5 * i)) & 31));
    }
    return check.toString();
  }
}
