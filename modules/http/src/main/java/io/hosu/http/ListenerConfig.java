package io.hosu.http;

import io.hosu.kernel.Settings;
import java.time.Duration;

/**
 * Where a listener listens, and its limits.
 *
 * @param host the address to bind, for example {@code 127.0.0.1}
 * @param port the port; 0 takes any free one
 * @param idleTimeout how long a connection may be silent while the server waits for it
 * @param maxHeaderBytes limit of request line and headers together
 * @param maxRequestLine limit of path and query, in bytes
 * @param maxConnections open connections at the same time; further ones wait to be accepted
 */
public record ListenerConfig(
    String host,
    int port,
    Duration idleTimeout,
    int maxHeaderBytes,
    int maxRequestLine,
    int maxConnections) {

  /** The standard limits on {@code 127.0.0.1}. */
  public static ListenerConfig local(int port) {
    return new ListenerConfig("127.0.0.1", port, Duration.ofMinutes(1), 65536, 16384, 4096);
  }

  /** Reads the limits {@code PREFIX.idle-timeout} and so on; where it listens is the caller's. */
  public static ListenerConfig from(Settings settings, String prefix, int standardPort) {
    ListenerConfig standard = local(standardPort);
    return new ListenerConfig(
        standard.host,
        standardPort,
        settings.duration(
            prefix + ".idle-timeout",
            standard.idleTimeout,
            Duration.ofMillis(100),
            "How long a connection may be silent while the server waits for it."),
        bytes(settings, prefix + ".max-headers", standard.maxHeaderBytes, "request line + headers"),
        bytes(settings, prefix + ".max-request-line", standard.maxRequestLine, "path and query"),
        settings.count(
            prefix + ".max-connections",
            standard.maxConnections,
            1,
            "Open connections at the same time; further ones wait to be accepted."));
  }

  private static int bytes(Settings settings, String key, int standard, String what) {
    long size = settings.size(key, standard, 1024, "The largest %s of a request.".formatted(what));
    return Math.clamp(size, 1024, 16 * 1024 * 1024);
  }

  /** The same limits at another address. */
  public ListenerConfig at(String otherHost, int otherPort) {
    return new ListenerConfig(
        otherHost, otherPort, idleTimeout, maxHeaderBytes, maxRequestLine, maxConnections);
  }
}
