package io.hosu.objects.s3;

import io.hosu.kernel.Settings;

/**
 * How the S3 door is known to its clients.
 *
 * @param region the region that clients sign for
 * @param domain the host behind {@code BUCKET.} in host style; empty for path style only
 */
public record S3Config(String region, String domain) {

  /** What holds when nothing is set. */
  public static S3Config standard() {
    return new S3Config("us-east-1", "localhost");
  }

  /** Reads the settings of the door. */
  public static S3Config from(Settings settings) {
    S3Config standard = standard();
    return new S3Config(
        settings.text("s3.region", standard.region, "The region that S3 clients sign for."),
        settings.text(
            "s3.domain",
            standard.domain,
            "The host name behind BUCKET. when clients put the bucket into the host name."));
  }
}
