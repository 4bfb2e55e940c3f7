package io.hosu.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Discreet;
import io.hosu.kernel.ErrorCode.Fault;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.HosuException.Unauthenticated;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Failures as RFC 9457 problems: {@code type}, {@code title}, {@code status}, {@code detail}, and
 * beside them {@code code} and {@code remedy}; of what is denied also what is missing, who may give
 * it and how. Never a stack trace: what nobody foresaw is logged under the {@code id} that the
 * client gets.
 */
public final class Problems {
  private static final int LONGEST_DETAIL = 4000;

  /** The content type of a problem. */
  public static final String CONTENT_TYPE = "application/problem+json";

  private static final Logger log = LoggerFactory.getLogger(Problems.class);

  private Problems() {}

  /** Answers with {@code failure}. The response must not be committed. */
  public static void write(Response response, Throwable failure) throws IOException {
    write(response, failure, Json.object());
  }

  /** Answers with {@code failure} and what else is known: its places, its parts. */
  public static void write(Response response, Throwable failure, ObjectNode more)
      throws IOException {
    if (failure instanceof HosuException known) {
      send(response, status(known), known, more);
    } else {
      log.atError()
          .setMessage("request failed")
          .setCause(Discreet.of(failure))
          .addKeyValue("id", response.id())
          .log();
      send(response, 500, unforeseen(response.id()), more.deepCopy().put("id", response.id()));
    }
  }

  /** The status of a failure: the one place that knows it. */
  public static int status(HosuException failure) {
    if (failure.code() instanceof HttpError code) {
      if (code == HttpError.METHOD_NOT_ALLOWED) {
        return 405;
      }
      if (code == HttpError.REQUEST_TOO_LARGE) {
        return 413;
      }
    }
    return switch (failure) {
      case Invalid _ -> 400;
      case Unauthenticated _ -> 401;
      case Denied _ -> 403;
      case NotFound _ -> 404;
      case Conflict _ -> 409;
      // Clients repeat a 429 by themselves: it is only for what may go well the next time.
      case Exhausted _ -> failure.code().fault() == Fault.SOFT ? 429 : 422;
      case Unavailable _ -> 503;
    };
  }

  static void send(Response response, int status, HosuException failure, ObjectNode more)
      throws IOException {
    switch (status) {
      case 401 -> response.header("WWW-Authenticate", "Bearer realm=\"hosu\"");
      case 429, 503 -> response.header("Retry-After", "1");
      default -> {}
    }
    response.status(status).header("Content-Type", CONTENT_TYPE);
    response.header("Cache-Control", "no-store");
    response
        .body()
        .write(Json.print(problem(status, failure, more)).getBytes(StandardCharsets.UTF_8));
  }

  static ObjectNode problem(int status, HosuException failure, ObjectNode more) {
    ObjectNode problem = Json.object();
    problem.put("type", "urn:hosu:error:" + failure.code().name());
    problem.put("title", title(status));
    problem.put("status", status);
    problem.put("detail", shortened(failure.what()));
    problem.put("code", failure.code().name());
    problem.put("remedy", failure.remedy());
    if (failure instanceof Denied denied) {
      problem.setAll(denied.facts());
    }
    problem.setAll(more);
    return problem;
  }

  /** What was sent is told in what is wrong with it, but not all of a megabyte of it. */
  private static String shortened(String detail) {
    int left = detail.length() - LONGEST_DETAIL;
    if (left <= 0) {
      return detail;
    }
    int half = LONGEST_DETAIL / 2;
    return "%s ... (%d characters are left out) ... %s"
        .formatted(detail.substring(0, half), left, detail.substring(detail.length() - half));
  }

  static Unavailable unforeseen(String id) {
    return new Unavailable(
        HttpError.INTERNAL_ERROR,
        "The server failed at this request. Its log has the cause under the id %s.".formatted(id),
        "Look for the id in the server's log; report it with what stands there.");
  }

  static String title(int status) {
    return switch (status) {
      case 400 -> "The request is invalid";
      case 401 -> "Nobody knows who asks";
      case 403 -> "Not allowed";
      case 404 -> "Not found";
      case 405 -> "Not with this method";
      case 408 -> "The client was silent for too long";
      case 409 -> "Not as things stand now";
      case 413, 414, 431 -> "The request is too large";
      case 422 -> "It ended at a limit";
      case 429 -> "A limit is reached";
      case 503 -> "Not available now";
      case 505 -> "Not with this version of HTTP";
      default -> status < 500 ? "The request is invalid" : "The server failed";
    };
  }
}
