package io.hosu.objects.s3;

import io.hosu.objects.ChecksumAlgorithm;
import io.hosu.objects.Objects;
import io.hosu.objects.Payload;
import io.hosu.objects.RunningChecksum;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The body of a request: decoded, and with all that the client says about it. */
final class S3Body {
  private static final String CHECKSUM = "x-amz-checksum-";

  private S3Body() {}

  /** The body as it arrives, for an object or a part. */
  static Payload payload(S3Request request) {
    String body = request.signed().body();
    if (body.startsWith("STREAMING-")) {
      return streaming(request, body);
    }
    if (request.http().contentLength() < 0) {
      throw missingLength();
    }
    requireWithin(request.http().contentLength());
    List<Payload.Claim> claims = headerClaims(request);
    if (!body.equals(SigV4.UNSIGNED_PAYLOAD)) {
      claims.add(signedClaim(body));
    }
    return new Payload(request.http().body(), headerAlgorithm(request), Payload.Claims.of(claims));
  }

  /** A whole body of at most {@code limit} bytes, checked. */
  static byte[] document(S3Request request, int limit) throws IOException {
    Payload payload = payload(request);
    byte[] bytes = payload.stream().readNBytes(limit + 1);
    if (bytes.length > limit) {
      throw S3Error.MALFORMED_XML.failure("The document has more than %d bytes.".formatted(limit));
    }
    for (Payload.Claim claim : payload.claims().atEnd()) {
      RunningChecksum checksum = claim.algorithm().start();
      checksum.update(bytes, 0, bytes.length);
      if (!SigV4.hex(checksum.value()).equals(claim.hex())) {
        throw claim.mismatch().get();
      }
    }
    return bytes;
  }

  /** Whether the client says anything by which a damaged body would be found out. */
  static boolean hasIntegrityHeader(S3Request request) {
    return request.header("content-md5").isPresent()
        || request.header("x-amz-trailer").isPresent()
        || headerAlgorithm(request).isPresent();
  }

  private static Payload streaming(S3Request request, String kind) {
    boolean trailing = kind.endsWith("-TRAILER");
    switch (kind) {
      case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
          "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
          "STREAMING-UNSIGNED-PAYLOAD-TRAILER" -> {}
      default ->
          throw S3Error.NOT_IMPLEMENTED.failure(
              "Hosu does not take bodies signed as %s.".formatted(kind));
    }
    long length = decodedLength(request);
    requireWithin(length);
    ChunkedBody chunks =
        new ChunkedBody(
            request.http().body(), request.signed().chunks().orElse(null), trailing, length);
    List<Payload.Claim> claims = headerClaims(request);
    List<ChecksumAlgorithm> announced = announced(request);
    Optional<ChecksumAlgorithm> keep = headerAlgorithm(request).or(() -> first(announced));
    return new Payload(chunks, keep, new TrailingClaims(claims, announced, chunks));
  }

  private record TrailingClaims(
      List<Payload.Claim> claims, List<ChecksumAlgorithm> announced, ChunkedBody chunks)
      implements Payload.Claims {
    @Override
    public List<ChecksumAlgorithm> algorithms() {
      List<ChecksumAlgorithm> all = new ArrayList<>(announced);
      claims.forEach(claim -> all.add(claim.algorithm()));
      return all;
    }

    @Override
    public List<Payload.Claim> atEnd() {
      Map<String, String> trailers = chunks.trailers();
      List<Payload.Claim> all = new ArrayList<>(claims);
      for (ChecksumAlgorithm algorithm : announced) {
        String name = CHECKSUM + algorithm.name().toLowerCase(Locale.ROOT);
        String value = trailers.get(name);
        if (value == null) {
          throw S3Error.INVALID_REQUEST.failure("The trailer %s is missing.".formatted(name));
        }
        all.add(checksumClaim(name, algorithm, value));
      }
      return all;
    }
  }

  private static List<Payload.Claim> headerClaims(S3Request request) {
    List<Payload.Claim> claims = new ArrayList<>();
    request
        .header("content-md5")
        .ifPresent(value -> claims.add(checksumClaim("Content-MD5", ChecksumAlgorithm.MD5, value)));
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      String name = CHECKSUM + algorithm.name().toLowerCase(Locale.ROOT);
      request.header(name).ifPresent(value -> claims.add(checksumClaim(name, algorithm, value)));
    }
    return claims;
  }

  private static Payload.Claim checksumClaim(
      String name, ChecksumAlgorithm algorithm, String base64) {
    return new Payload.Claim(
        algorithm,
        SigV4.hex(decode(name, algorithm, base64)),
        () ->
            S3Error.BAD_DIGEST.failure(
                "The %s that was sent is not that of the bytes that arrived.".formatted(name),
                "Send the bytes again."));
  }

  private static byte[] decode(String name, ChecksumAlgorithm algorithm, String base64) {
    byte[] value;
    try {
      value = Base64.getDecoder().decode(base64.strip());
    } catch (IllegalArgumentException e) {
      value = new byte[0];
    }
    if (value.length != algorithm.length()) {
      throw name.equals("Content-MD5")
          ? S3Error.INVALID_DIGEST.failure("The Content-MD5 is not a base 64 MD5.")
          : S3Error.INVALID_REQUEST.failure("Value for %s header is invalid.".formatted(name));
    }
    return value;
  }

  private static Payload.Claim signedClaim(String sha256) {
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw S3Error.INVALID_ARGUMENT.failure(
          "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING- kind, or a SHA-256 in hex.");
    }
    return new Payload.Claim(
        ChecksumAlgorithm.SHA256,
        sha256,
        () ->
            S3Error.X_AMZ_CONTENT_SHA256_MISMATCH.failure(
                "The provided x-amz-content-sha256 header does not match what was computed."));
  }

  private static Optional<ChecksumAlgorithm> headerAlgorithm(S3Request request) {
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      if (request.header(CHECKSUM + algorithm.name().toLowerCase(Locale.ROOT)).isPresent()) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }

  /** The checksums that are to come in trailers. */
  private static List<ChecksumAlgorithm> announced(S3Request request) {
    List<ChecksumAlgorithm> announced = new ArrayList<>();
    for (String name : request.header("x-amz-trailer").orElse("").split(",", -1)) {
      String lower = name.strip().toLowerCase(Locale.ROOT);
      if (lower.isEmpty()) {
        continue;
      }
      announced.add(
          Optional.of(lower)
              .filter(text -> text.startsWith(CHECKSUM))
              .flatMap(text -> ChecksumAlgorithm.find(text.substring(CHECKSUM.length())))
              .orElseThrow(() ->
                  S3Error.INVALID_REQUEST.failure(
                      "The trailer %s is not supported.".formatted(lower))));
    }
    return announced;
  }

  private static Optional<ChecksumAlgorithm> first(List<ChecksumAlgorithm> algorithms) {
    return algorithms.stream().findFirst();
  }

  private static long decodedLength(S3Request request) {
    String text = request.header("x-amz-decoded-content-length").orElseThrow(S3Body::missingLength);
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw S3Error.INVALID_ARGUMENT.failure(
          "x-amz-decoded-content-length '%s' is not a number.".formatted(text));
    }
  }

  private static void requireWithin(long length) {
    if (length > Objects.PAYLOAD_LIMIT) {
      throw S3Error.ENTITY_TOO_LARGE.failure(
          "Your proposed upload exceeds the maximum allowed size of 5 GB.",
          "Send it as a multipart upload.");
    }
  }

  private static RuntimeException missingLength() {
    return S3Error.MISSING_CONTENT_LENGTH.failure("You must provide the Content-Length header.");
  }
}
