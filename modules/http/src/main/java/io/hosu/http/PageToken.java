package io.hosu.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where a part of a list begins, as clients hand it back: bound to the list and its filter, so that
 * a token that is cut, made up, or of another list is refused. Taken for a place, it would give the
 * wrong part, or the first one again and again. It is no secret and guards nothing.
 */
final class PageToken {
  /** The parameters that are tokens: of the API, and of Iceberg's REST protocol. */
  static final Set<String> PARAMETERS = Set.of("next", "pageToken");

  /** What may be other from part to part. */
  private static final Set<String> NO_FILTER = Set.of("limit", "next", "pageSize", "pageToken");

  private static final int CHECK = 9;

  private PageToken() {}

  /** The token of {@code place} in the list that {@code request} asks for. */
  static String of(Request request, String place) {
    byte[] bytes = place.getBytes(UTF_8);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(
            ByteBuffer.allocate(CHECK + bytes.length)
                .put(check(request, bytes))
                .put(bytes)
                .array());
  }

  /**
   * The place of a token that this list gave, asked for in the same way.
   *
   * @throws Invalid {@link HttpError#PAGE_INVALID}
   */
  static String place(Request request, String token) {
    byte[] all;
    try {
      all = Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException _) {
      throw invalid(token);
    }
    if (all.length < CHECK) {
      throw invalid(token);
    }
    byte[] place = Arrays.copyOfRange(all, CHECK, all.length);
    if (!Arrays.equals(check(request, place), Arrays.copyOf(all, CHECK))) {
      throw invalid(token);
    }
    return new String(place, UTF_8);
  }

  private static Invalid invalid(String token) {
    return new Invalid(
        HttpError.PAGE_INVALID,
        "'%s' is no token of a page of this list, asked for with these parameters."
            .formatted(token.length() > 100 ? token.substring(0, 100) + "..." : token),
        "Give the token as the part before gave it, with the same filter; or begin again with the"
            + " first part, without one.");
  }

  private static byte[] check(Request request, byte[] place) {
    MessageDigest digest = Sha256.digest();
    digest.update(list(request).getBytes(UTF_8));
    digest.update((byte) 0);
    digest.update(place);
    return Arrays.copyOf(digest.digest(), CHECK);
  }

  /** The path and the filter, whatever the order in which the parameters were sent. */
  private static String list(Request request) {
    return request.queryParameters().entrySet().stream()
        .filter(parameter -> !NO_FILTER.contains(parameter.getKey()))
        .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
        .sorted()
        .collect(Collectors.joining("\n", request.path() + "\n", ""));
  }
}
