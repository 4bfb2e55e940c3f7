package io.hosu.tables.iceberg;

import io.hosu.http.Call;
import io.hosu.http.ClientGone;
import io.hosu.http.Problems;
import io.hosu.http.RouteHandler;
import io.hosu.kernel.Discreet;
import io.hosu.kernel.ErrorCode;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.HosuException.Unauthenticated;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.tables.TablesError;
import java.io.IOException;
import org.apache.iceberg.rest.responses.ErrorResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Failures as the protocol tells them: {@code {"error": {"message", "type", "code"}}}. The message
 * ends with the code that scripts match on, in parentheses.
 */
final class IcebergFailures {
  private static final Logger log = LoggerFactory.getLogger(IcebergFailures.class);

  private IcebergFailures() {}

  /** The same handler, whose failures are told so. */
  static RouteHandler told(RouteHandler handler) {
    return call -> {
      try {
        handler.handle(call);
      } catch (HosuException e) {
        send(call, status(e), type(e), message(e));
      } catch (ClientGone e) {
        throw e;
      } catch (RuntimeException e) {
        log.atError()
            .setMessage("request failed")
            .addKeyValue("id", call.request().id())
            .setCause(Discreet.of(e))
            .log();
        send(
            call,
            500,
            "InternalServerError",
            "The server failed at this request. Its log has the cause under the id %s."
                .formatted(call.request().id()));
      }
    };
  }

  private static String message(HosuException failure) {
    return "%s %s (%s)".formatted(failure.what(), failure.remedy(), failure.code().name());
  }

  /** What needs a table forbids to take its name: 409 would say that another table has the name. */
  private static int status(HosuException failure) {
    ErrorCode code = failure.code();
    if (code == IcebergError.OPERATION_UNSUPPORTED) {
      return 406;
    }
    if (code == TablesError.TABLE_NEEDED) {
      return 403;
    }
    return isUnprocessable(code) ? 422 : Problems.status(failure);
  }

  private static boolean isUnprocessable(ErrorCode code) {
    return code == IcebergError.IDEMPOTENCY_KEY_REUSED || code == IcebergError.PROPERTY_AMBIGUOUS;
  }

  /** The name of the exception by which Iceberg's clients know it. */
  private static String type(HosuException failure) {
    return switch (failure) {
      case NotFound _ -> notFound(failure.code());
      case Conflict _ when failure.code() == TablesError.TABLE_NEEDED -> "ForbiddenException";
      case Conflict _ -> conflict(failure.code());
      case Denied _ -> "ForbiddenException";
      case Unauthenticated _ -> "NotAuthorizedException";
      case Exhausted _ -> "TooManyRequestsException";
      case Unavailable _ -> "ServiceUnavailableException";
      case Invalid _ ->
          failure.code() == IcebergError.OPERATION_UNSUPPORTED
              ? "UnsupportedOperationException"
              : isUnprocessable(failure.code())
                  ? "UnprocessableEntityException"
                  : invalid(failure.code());
    };
  }

  /** What engines check for themselves where they can, they know by Java's own name. */
  private static String invalid(ErrorCode code) {
    return code == TablesError.VIEW_INVALID ? "IllegalArgumentException" : "BadRequestException";
  }

  private static String conflict(ErrorCode code) {
    if (code == IcebergError.NAMESPACE_NOT_EMPTY) {
      return "NamespaceNotEmptyException";
    }
    return code == TablesError.TABLE_EXISTS
            || code == TablesError.VIEW_EXISTS
            || code == IcebergError.NAMESPACE_EXISTS
        ? "AlreadyExistsException"
        : "CommitFailedException";
  }

  private static String notFound(ErrorCode code) {
    if (code == IcebergError.NAMESPACE_NOT_FOUND) {
      return "NoSuchNamespaceException";
    }
    if (code == TablesError.VIEW_NOT_FOUND) {
      return "NoSuchViewException";
    }
    return code == IcebergError.WAREHOUSE_NOT_FOUND
        ? "NoSuchWarehouseException"
        : "NoSuchTableException";
  }

  private static void send(Call call, int status, String type, String message) throws IOException {
    if (call.response().isCommitted()) {
      throw new IOException("The answer to %s is cut off.".formatted(call.request().id()));
    }
    call.response().reset();
    switch (status) {
      case 401 -> call.response().header("WWW-Authenticate", "Bearer realm=\"hosu\"");
      case 429, 503 -> call.response().header("Retry-After", "1");
      default -> {}
    }
    call.response().header("Cache-Control", "no-store");
    IcebergJson.send(
        call.response(),
        status,
        ErrorResponse.builder().responseCode(status).withType(type).withMessage(message).build());
  }
}
