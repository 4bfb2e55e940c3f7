package io.hosu.http;

import io.hosu.kernel.HosuException.Invalid;
import java.util.ArrayList;
import java.util.List;

/**
 * A path as a client sent it, in segments that are decoded one by one.
 *
 * @param segments as they were sent
 * @param normal without empty segments, {@code .} and {@code ..}
 */
record SentPath(List<String> segments, List<String> normal) {

  static SentPath of(Request request) {
    String path = request.path();
    String[] raw = (path.startsWith("/") ? path.substring(1) : path).split("/", -1);
    List<String> segments = new ArrayList<>(raw.length);
    List<String> normal = new ArrayList<>(raw.length);
    for (String segment : raw) {
      String decoded = PathTemplate.decode(segment);
      segments.add(decoded);
      step(normal, decoded);
    }
    return new SentPath(List.copyOf(segments), List.copyOf(normal));
  }

  private static void step(List<String> normal, String segment) {
    switch (segment) {
      case "", "." -> {}
      case ".." -> {
        if (normal.isEmpty()) {
          throw new Invalid(
              HttpError.PATH_INVALID,
              "The path leads out of the root by '..'.",
              "Send the path without '..'.");
        }
        normal.removeLast();
      }
      default -> normal.add(segment);
    }
  }
}
