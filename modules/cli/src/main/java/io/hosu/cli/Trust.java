package io.hosu.cli;

import io.hosu.kernel.HosuException.Invalid;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** Which certificates of servers are trusted besides those that Java trusts: those of one file. */
final class Trust {
  private final Optional<SSLSocketFactory> sockets;

  private Trust(Optional<SSLSocketFactory> sockets) {
    this.sockets = sockets;
  }

  /**
   * Trusts the certificates in a file of PEM alone; without one, those that Java trusts.
   *
   * @throws Invalid {@link CliError#USAGE_WRONG} when the file holds none
   */
  static Trust in(Optional<Path> file) {
    return new Trust(file.map(Trust::sockets));
  }

  private static SSLSocketFactory sockets(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int count = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("trusted" + count++, one);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (IOException | GeneralSecurityException e) {
      throw new Invalid(
          CliError.USAGE_WRONG,
          "The certificates in %s cannot be read: %s.".formatted(file, e),
          "Set HOSU_CA to a PEM file of the certificate that the server shows, or of who signed it.",
          e);
    }
  }

  /** Has a connection trust these certificates. */
  void apply(HttpURLConnection connection) {
    if (connection instanceof HttpsURLConnection secured) {
      sockets.ifPresent(secured::setSSLSocketFactory);
    }
  }

  /** The same, whatever host the certificate names: for a server to look at itself. */
  void applyToSelf(HttpURLConnection connection) {
    apply(connection);
    if (connection instanceof HttpsURLConnection secured) {
      secured.setHostnameVerifier((_, _) -> true);
    }
  }
}
