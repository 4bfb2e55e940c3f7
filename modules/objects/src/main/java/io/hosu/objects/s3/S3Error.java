package io.hosu.objects.s3;

import io.hosu.kernel.ErrorCode;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.HosuException.Unavailable;

/** The failures of the S3 protocol, as its clients know them. */
public enum S3Error implements ErrorCode {
  ACCESS_DENIED("AccessDenied", 403, "The request is unsigned, expired, or not allowed."),
  AUTHORIZATION_HEADER_MALFORMED(
      "AuthorizationHeaderMalformed", 400, "The Authorization header is not valid."),
  AUTHORIZATION_QUERY_PARAMETERS(
      "AuthorizationQueryParametersError", 400, "The X-Amz parameters are not valid."),
  BAD_DIGEST("BadDigest", 400, "The bytes that arrived are not those that were announced."),
  BUCKET_ALREADY_OWNED_BY_YOU("BucketAlreadyOwnedByYou", 409, "The bucket exists already."),
  BUCKET_NOT_EMPTY("BucketNotEmpty", 409, "The bucket still holds objects."),
  ENTITY_TOO_LARGE("EntityTooLarge", 400, "More bytes were sent than one request may store."),
  ENTITY_TOO_SMALL("EntityTooSmall", 400, "A part other than the last has less than 5 MB."),
  EXPIRED_TOKEN("ExpiredToken", 400, "The session of the access key has ended."),
  INCOMPLETE_BODY("IncompleteBody", 400, "The body is shorter or longer than announced."),
  INTERNAL_ERROR("InternalError", 500, "Hosu failed."),
  INVALID_ACCESS_KEY_ID("InvalidAccessKeyId", 403, "The access key does not exist."),
  INVALID_ARGUMENT("InvalidArgument", 400, "A parameter or header is not valid."),
  INVALID_DIGEST("InvalidDigest", 400, "The checksum that was sent is not one."),
  INVALID_PART("InvalidPart", 400, "A part was not uploaded, or is another."),
  INVALID_PART_ORDER("InvalidPartOrder", 400, "The parts are not in rising order."),
  INVALID_RANGE("InvalidRange", 416, "The range lies outside of the object."),
  INVALID_REQUEST("InvalidRequest", 400, "The request is not valid."),
  INVALID_TOKEN("InvalidToken", 400, "The session token is not the one of the access key."),
  INVALID_URI("InvalidURI", 400, "The path cannot be decoded."),
  KEY_TOO_LONG("KeyTooLongError", 400, "The key has more than 1024 bytes."),
  MALFORMED_XML("MalformedXML", 400, "The body is not the XML that the operation takes."),
  METADATA_TOO_LARGE("MetadataTooLarge", 400, "The metadata has more than 2 KB."),
  METHOD_NOT_ALLOWED("MethodNotAllowed", 405, "The resource does not know this method."),
  MISSING_CONTENT_LENGTH("MissingContentLength", 411, "The length of the body is not announced."),
  MISSING_REQUEST_BODY("MissingRequestBodyError", 400, "The request has no body."),
  NO_SUCH_BUCKET("NoSuchBucket", 404, "The bucket does not exist."),
  NO_SUCH_KEY("NoSuchKey", 404, "The key does not exist."),
  NO_SUCH_UPLOAD("NoSuchUpload", 404, "The upload was completed, aborted, or never begun."),
  NO_SUCH_VERSION("NoSuchVersion", 404, "The version does not exist, or is kept no longer."),
  NOT_IMPLEMENTED("NotImplemented", 501, "Hosu does not have this operation of S3."),
  OPERATION_ABORTED("OperationAborted", 409, "Another change was in the way."),
  PRECONDITION_FAILED("PreconditionFailed", 412, "The object is not in the state demanded."),
  REQUEST_TIMEOUT("RequestTimeout", 400, "The client stopped sending in mid-body."),
  REQUEST_TIME_TOO_SKEWED(
      "RequestTimeTooSkewed", 403, "The clocks of client and server are over 15 minutes apart."),
  SERVICE_UNAVAILABLE("ServiceUnavailable", 503, "Something that Hosu depends on does not answer."),
  SIGNATURE_DOES_NOT_MATCH("SignatureDoesNotMatch", 403, "The signature is not the right one."),
  SLOW_DOWN("SlowDown", 503, "A limit was reached."),
  UNSUPPORTED_SIGNATURE("InvalidRequest", 400, "Only AWS4-HMAC-SHA256 signatures are accepted."),
  X_AMZ_CONTENT_SHA256_MISMATCH(
      "XAmzContentSHA256Mismatch", 400, "The body does not have the SHA-256 that was signed.");

  private final String wire;
  private final int status;
  private final String meaning;

  S3Error(String wire, int status, String meaning) {
    this.wire = wire;
    this.status = status;
    this.meaning = meaning;
  }

  @Override
  public Fault fault() {
    return status >= 500 && status != 501 ? Fault.SOFT : Fault.HARD;
  }

  @Override
  public String meaning() {
    return meaning;
  }

  /** The code as S3's clients know it. */
  String wire() {
    return wire;
  }

  /** The HTTP status that goes with it. */
  int status() {
    return status;
  }

  /** A failure with this code that tells what happened. */
  HosuException failure(String what) {
    return failure(what, "Correct the request and send it again.");
  }

  /** A failure with this code that tells what happened and what to do. */
  HosuException failure(String what, String remedy) {
    return switch (status) {
      case 403 -> new Denied(this, what, remedy);
      case 404 -> new NotFound(this, what, remedy);
      case 409, 412 -> new Conflict(this, what, remedy);
      case 500, 503 -> new Unavailable(this, what, remedy);
      default -> new Invalid(this, what, remedy);
    };
  }
}
