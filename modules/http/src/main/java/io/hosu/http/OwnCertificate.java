package io.hosu.http;

import io.hosu.kernel.HosuException.Unavailable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A certificate that a server made for itself, for the names and addresses of its machine. Clients
 * trust it by its file, {@code tls/certificate.pem} of the data directory.
 */
public final class OwnCertificate {
  private static final Duration RENEWED_BEFORE = Duration.ofDays(30);
  private static final String DAYS = "825";
  private static final String CERTIFICATE = "certificate.pem";
  private static final String KEY = "key.pem";

  private OwnCertificate() {}

  /**
   * The certificate in {@code data}; a new one where there is none, where it ends within 30 days,
   * or where it does not name {@code host}.
   *
   * @param host what the server listens on
   */
  public static Tls in(Path data, String host, Instant now) {
    Path folder = data.resolve("tls");
    Tls tls = new Tls(folder.resolve(CERTIFICATE), folder.resolve(KEY));
    try {
      if (!isGood(tls, host, now)) {
        make(folder, names(host));
      }
      return tls;
    } catch (IOException | GeneralSecurityException e) {
      throw failed(e.toString(), e);
    }
  }

  private static boolean isGood(Tls tls, String host, Instant now) throws GeneralSecurityException {
    if (!Files.exists(tls.certificates()) || !Files.exists(tls.key())) {
      return false;
    }
    X509Certificate certificate = (X509Certificate) tls.load().getCertificate("hosu");
    boolean lasts = certificate.getNotAfter().toInstant().isAfter(now.plus(RENEWED_BEFORE));
    return lasts
        && certificate.getSubjectAlternativeNames().stream()
            .map(name -> name.get(1))
            .anyMatch(host::equals);
  }

  /** By keytool, which comes with Java: its classes make certificates, but are not for others. */
  private static void make(Path folder, Set<String> names)
      throws IOException, GeneralSecurityException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path made = folder.resolve("own.p12");
    Files.deleteIfExists(made);
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    String password = Base64.getUrlEncoder().encodeToString(random);
    try {
      run(keytool(made, password, String.join(",", names)));
      write(folder, made, password.toCharArray());
    } finally {
      Files.deleteIfExists(made);
    }
  }

  private static List<String> keytool(Path made, String password, String names) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        "-genkeypair",
        "-alias",
        "hosu",
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-dname",
        "CN=hosu",
        "-validity",
        DAYS,
        "-ext",
        "san=" + names,
        "-storetype",
        "PKCS12",
        "-keystore",
        made.toString(),
        "-storepass",
        password);
  }

  private static void run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException("keytool failed: " + said.strip());
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("keytool was interrupted", e);
    }
  }

  private static void write(Path folder, Path made, char[] password)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(made.toFile(), password);
    Certificate certificate = store.getCertificate("hosu");
    replace(folder.resolve(KEY), pem("PRIVATE KEY", store.getKey("hosu", password).getEncoded()));
    replace(folder.resolve(CERTIFICATE), pem("CERTIFICATE", certificate.getEncoded()));
  }

  private static String pem(String what, byte[] encoded) {
    String text =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(encoded);
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(what, text);
  }

  private static void replace(Path file, String text) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".draft");
    Files.deleteIfExists(draft);
    Files.createFile(
        draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(draft, text);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The machine's own, as keytool writes them. */
  private static Set<String> names(String host) throws IOException {
    Set<String> names = new LinkedHashSet<>();
    names.add(isAddress(host) ? "ip:" + host : "dns:" + host);
    names.add("dns:localhost");
    names.add("ip:127.0.0.1");
    names.add("ip:::1");
    String own = InetAddress.getLocalHost().getHostName();
    if (own.matches("[A-Za-z0-9.-]+") && !isAddress(own)) {
      names.add("dns:" + own);
    }
    for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      for (InetAddress address : Collections.list(network.getInetAddresses())) {
        names.add("ip:" + address.getHostAddress().replaceFirst("%.*", ""));
      }
    }
    return names;
  }

  private static boolean isAddress(String host) {
    return host.contains(":") || host.matches("[0-9.]+");
  }

  private static Unavailable failed(String why, Exception e) {
    return new Unavailable(
        HttpError.TLS_FAILED,
        "No certificate could be made: %s.".formatted(why),
        "Make one, and name it: --set tls=files --set tls.certificate=FILE --set tls.key=FILE",
        e);
  }
}
