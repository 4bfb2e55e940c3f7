package io.hosu.governance;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.zip.CRC32;

/**
 * The text of a token: {@code hosu_}, 40 random characters (200 bits), and 7 that check them, so
 * that scanners for leaked secrets recognise one and a mistyped one needs no look-up.
 */
final class TokenText {
  private static final String PREFIX = "hosu_";
  private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int RANDOM = 40;
  private static final int CHECK = 7;

  private TokenText() {}

  static String random(SecureRandom random) {
    StringBuilder text = new StringBuilder(PREFIX);
    for (int i = 0; i < RANDOM; i++) {
      text.append(DIGITS.charAt(random.nextInt(32)));
    }
    return text + check(text.toString());
  }

  static boolean isWellFormed(String text) {
    int length = PREFIX.length() + RANDOM;
    return text.startsWith(PREFIX)
        && text.length() == length + CHECK
        && check(text.substring(0, length)).equals(text.substring(length));
  }

  static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
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
