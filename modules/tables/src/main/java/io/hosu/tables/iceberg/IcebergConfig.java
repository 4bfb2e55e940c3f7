package io.hosu.tables.iceberg;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Settings;

/**
 * How the Iceberg door is known to its clients.
 *
 * @param s3Endpoint where they reach the S3 door; empty: at the host by which they came
 */
public record IcebergConfig(String s3Endpoint) {
  /** What holds when nothing is set. */
  public static IcebergConfig standard() {
    return new IcebergConfig("");
  }

  /**
   * Reads the settings of the door.
   *
   * @throws Invalid as {@link Settings} does
   */
  public static IcebergConfig from(Settings settings) {
    return new IcebergConfig(
        settings.text(
            "iceberg.s3-endpoint",
            standard().s3Endpoint,
            "The URL at which engines that come by the Iceberg door reach the S3 door, when a proxy"
                + " stands before it. Default: the host by which they came, and its port."));
  }
}
