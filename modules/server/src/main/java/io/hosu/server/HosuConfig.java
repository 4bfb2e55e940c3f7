package io.hosu.server;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a server is started with.
 *
 * @param project the folder of the lake project
 * @param data where everything that it keeps lies; made when it is missing
 * @param host the address to listen on
 * @param httpPort the port of console and API; 0 means any free one
 * @param s3Port the port of the S3 door; 0 means any free one
 * @param settings settings by key, as a person gave them; {@link io.hosu.kernel.Settings} says
 *     which there are
 */
public record HosuConfig(
    Path project, Path data, String host, int httpPort, int s3Port, Map<String, String> settings) {

  public HosuConfig {
    settings = Map.copyOf(settings);
  }

  /**
   * The same, with the settings that {@code environment} holds below those that are given: {@code
   * HOSU_STATE} is {@code state.url}.
   */
  public HosuConfig withEnvironment(Map<String, String> environment) {
    Map<String, String> all = new TreeMap<>();
    String state = environment.get("HOSU_STATE");
    if (state != null) {
      all.put("state.url", state);
    }
    all.putAll(settings);
    return new HosuConfig(project, data, host, httpPort, s3Port, all);
  }
}
