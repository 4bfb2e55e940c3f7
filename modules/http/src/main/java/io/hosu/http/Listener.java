package io.hosu.http;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.Unavailable;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on one address and hands each request to a handler, on a virtual thread of its own.
 *
 * <p>Speaks HTTP/1.1. Paths reach the handler as they were sent. May be used from any thread.
 */
public final class Listener implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Listener.class);

  /** How long running requests may go on once the listener is closed. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  private final ListenerConfig config;
  private final String scheme;
  private final Server server;
  private final ServerConnector connector;
  private final JettyHandler requests;
  private final int port;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Listens from now on.
   *
   * @throws Unavailable {@link HttpError#LISTENER_FAILED} when the address cannot be had
   */
  public Listener(ListenerConfig config, Handler handler) {
    this(config, Optional.empty(), handler);
  }

  /**
   * Listens from now on, with TLS where there is a certificate, which is read anew when its files
   * change.
   *
   * @throws Unavailable {@link HttpError#LISTENER_FAILED} when the address cannot be had
   * @throws Invalid {@link HttpError#TLS_INVALID}
   */
  public Listener(ListenerConfig config, Optional<Tls> tls, Handler handler) {
    this.config = config;
    this.scheme = tls.isPresent() ? "https" : "http";
    Optional<TlsConnections> secured = tls.map(TlsConnections::new);
    this.server = new Server(threads());
    this.connector = connector(server, config, secured);
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(config.maxConnections(), connector));
    server.setErrorHandler(new ProtocolErrors());
    server.setStopTimeout(0);
    this.requests = new JettyHandler(handler, config);
    server.setHandler(requests);
    start();
    this.port = connector.getLocalPort();
    secured.ifPresent(connections -> connections.watch(connector.getScheduler()));
  }

  /** The port it listens on. */
  public int port() {
    return port;
  }

  /** The address that clients on this machine use, for example {@code http://127.0.0.1:8000}. */
  public URI address() {
    String host = config.host();
    boolean any = host.equals("0.0.0.0") || host.equals("::");
    String shown = any ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
    return URI.create(scheme + "://" + shown + ":" + port);
  }

  /**
   * Accepts nothing more, gives running requests 3 s to end, and is closed within 4 s. A second
   * call does nothing.
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    connector.close();
    requests.drain(connector.getConnectedEndPoints());
    if (!requests.awaitEnd(GRACE)) {
      log.atWarn().setMessage("running requests are cut off").addKeyValue("port", port).log();
    }
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("The listener on port %d did not stop.".formatted(port), e);
    }
  }

  private void start() {
    try {
      server.start();
    } catch (IOException e) {
      stopQuietly(e);
      throw new Unavailable(
          HttpError.LISTENER_FAILED,
          "The server cannot listen on %s:%d: %s."
              .formatted(config.host(), config.port(), cause(e)),
          "Stop what listens there, or choose another port (0 takes any free one).",
          e);
    } catch (Exception e) {
      stopQuietly(e);
      throw new IllegalStateException("The listener did not start.", e);
    }
  }

  private void stopQuietly(Exception reason) {
    try {
      server.stop();
    } catch (Exception e) {
      reason.addSuppressed(e);
    }
  }

  private static String cause(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  /** A few platform threads for the selectors; all handlers run on virtual threads. */
  private static QueuedThreadPool threads() {
    QueuedThreadPool threads = new QueuedThreadPool(16, 2);
    threads.setName("listener");
    threads.setDaemon(true);
    threads.setStopTimeout(500);
    threads.setVirtualThreadsExecutor(
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("request-", 0).factory()));
    return threads;
  }

  private static ServerConnector connector(
      Server server, ListenerConfig config, Optional<TlsConnections> tls) {
    HttpConfiguration http = new HttpConfiguration();
    http.setUriCompliance(
        UriCompliance.UNSAFE.with(
            "HOSU",
            EnumSet.allOf(UriCompliance.Violation.class).toArray(UriCompliance.Violation[]::new)));
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(config.maxHeaderBytes());
    http.setHeaderCacheSize(1024);
    http.setHeaderCacheCaseSensitive(true); // signatures need values exactly as they were sent
    if (tls.isPresent()) {
      http.addCustomizer(new SecureRequestCustomizer(false));
    }
    HttpConnectionFactory plain = new HttpConnectionFactory(http);
    ServerConnector connector =
        watching(
            server,
            tls.<ConnectionFactory[]>map(connections ->
                    new ConnectionFactory[] {connections.factory(plain.getProtocol()), plain})
                .orElse(new ConnectionFactory[] {plain}));
    connector.setHost(config.host());
    connector.setPort(config.port());
    connector.setIdleTimeout(config.idleTimeout().toMillis());
    connector.setAcceptQueueSize(1024);
    return connector;
  }

  private static ServerConnector watching(Server server, ConnectionFactory... factories) {
    return new ServerConnector(server, 1, 2, factories) {
      @Override
      protected SocketChannelEndPoint newEndPoint(
          SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        SocketChannelEndPoint connection =
            new WatchedEndPoint(channel, selector, key, getScheduler(), getExecutor());
        connection.setIdleTimeout(getIdleTimeout());
        return connection;
      }
    };
  }
}
