package io.hosu.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.kernel.Sizes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One request that a route took, with helpers to read what API requests have in common.
 *
 * @param path the variables of the route's path, decoded
 * @param parameters the query parameters that the route takes; empty where it takes any
 */
public record Call(
    Request request,
    Response response,
    Map<String, String> path,
    Optional<Set<String>> parameters) {
  /** The largest JSON body that {@link #json()} reads: 16 MB. */
  public static final long BODY_LIMIT = 16L * 1024 * 1024;

  private static final int STANDARD_LIMIT = 100;
  private static final String NEXT = "next";

  public Call {
    path = Map.copyOf(path);
    parameters = parameters.map(Set::copyOf);
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
   * A query parameter, read by {@code form}; not there and empty are the same. Asking for one that
   * the route did not say it takes is a bug.
   *
   * @throws Invalid as {@code form} does
   */
  public <T> Optional<T> query(String name, Function<String, T> form) {
    if (parameters.isPresent() && !parameters.get().contains(name)) {
      throw new IllegalArgumentException("The route takes no parameter " + name + ".");
    }
    return request
        .query(name)
        .filter(text -> !text.isEmpty())
        .map(text -> PageToken.PARAMETERS.contains(name) ? PageToken.place(request, text) : text)
        .map(form);
  }

  /** A query parameter as it is; not there and empty are the same. */
  public Optional<String> text(String name) {
    return query(name, Function.identity());
  }

  /**
   * A query parameter that is {@code true} or {@code false}.
   *
   * @param choice what the two mean, as the remedy says it: "Give true to ..., false to ..."
   * @throws Invalid {@link HttpError#PARAMETER_INVALID}
   */
  public Optional<Boolean> choice(String name, String choice) {
    return query(name, text -> Parameters.choice(name, text, choice));
  }

  /**
   * A query parameter that is a whole number, 0 or more.
   *
   * @throws Invalid {@link HttpError#PARAMETER_INVALID}
   */
  public Optional<Long> number(String name) {
    return query(name, text -> Parameters.number(name, text));
  }

  /**
   * How many items a list shall give at most: {@code ?limit=}, 1 to 1000, 100 unless given.
   *
   * @throws Invalid {@link HttpError#PARAMETER_INVALID}
   */
  public int limit() {
    return query("limit", Parameters::limit).orElse(STANDARD_LIMIT);
  }

  /** Where a list shall go on: {@code ?next=}, as the part before gave it. */
  public Optional<String> next() {
    return text("next");
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
    return query(name, text -> Parameters.instant(name, text, clock));
  }

  /**
   * The part of a whole list that {@code limit} and {@code next} ask for.
   *
   * @throws Invalid {@link HttpError#PARAMETER_INVALID}
   */
  public <T> Page<T> part(List<T> all) {
    int from = (int) Math.min(all.size(), number("next").orElse(0L));
    int to = Math.min(all.size(), from + limit());
    return new Page<>(all.subList(from, to), to < all.size() ? Integer.toString(to) : null);
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
    return parsed(bytes);
  }

  private static JsonNode parsed(byte[] bytes) {
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
   * The body as fields of a form, as OAuth sends them; what cannot be read is empty.
   *
   * @throws Invalid {@link HttpError#REQUEST_TOO_LARGE}
   */
  public Map<String, String> form(long limit) throws IOException {
    Map<String, String> form = new HashMap<>();
    for (String pair : new String(bytes(limit), StandardCharsets.UTF_8).split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        form.put(
            PercentCoding.decodeForm(pair.substring(0, equals)).orElse(""),
            PercentCoding.decodeForm(pair.substring(equals + 1)).orElse(""));
      }
    }
    return form;
  }

  /**
   * The body as a JSON object with no other fields than {@code known}.
   *
   * @throws Invalid {@link HttpError#BODY_INVALID} or {@link HttpError#REQUEST_TOO_LARGE}
   */
  public JsonFields fields(String... known) throws IOException {
    return fields(json(), Set.of(known));
  }

  private static JsonFields fields(JsonNode json, Set<String> known) {
    if (json instanceof ObjectNode object) {
      return new JsonFields(object, known);
    }
    throw invalidBody("The body of the request is not a JSON object.");
  }

  /**
   * Refuses a body with fields, of a route that takes none: who sends {@code {"dry_run": true}}
   * must not learn afterwards that it counted for nothing.
   *
   * @throws Invalid {@link HttpError#BODY_INVALID}
   */
  public void requireNoFields() throws IOException {
    if (hasBody()) {
      byte[] bytes = bytes(BODY_LIMIT);
      if (bytes.length > 0) {
        fields(parsed(bytes), Set.of());
      }
    }
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
    json.put(NEXT, page.nextToken().map(this::token).orElse(null));
    response.sendJson(200, json);
  }

  /** The token by which a client gets the part of this list that begins at {@code place}. */
  public String token(String place) {
    return PageToken.of(request, place);
  }

  /** Answers 204: done, and nothing to tell. */
  public void sendNothing() {
    response.status(204);
  }

  private static Invalid notUtf8() {
    return invalidBody("The body of the request is not UTF-8.");
  }

  private static Invalid invalidBody(String what) {
    return new Invalid(HttpError.BODY_INVALID, what, "Send one JSON value in UTF-8.");
  }
}
