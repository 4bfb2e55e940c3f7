package io.hosu.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Durations;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.kernel.Sizes;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One request that a route took, with helpers to read what API requests have in common.
 *
 * @param path the variables of the route's path, decoded
 */
public record Call(Request request, Response response, Map<String, String> path) {
  /** The largest JSON body that {@link #json()} reads: 16 MB. */
  public static final long BODY_LIMIT = 16L * 1024 * 1024;

  private static final int STANDARD_LIMIT = 100;
  private static final int LARGEST_LIMIT = 1000;

  public Call {
    path = Map.copyOf(path);
  }

  /** A variable of the route's path; asking for one that the route does not have is a bug. */
  public String variable(String name) {
    String value = path.get(name);
    if (value == null) {
      throw new IllegalArgumentException("The route has no variable " + name + ".");
    }
    return value;
  }

  /** A variable of the route's path, read by {@code form}, which throws {@code Invalid}. */
  public <T> T variable(String name, Function<String, T> form) {
    return form.apply(variable(name));
  }

  /**
   * A query parameter, read by {@code form}; not there and empty are the same.
   *
   * @throws Invalid as {@code form} does
   */
  public <T> Optional<T> query(String name, Function<String, T> form) {
    return request.query(name).filter(text -> !text.isEmpty()).map(form);
  }

  /**
   * How many items a list shall give at most: {@code ?limit=}, 1 to 1000, 100 unless given.
   *
   * @throws Invalid {@link HttpError#PARAMETER_INVALID}
   */
  public int limit() {
    return query("limit", Call::limit).orElse(STANDARD_LIMIT);
  }

  /** Where a list shall go on: {@code ?next=}, as the part before gave it. */
  public Optional<String> next() {
    return query("next", Function.identity());
  }

  /**
   * From when on: {@code ?since=} with an instant, or with a duration before now.
   *
   * @throws Invalid {@link HttpError#PARAMETER_INVALID}
   */
  public Optional<Instant> since(InstantSource clock) {
    return time("since", clock);
  }

  /**
   * A point in time, or how long ago it was.
   *
   * @throws Invalid {@link HttpError#PARAMETER_INVALID}
   */
  public Optional<Instant> time(String name, InstantSource clock) {
    return query(name, text -> instant(name, text, clock));
  }

  /**
   * The body as one JSON value of at most {@link #BODY_LIMIT} bytes.
   *
   * @throws Invalid {@link HttpError#BODY_INVALID} or {@link HttpError#REQUEST_TOO_LARGE}
   */
  public JsonNode json() throws IOException {
    return json(BODY_LIMIT);
  }

  /** The body as one JSON value of at most {@code limit} bytes. */
  public JsonNode json(long limit) throws IOException {
    byte[] bytes = bytes(limit);
    if (bytes.length == 0) {
      throw invalidBody("The request has no body.");
    }
    try {
      return Json.parse(PercentCoding.utf8(bytes).orElseThrow(() -> notUtf8()));
    } catch (Invalid e) {
      throw e.code() == HttpError.BODY_INVALID ? e : invalidBody(e.what());
    }
  }

  /**
   * The body of at most {@code limit} bytes.
   *
   * @throws Invalid {@link HttpError#REQUEST_TOO_LARGE}
   */
  public byte[] bytes(long limit) throws IOException {
    byte[] bytes =
        request.contentLength() > limit ? new byte[0] : request.body().readNBytes((int) limit + 1);
    if (request.contentLength() > limit || bytes.length > limit) {
      throw new Invalid(
          HttpError.REQUEST_TOO_LARGE,
          "The body of the request is larger than %s.".formatted(Sizes.print(limit)),
          "Send less in one request.");
    }
    return bytes;
  }

  /**
   * The body as a JSON object with no other fields than {@code known}.
   *
   * @throws Invalid {@link HttpError#BODY_INVALID} or {@link HttpError#REQUEST_TOO_LARGE}
   */
  public JsonFields fields(String... known) throws IOException {
    if (!(json() instanceof ObjectNode object)) {
      throw invalidBody("The body of the request is not a JSON object.");
    }
    return new JsonFields(object, Set.of(known));
  }

  /** Whether the client sends a body at all, as far as its headers say. */
  public boolean hasBody() {
    return request.contentLength() > 0 || request.header("Transfer-Encoding").isPresent();
  }

  /** Answers with {@code value} as JSON. */
  public void send(int status, Object value) throws IOException {
    response.sendJson(status, value);
  }

  /** Answers 200 with a part of a list: {@code {"items": [...], "next": token or null}}. */
  public void send(Page<?> page) throws IOException {
    ObjectNode json = Json.object();
    json.set("items", Json.mapper().valueToTree(page.items()));
    json.put("next", page.next());
    response.sendJson(200, json);
  }

  /** Answers 204: done, and nothing to tell. */
  public void sendNothing() {
    response.status(204);
  }

  private static Integer limit(String text) {
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= LARGEST_LIMIT) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // Told below, as numbers out of range are.
    }
    throw new Invalid(
        HttpError.PARAMETER_INVALID,
        "'limit' is '%s'.".formatted(text),
        "Give a whole number from 1 to %d.".formatted(LARGEST_LIMIT));
  }

  private static Instant instant(String name, String text, InstantSource clock) {
    try {
      return text.contains("T")
          ? Instants.parse(text)
          : clock.instant().minus(Durations.parse(text));
    } catch (DateTimeException | ArithmeticException | HosuException e) {
      throw new Invalid(
          HttpError.PARAMETER_INVALID,
          "'%s' is '%s', which is neither an instant nor a duration.".formatted(name, text),
          "Give an instant such as 2026-11-25T17:00:00Z, or a duration such as 15m.",
          e);
    }
  }

  private static Invalid notUtf8() {
    return invalidBody("The body of the request is not UTF-8.");
  }

  private static Invalid invalidBody(String what) {
    return new Invalid(HttpError.BODY_INVALID, what, "Send one JSON value in UTF-8.");
  }
}
