package io.hosu.objects.s3;

import io.hosu.http.Header;
import io.hosu.http.PercentCoding;
import io.hosu.http.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * What a client signs of a request, in S3's form: the path encoded once and not normalised, header
 * values byte by byte as they were sent.
 */
final class CanonicalRequest {
  private CanonicalRequest() {}

  /**
   * The text, in which each character stands for one byte.
   *
   * @param signedHeaders the names of the signed headers, in small letters, {@code ;} between
   * @param payload what stands for the body
   */
  static String of(Request request, QueryString query, String signedHeaders, String payload) {
    StringBuilder text = new StringBuilder(512);
    text.append(request.method()).append('\n');
    text.append(path(request.path())).append('\n');
    text.append(query(query)).append('\n');
    for (String name : signedHeaders.split(";", -1)) {
      text.append(name).append(':').append(header(request, name)).append('\n');
    }
    text.append('\n').append(signedHeaders).append('\n').append(payload);
    return text.toString();
  }

  /** Encodes again what was decoded, so that it does not matter how far the client encoded. */
  private static String path(String raw) {
    StringJoiner path = new StringJoiner("/");
    for (String element : raw.split("/", -1)) {
      path.add(
          PercentCoding.encode(
              PercentCoding.decode(element)
                  .orElseThrow(
                      () -> S3Error.INVALID_URI.failure("The path is no encoded UTF-8."))));
    }
    return path.length() == 0 ? "/" : path.toString();
  }

  private static String query(QueryString query) {
    List<String> pairs = new ArrayList<>();
    for (QueryString.Parameter parameter : query.parameters()) {
      if (!parameter.name().equals("X-Amz-Signature")) {
        pairs.add(
            PercentCoding.encode(parameter.name())
                + '\1' // sorts before every character of a name
                + PercentCoding.encode(parameter.value()));
      }
    }
    pairs.sort(null);
    return String.join("&", pairs).replace('\1', '=');
  }

  private static String header(Request request, String name) {
    StringJoiner values = new StringJoiner(",");
    for (Header header : request.headers()) {
      if (header.name().equals(name)) {
        values.add(header.value().strip().replaceAll("[ \t]+", " "));
      }
    }
    return values.toString();
  }
}
