package io.hosu.objects.s3;

import io.hosu.http.ClientGone;
import io.hosu.http.HttpError;
import io.hosu.http.Response;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.HosuException.Unauthenticated;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.objects.ObjectsError;
import java.io.IOException;

/** Answers as S3 writes them: documents, and failures under S3's own codes. */
final class S3Answer {
  private S3Answer() {}

  static void xml(Response response, XmlWriter document) throws IOException {
    byte[] bytes = document.bytes();
    response.header("Content-Type", "application/xml");
    response.header("Content-Length", Integer.toString(bytes.length));
    response.body().write(bytes);
  }

  /** Answers with a failure; {@code region} helps a client that signed for another. */
  static void failure(Response response, Throwable failure, String path, String region)
      throws IOException {
    S3Error error = error(failure);
    String message =
        failure instanceof HosuException known
            ? known.what() + " " + known.remedy()
            : error.meaning();
    XmlWriter xml =
        XmlWriter.plain("Error").element("Code", error.wire()).element("Message", message);
    if (error == S3Error.AUTHORIZATION_HEADER_MALFORMED) {
      xml.element("Region", region);
    }
    xml.element("Resource", path).element("RequestId", response.id()).element("HostId", "hosu");
    response.status(error.status());
    if (error == S3Error.SLOW_DOWN || error == S3Error.SERVICE_UNAVAILABLE) {
      response.header("Retry-After", "1");
    }
    xml(response, xml);
  }

  /** Which of S3's failures this is. */
  static S3Error error(Throwable failure) {
    if (!(failure instanceof HosuException known)) {
      return ClientGone.in(failure).isPresent() ? S3Error.INCOMPLETE_BODY : S3Error.INTERNAL_ERROR;
    }
    return switch (known.code()) {
      case S3Error error -> error;
      case ObjectsError error -> error(error);
      case HttpError.PATH_INVALID -> S3Error.INVALID_URI;
      default ->
          switch (known) {
            case Invalid _ -> S3Error.INVALID_REQUEST;
            case Unauthenticated _, Denied _ -> S3Error.ACCESS_DENIED;
            case NotFound _ -> S3Error.NO_SUCH_KEY;
            case Conflict _ -> S3Error.OPERATION_ABORTED;
            case Exhausted _ -> S3Error.SLOW_DOWN;
            case Unavailable _ -> S3Error.SERVICE_UNAVAILABLE;
          };
    };
  }

  private static S3Error error(ObjectsError error) {
    return switch (error) {
      case BUCKET_NOT_FOUND -> S3Error.NO_SUCH_BUCKET;
      case BUCKET_NOT_EMPTY -> S3Error.BUCKET_NOT_EMPTY;
      case OBJECT_NOT_FOUND -> S3Error.NO_SUCH_KEY;
      case OBJECT_EXISTS, BLOB_EXPIRED -> S3Error.OPERATION_ABORTED;
      case VERSION_NOT_FOUND -> S3Error.NO_SUCH_VERSION;
      case UPLOAD_NOT_FOUND -> S3Error.NO_SUCH_UPLOAD;
      case UPLOAD_PART_INVALID -> S3Error.INVALID_PART;
      case UPLOAD_PART_ORDER -> S3Error.INVALID_PART_ORDER;
      case UPLOAD_PART_NUMBER -> S3Error.INVALID_ARGUMENT;
      case UPLOAD_PART_TOO_SMALL -> S3Error.ENTITY_TOO_SMALL;
      case OBJECT_TOO_LARGE -> S3Error.ENTITY_TOO_LARGE;
      case METADATA_TOO_LARGE -> S3Error.METADATA_TOO_LARGE;
      case CHECKSUM_MISMATCH -> S3Error.BAD_DIGEST;
      case BODY_INCOMPLETE -> S3Error.INCOMPLETE_BODY;
      case RANGE_INVALID -> S3Error.INVALID_RANGE;
      case PRECONDITION_FAILED -> S3Error.PRECONDITION_FAILED;
      case TABLE_FILE_PROTECTED, NOT_OF_TABLE -> S3Error.ACCESS_DENIED;
      case STORAGE_UNAVAILABLE -> S3Error.SERVICE_UNAVAILABLE;
    };
  }
}
