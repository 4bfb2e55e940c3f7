package io.hosu.objects.s3;

import io.hosu.http.PercentCoding;
import io.hosu.http.Request;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The bucket and key that a request is about; empty texts when it names none.
 *
 * <p>Path style {@code /bucket/key}, or host style when the host is {@code bucket.} and the door's
 * own name. The key is what was sent, decoded once: nothing in it is resolved or joined.
 */
record S3Address(String bucket, String key) {
  private static final int KEY_LIMIT = 1024;

  static S3Address of(Request request, String domain) {
    String host = request.header("host").orElse("").toLowerCase(Locale.ROOT);
    host = host.replaceFirst(":\\d*$", "");
    String path = request.path().startsWith("/") ? request.path().substring(1) : request.path();
    if (host.endsWith("." + domain) && !domain.isEmpty()) {
      return new S3Address(host.substring(0, host.length() - domain.length() - 1), key(path));
    }
    return ofPath(path);
  }

  /** Reads {@code bucket/key}, percent-encoded. */
  static S3Address ofPath(String path) {
    int slash = path.indexOf('/');
    return slash < 0
        ? new S3Address(decode(path), "")
        : new S3Address(decode(path.substring(0, slash)), key(path.substring(slash + 1)));
  }

  private static String key(String encoded) {
    String key = decode(encoded);
    int length = key.getBytes(StandardCharsets.UTF_8).length;
    if (length > KEY_LIMIT) {
      throw S3Error.KEY_TOO_LONG.failure(
          "The key has %d bytes, and may have %d.".formatted(length, KEY_LIMIT));
    }
    return key;
  }

  private static String decode(String encoded) {
    return PercentCoding.decode(encoded)
        .orElseThrow(() -> S3Error.INVALID_URI.failure("The path is no encoded UTF-8."));
  }
}
