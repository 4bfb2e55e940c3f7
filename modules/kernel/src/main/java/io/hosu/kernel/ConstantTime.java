package io.hosu.kernel;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Compares secrets, their hashes and signatures in a time that does not tell how much of what is
 * shown is right: the only place that does.
 */
public final class ConstantTime {
  private ConstantTime() {}

  /** Whether the two are the same text. */
  public static boolean same(String right, String shown) {
    return MessageDigest.isEqual(
        right.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
  }
}
