package io.hosu.objects.s3;

import io.hosu.governance.Signer;
import io.hosu.governance.Signers;
import io.hosu.http.Header;
import io.hosu.http.Request;
import io.hosu.kernel.ConstantTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Finds out who signed a request, and refuses what nobody signed. May be used from any thread. */
final class SignatureVerifier {
  private static final Duration SKEW = Duration.ofMinutes(15);
  private static final String ACTING_AS = "hosu-as";
  private static final String STREAMING = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";

  private final Signers signers;
  private final String region;
  private final InstantSource clock;

  SignatureVerifier(Signers signers, String region, InstantSource clock) {
    this.signers = signers;
    this.region = region;
    this.clock = clock;
  }

  /** Verifies the signature of everything but the body, which is checked when it is read. */
  SignedRequest verify(Request request, QueryString query) {
    SignatureClaim claim = SignatureClaim.of(request, query);
    requireRegion(claim);
    requireTime(claim);
    requireSigned(request, claim);
    Signer.Known signer = signer(request, query, claim);
    String body = body(request, query, claim);
    byte[] key = SigV4.signingKey(signer.secret().reveal(), claim.scope());
    String canonical = CanonicalRequest.of(request, query, claim.signedHeaders(), body);
    String right = SigV4.signature(key, claim.amzDate(), claim.scope(), canonical);
    if (!ConstantTime.same(right, claim.signature())) {
      throw S3Error.SIGNATURE_DOES_NOT_MATCH.failure(
          "The signature that was calculated is not the one that was provided.",
          "Check the secret access key and the method of signing.");
    }
    return new SignedRequest(
        signer.who(),
        body,
        body.startsWith(STREAMING)
            ? Optional.of(new ChunkSignatures(key, claim.amzDate(), claim.scope(), right))
            : Optional.empty());
  }

  private Signer.Known signer(Request request, QueryString query, SignatureClaim claim) {
    Optional<String> token =
        claim.expires().isPresent()
            ? query.find("X-Amz-Security-Token")
            : request.header("x-amz-security-token");
    return switch (signers.find(claim.accessKey(), token)) {
      case Signer.Known known -> known;
      case Signer.Unknown _ ->
          throw S3Error.INVALID_ACCESS_KEY_ID.failure(
              "The access key %s does not exist, or needs its session token."
                  .formatted(claim.accessKey()),
              "Use a key of: hosu key list PRINCIPAL, or one of a role with its AWS_SESSION_TOKEN:"
                  + " hosu role assume ROLE");
      case Signer.WrongToken _ ->
          throw S3Error.INVALID_TOKEN.failure(
              "The provided token is malformed or otherwise invalid.",
              "Send the session token that came with the access key, and none with others: unset"
                  + " AWS_SESSION_TOKEN");
      case Signer.Ended _ ->
          throw S3Error.EXPIRED_TOKEN.failure(
              "The provided token has expired.",
              "Begin another session with: hosu role assume ROLE");
    };
  }

  private void requireRegion(SignatureClaim claim) {
    if (!claim.scope().region().equals(region)) {
      throw S3Error.AUTHORIZATION_HEADER_MALFORMED.failure(
          "The region '%s' is wrong; expecting '%s'.".formatted(claim.scope().region(), region),
          "Set AWS_REGION=%s.".formatted(region));
    }
  }

  private void requireTime(SignatureClaim claim) {
    Instant now = clock.instant();
    Instant signed = claim.signedAt();
    boolean early = signed.isAfter(now.plus(SKEW));
    if (claim.expires().isEmpty() && (early || signed.isBefore(now.minus(SKEW)))) {
      throw S3Error.REQUEST_TIME_TOO_SKEWED.failure(
          "The request was signed at %s, and it is %s here.".formatted(signed, now),
          "Set the clock of the client.");
    }
    if (claim.expires().isPresent() && early) {
      throw S3Error.ACCESS_DENIED.failure("The request is not yet valid.");
    }
    if (claim.expires().isPresent() && now.isAfter(signed.plus(claim.expires().get()))) {
      throw S3Error.ACCESS_DENIED.failure(
          "Request has expired.", "Have a new URL made, for a longer time if need be.");
    }
  }

  /**
   * The host, everything of Amazon's own, and as whom it is asked must be signed, so that nobody
   * can add to it.
   */
  private static void requireSigned(Request request, SignatureClaim claim) {
    if (!claim.signs("host")) {
      throw S3Error.SIGNATURE_DOES_NOT_MATCH.failure("The host header is not signed.");
    }
    for (Header header : request.headers()) {
      String name = header.name();
      boolean own =
          (name.startsWith("x-amz-") && !name.equals("x-amz-content-sha256"))
              || name.equals(ACTING_AS);
      if (own && !claim.signs(name)) {
        throw S3Error.ACCESS_DENIED.failure(
            "There were headers present in the request which were not signed: %s.".formatted(name));
      }
    }
  }

  private static String body(Request request, QueryString query, SignatureClaim claim) {
    Optional<String> header = request.header("x-amz-content-sha256");
    if (claim.expires().isPresent()) {
      return query
          .find("X-Amz-Content-Sha256")
          .or(() -> header.filter(_ -> claim.signs("x-amz-content-sha256")))
          .orElse(SigV4.UNSIGNED_PAYLOAD);
    }
    return header.orElseThrow(() ->
        S3Error.INVALID_REQUEST.failure(
            "Missing required header for this request: x-amz-content-sha256."));
  }
}
