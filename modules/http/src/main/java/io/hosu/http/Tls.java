package io.hosu.http;

import io.hosu.kernel.HosuException.Invalid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Instant;

/**
 * What a listener shows to be trusted: a certificate with the chain above it, and its key.
 *
 * @param certificates a file of PEM, the listener's own certificate first
 * @param key a file of PEM with its private key, PKCS #8, not encrypted
 */
public record Tls(Path certificates, Path key) {

  /**
   * Both files, read.
   *
   * @throws Invalid {@link HttpError#TLS_INVALID} when they cannot be read, or do not belong
   *     together
   */
  KeyStore load() {
    try {
      return Pem.keyStore(Files.readString(certificates), Files.readString(key));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new Invalid(
          HttpError.TLS_INVALID,
          "TLS cannot be spoken with %s and %s: %s.".formatted(certificates, key, e.getMessage()),
          "Give PEM files of a certificate (with the chain above it) and of its private key in"
              + " PKCS #8, not encrypted: --set tls=files --set tls.certificate=FILE --set"
              + " tls.key=FILE",
          e);
    }
  }

  /** What says whether the files are others than before. */
  State state() {
    return new State(stamp(certificates), stamp(key));
  }

  /** When both files were written. */
  record State(Instant certificates, Instant key) {}

  private static Instant stamp(Path file) {
    try {
      return Files.getLastModifiedTime(file).toInstant();
    } catch (IOException e) {
      return Instant.EPOCH; // it may be about to be put there
    }
  }
}
