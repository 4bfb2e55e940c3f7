package io.hosu.tables.iceberg;

import io.hosu.http.Request;
import java.net.URI;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Where engines find the files of tables.
 *
 * @param listens where the S3 door answers on this machine; asked once the doors are open
 * @param region the region that its clients sign for
 * @param config what is set of it
 */
public record FileDoor(Supplier<URI> listens, String region, IcebergConfig config) {
  /** The properties of a client that reads files there, for who sent {@code request}. */
  Map<String, String> properties(Request request) {
    return Map.of(
        "s3.endpoint",
        endpoint(request),
        "s3.path-style-access",
        "true",
        "s3.region",
        region,
        "client.region",
        region);
  }

  /** Who came from another machine cannot use the name that this one has for itself. */
  private String endpoint(Request request) {
    if (!config.s3Endpoint().isEmpty()) {
      return config.s3Endpoint();
    }
    URI s3 = listens.get();
    String host = request.header("Host").map(FileDoor::withoutPort).orElse("");
    return host.isEmpty()
        ? s3.toString()
        : "%s://%s:%d".formatted(s3.getScheme(), host, s3.getPort());
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    return colon < 0 || host.endsWith("]") ? host : host.substring(0, colon);
  }
}
