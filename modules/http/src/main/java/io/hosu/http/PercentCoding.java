package io.hosu.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Percent-encoded UTF-8 (RFC 3986), read strictly and written as AWS signatures need it. */
public final class PercentCoding {
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

  private PercentCoding() {}

  /** Decodes once; {@code +} stands for itself. Empty when it is no percent-encoded UTF-8. */
  public static Optional<String> decode(String encoded) {
    return encoded.indexOf('%') < 0 && isAscii(encoded)
        ? Optional.of(encoded)
        : utf8(encoded, false);
  }

  /** Decodes once, with {@code +} for a space. Empty when it is no percent-encoded UTF-8. */
  public static Optional<String> decodeForm(String encoded) {
    return utf8(encoded, true);
  }

  /**
   * Encodes all but the unreserved characters {@code A-Z a-z 0-9 - . _ ~}; space is {@code %20}.
   */
  public static String encode(String text) {
    StringBuilder encoded = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b > 0 && UNRESERVED.indexOf(b) >= 0) {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(digit(b >> 4)).append(digit(b));
      }
    }
    return encoded.toString();
  }

  private static Optional<String> utf8(String encoded, boolean plusIsSpace) {
    byte[] in = encoded.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
    for (int i = 0; i < in.length; i++) {
      if (in[i] == '%') {
        int value = i + 2 < in.length ? hex(in[i + 1], in[i + 2]) : -1;
        if (value < 0) {
          return Optional.empty();
        }
        out.write(value);
        i += 2;
      } else {
        out.write(plusIsSpace && in[i] == '+' ? ' ' : in[i]);
      }
    }
    return utf8(out.toByteArray());
  }

  /** The text of UTF-8 bytes. Empty when they are none. */
  public static Optional<String> utf8(byte[] utf8) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static int hex(byte high, byte low) {
    int h = Character.digit(high, 16);
    int l = Character.digit(low, 16);
    return h < 0 || l < 0 ? -1 : h * 16 + l;
  }

  private static char digit(int value) {
    return "0123456789ABCDEF".charAt(value & 15);
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 128);
  }
}
