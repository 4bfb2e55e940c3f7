package io.hosu.tables.iceberg;

import java.net.URI;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Where engines find the files of tables.
 *
 * @param s3 where the S3 door answers; asked once the doors are open
 * @param region the region that clients of it sign for
 */
public record IcebergConfig(Supplier<URI> s3, String region) {
  /** The properties of a client that reads files at the S3 door. */
  Map<String, String> ofFiles() {
    return Map.of(
        "s3.endpoint",
        s3.get().toString(),
        "s3.path-style-access",
        "true",
        "s3.region",
        region,
        "client.region",
        region);
  }
}
