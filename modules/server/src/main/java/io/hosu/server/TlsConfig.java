package io.hosu.server;

import io.hosu.http.HttpError;
import io.hosu.http.OwnCertificate;
import io.hosu.http.Tls;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether and how both doors speak TLS.
 *
 * @param mode {@code off}, {@code own} or {@code files}
 * @param certificate the file of the certificate, for {@code files}
 * @param key the file of its key, for {@code files}
 * @param plainTextBeyond whether other machines may reach the doors without TLS
 */
record TlsConfig(String mode, String certificate, String key, boolean plainTextBeyond) {

  static TlsConfig from(Settings settings) {
    return new TlsConfig(
        settings.text(
            "tls",
            "off",
            "How both doors speak TLS: off; own, with a certificate that the server makes for"
                + " itself (DATA/tls/certificate.pem, which clients must trust); files, with"
                + " tls.certificate and tls.key. Files that change are read anew."),
        settings.text(
            "tls.certificate",
            "",
            "A PEM file: the certificate of the doors, and the chain above it."),
        settings.text("tls.key", "", "A PEM file: its private key, PKCS #8, not encrypted."),
        settings.toggle(
            "tls.allow-plain-text-beyond-this-machine",
            false,
            "Whether a server without TLS may listen where other machines reach it: then tokens,"
                + " keys and data cross the network as they are."));
  }

  /**
   * What the doors show, if they speak TLS.
   *
   * @throws Invalid {@link HttpError#TLS_MISSING} or {@link HttpError#TLS_INVALID}
   */
  Optional<Tls> open(Path data, String host, Instant now) {
    return switch (mode) {
      case "own" -> Optional.of(OwnCertificate.in(data, host, now));
      case "files" -> Optional.of(files());
      case "off" -> {
        if (!plainTextBeyond && !isThisMachine(host)) {
          throw missing(host);
        }
        yield Optional.empty();
      }
      default ->
          throw new Invalid(
              HttpError.TLS_INVALID,
              "'tls' is '%s'.".formatted(mode),
              "Write off, own or files: --set tls=own");
    };
  }

  private Tls files() {
    if (certificate.isEmpty() || key.isEmpty()) {
      throw new Invalid(
          HttpError.TLS_INVALID,
          "'tls' is 'files', and %s is not given."
              .formatted(certificate.isEmpty() ? "tls.certificate" : "tls.key"),
          "Name both: --set tls.certificate=FILE --set tls.key=FILE");
    }
    return new Tls(Path.of(certificate), Path.of(key));
  }

  private static boolean isThisMachine(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return true; // the listener says what is wrong with it
    }
  }

  private static Invalid missing(String host) {
    return new Invalid(
        HttpError.TLS_MISSING,
        "The server would listen on %s, where other machines reach it, without TLS."
            .formatted(host),
        "Speak TLS: hosu up --host %s --set tls=own\n".formatted(host)
            + "Or, behind a proxy that does: --set tls.allow-plain-text-beyond-this-machine=true");
  }
}
