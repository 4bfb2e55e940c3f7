package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.delivery.Mistake;
import io.hosu.kernel.ErrorCode;
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
import java.io.InputStream;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A failure as a server answers it (RFC 9457).
 *
 * @param status the HTTP status
 * @param code what scripts match on
 * @param what what happened
 * @param remedy what to do
 * @param facts of a refusal what is missing, who may give it and how; otherwise empty
 */
record Problem(int status, String code, String what, String remedy, ObjectNode facts) {
  private static final List<String> FACTS = List.of("missing", "givers", "command", "yaml");
  private static final int MOST_BYTES = 1024 * 1024;

  /** A code that the server named; its meaning stands in the server's reference. */
  private record ServerCode(String name, Fault fault) implements ErrorCode {
    @Override
    public String meaning() {
      return "See docs/reference/errors.md.";
    }
  }

  /** Reads the body of a failed answer, at most 1 MB of it. */
  static String read(@Nullable InputStream body) throws IOException {
    if (body == null) {
      return "";
    }
    try (body) {
      return new String(body.readNBytes(MOST_BYTES), java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  /** Understands a failed answer; one that is no problem document gets a general remedy. */
  static Problem of(int status, String body) {
    JsonNode json = parsed(body);
    String what = json.path("detail").asText(json.path("title").asText(""));
    return new Problem(
        status,
        json.path("code").asText("HTTP_" + status),
        what.isEmpty()
            ? "The server answered with status %d.".formatted(status)
            : what + more(json),
        json.path("remedy").asText(remedy(status)),
        facts(json));
  }

  private static ObjectNode facts(JsonNode json) {
    ObjectNode facts = Json.object();
    FACTS.stream().filter(json::has).forEach(name -> facts.set(name, json.path(name)));
    return facts;
  }

  /** The mistakes of a project that was refused, as {@code hosu validate} shows them. */
  private static String more(JsonNode json) {
    return json.path("mistakes")
        .valueStream()
        .map(mistake -> "\n" + Mistake.fromJson(mistake))
        .collect(Collectors.joining());
  }

  private static JsonNode parsed(String body) {
    try {
      return body.startsWith("{") ? Json.parse(body) : Json.object();
    } catch (Invalid e) {
      return Json.object();
    }
  }

  private static String remedy(int status) {
    return switch (status) {
      case 401 ->
          "Set HOSU_TOKEN, sign in with hosu login, or run the command in the folder that has the"
              + " server's .hosu.";
      case 404, 405 -> "Compare the versions of program and server with: hosu status";
      default -> "Look at the server's log, and ask it with: hosu status";
    };
  }

  /** The exception it was in the server. */
  HosuException exception() {
    return switch (status) {
      case 401 -> new Unauthenticated(hard(), what, remedy);
      case 403 -> new Denied(hard(), what, remedy, facts);
      case 404 -> new NotFound(hard(), what, remedy);
      case 409, 412 -> new Conflict(soft(), what, remedy);
      case 422 -> new Exhausted(hard(), what, remedy);
      case 429 -> new Exhausted(soft(), what, remedy);
      default ->
          status < 500 ? new Invalid(hard(), what, remedy) : new Unavailable(soft(), what, remedy);
    };
  }

  private ErrorCode hard() {
    return new ServerCode(code, ErrorCode.Fault.HARD);
  }

  private ErrorCode soft() {
    return new ServerCode(code, ErrorCode.Fault.SOFT);
  }
}
