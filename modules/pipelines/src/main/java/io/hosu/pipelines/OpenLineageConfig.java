package io.hosu.pipelines;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.KernelError;
import io.hosu.kernel.Settings;
import java.net.URI;

/**
 * Where the runs of this lake are told.
 *
 * @param url what takes run events of OpenLineage by POST; empty: nobody
 * @param token what it knows this lake by; empty: nothing is asked
 */
public record OpenLineageConfig(String url, String token) {

  /** Reads the settings {@code openlineage.*}. */
  public static OpenLineageConfig from(Settings settings) {
    return new OpenLineageConfig(
        settings.text(
            "openlineage.url",
            "",
            "The address that is told of every execution, by POST of run events of OpenLineage,"
                + " such as https://marquez.example.com/api/v1/lineage; empty tells nobody. It"
                + " begins with what ends after it was first set."),
        settings.text(
            "openlineage.token",
            "",
            "Sent with each of them as Authorization: Bearer TOKEN; empty sends none."));
  }

  /**
   * Refuses an address that nothing can be sent to.
   *
   * @throws Invalid {@link KernelError#SETTING_INVALID}
   */
  public OpenLineageConfig {
    if (!url.isEmpty() && !isAddress(url)) {
      throw new Invalid(
          KernelError.SETTING_INVALID,
          "'openlineage.url' is '%s', which is no address that begins with http:// or https://."
              .formatted(url),
          "Write it in full: --set openlineage.url=https://HOST/api/v1/lineage");
    }
  }

  private static boolean isAddress(String url) {
    try {
      URI uri = URI.create(url);
      return uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Whether anybody is told. */
  boolean isOn() {
    return !url.isEmpty();
  }

  /** Without the token. */
  @Override
  public String toString() {
    return url;
  }
}
