package io.hosu.objects.s3;

import io.hosu.kernel.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The arithmetic of AWS Signature Version 4. */
final class SigV4 {
  static final String ALGORITHM = "AWS4-HMAC-SHA256";
  static final String UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";
  static final String EMPTY_SHA256 =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private SigV4() {}

  /** The key that signs what happens on one day in one region with one service. */
  static byte[] signingKey(String secret, Scope scope) {
    byte[] key = hmac(utf8("AWS4" + secret), scope.date());
    key = hmac(key, scope.region());
    key = hmac(key, scope.service());
    return hmac(key, "aws4_request");
  }

  /** The signature of a canonical request. */
  static String signature(byte[] key, String amzDate, Scope scope, String canonicalRequest) {
    return sign(
        key,
        String.join(
            "\n",
            ALGORITHM,
            amzDate,
            scope.toString(),
            Sha256.hex(canonicalRequest.getBytes(StandardCharsets.ISO_8859_1))));
  }

  /** Signs a text of ASCII or UTF-8. */
  static String sign(byte[] key, String text) {
    return hex(hmac(key, text));
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(utf8(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has HmacSHA256", e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Where and when a signing key is good for: {@code 20260101/local/s3/aws4_request}. */
  record Scope(String date, String region, String service) {
    @Override
    public String toString() {
      return date + "/" + region + "/" + service + "/aws4_request";
    }
  }
}
