package io.hosu.objects.s3;

import io.hosu.kernel.ConstantTime;
import io.hosu.kernel.Sha256;
import java.security.MessageDigest;

/** The chain of signatures over the chunks of a body, each built on the one before. */
final class ChunkSignatures {
  private final byte[] key;
  private final String amzDate;
  private final SigV4.Scope scope;
  private final MessageDigest digest = Sha256.digest();
  private String previous;
  private String expected = "";

  /**
   * @param seed the signature of the request
   */
  ChunkSignatures(byte[] key, String amzDate, SigV4.Scope scope, String seed) {
    this.key = key.clone();
    this.amzDate = amzDate;
    this.scope = scope;
    this.previous = seed;
  }

  /** A chunk begins that claims to have this signature. */
  void begin(String signature) {
    expected = signature;
  }

  void update(byte[] bytes, int offset, int length) {
    digest.update(bytes, offset, length);
  }

  /** A chunk ends. */
  void end() {
    String text =
        String.join(
            "\n",
            "AWS4-HMAC-SHA256-PAYLOAD",
            amzDate,
            scope.toString(),
            previous,
            SigV4.EMPTY_SHA256,
            SigV4.hex(digest.digest()));
    check(SigV4.sign(key, text), expected, "chunk");
  }

  /** Checks the trailers, as {@code name:value} lines. */
  void checkTrailers(String trailers, String signature) {
    String text =
        String.join(
            "\n",
            "AWS4-HMAC-SHA256-TRAILER",
            amzDate,
            scope.toString(),
            previous,
            Sha256.hex(trailers));
    check(SigV4.sign(key, text), signature, "trailer");
  }

  private void check(String right, String claimed, String what) {
    if (!ConstantTime.same(right, claimed)) {
      throw S3Error.SIGNATURE_DOES_NOT_MATCH.failure(
          "The signature of a %s is not the right one.".formatted(what),
          "Use the secret that belongs to the access key.");
    }
    previous = right;
  }
}
