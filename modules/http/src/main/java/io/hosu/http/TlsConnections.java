package io.hosu.http;

import io.hosu.kernel.HosuException;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS 1.2 and 1.3 on the connections of a listener. Looks every second whether the files are others
 * than before; new connections then show the new certificate. Files that do not fit are told in the
 * log, and the old ones stay.
 */
final class TlsConnections {
  private static final Logger log = LoggerFactory.getLogger(TlsConnections.class);
  private static final long PERIOD_SECONDS = 1;

  private final Tls tls;
  private final SslContextFactory.Server contexts = new SslContextFactory.Server();
  private Tls.State state;

  TlsConnections(Tls tls) {
    this.tls = tls;
    this.state = tls.state();
    contexts.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    show(contexts, tls.load());
  }

  private static void show(SslContextFactory contexts, KeyStore store) {
    contexts.setKeyStore(store);
    contexts.setKeyStorePassword("");
  }

  SslConnectionFactory factory(String inner) {
    return new SslConnectionFactory(contexts, inner);
  }

  /** Begins to look for other files, until {@code scheduler} ends. */
  void watch(Scheduler scheduler) {
    scheduler.schedule(
        () -> {
          look();
          watch(scheduler);
        },
        PERIOD_SECONDS,
        TimeUnit.SECONDS);
  }

  private void look() {
    Tls.State now = tls.state();
    if (now.equals(state)) {
      return;
    }
    state = now;
    try {
      KeyStore store = tls.load();
      contexts.reload(changed -> show(changed, store));
      log.atInfo().setMessage("certificate reloaded").addKeyValue("file", tls.certificates()).log();
    } catch (HosuException e) {
      log.atError().setMessage("certificate not reloaded").addKeyValue("why", e.what()).log();
    } catch (Exception e) {
      log.atError().setMessage("certificate not reloaded").setCause(e).log();
    }
  }

  /** The connection of the network that {@code connection} goes over. */
  static EndPoint plain(EndPoint connection) {
    return connection instanceof SslConnection.SslEndPoint ssl
        ? ssl.getSslConnection().getEndPoint()
        : connection;
  }
}
