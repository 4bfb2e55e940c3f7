package io.hosu.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException.Invalid;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A listener that speaks TLS. */
@Timeout(60)
class TlsTest {
  private final Instant now = InstantSource.system().instant();

  private final List<Listener> open = new ArrayList<>();
  @TempDir Path data;

  @AfterEach
  void closeAll() {
    open.forEach(Listener::close);
  }

  private Listener listen(Tls tls, Handler handler) {
    Listener listener = new Listener(ListenerConfig.local(0), Optional.of(tls), handler);
    open.add(listener);
    return listener;
  }

  private static void hello(Request request, Response response) throws IOException {
    response.status(200);
    response.body().write((request.secure() ? "secure" : "plain").getBytes(UTF_8));
  }

  private static SSLContext trusting(Path certificates) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream in = Files.newInputStream(certificates)) {
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("one", one);
      }
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static SSLSocket connect(Listener listener, Path certificates) throws Exception {
    SSLSocket socket =
        (SSLSocket)
            trusting(certificates)
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), listener.port());
    var parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    return socket;
  }

  private static String get(SSLSocket socket) throws IOException {
    socket
        .getOutputStream()
        .write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(UTF_8));
    return new String(socket.getInputStream().readAllBytes(), UTF_8);
  }

  @Test
  void aServerMakesItsOwnCertificateOnceAndItsAddressesAreInIt() throws Exception {
    Tls tls = OwnCertificate.in(data, "127.0.0.1", now);
    String made = Files.readString(tls.certificates());
    Listener listener = listen(tls, TlsTest::hello);

    assertThat(listener.address()).hasToString("https://127.0.0.1:" + listener.port());
    try (SSLSocket socket = connect(listener, tls.certificates())) {
      assertThat(get(socket)).startsWith("HTTP/1.1 200").endsWith("secure");
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
    }
    OwnCertificate.in(data, "127.0.0.1", now);
    assertThat(Files.readString(tls.certificates())).isEqualTo(made);
    assertThat(Files.getPosixFilePermissions(tls.key()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void aNewOneIsMadeBeforeItEndsAndForAnotherHost() throws Exception {
    Tls tls = OwnCertificate.in(data, "127.0.0.1", now);
    String made = Files.readString(tls.certificates());

    OwnCertificate.in(data, "lake.example.com", now);
    String other = Files.readString(tls.certificates());
    OwnCertificate.in(data, "lake.example.com", now.plus(Duration.ofDays(800)));

    assertThat(other).isNotEqualTo(made);
    assertThat(Files.readString(tls.certificates())).isNotEqualTo(other);
  }

  @Test
  void whoDoesNotTrustItIsToldByItsOwnSideAndNothingIsAnswered() throws Exception {
    Listener listener = listen(OwnCertificate.in(data, "127.0.0.1", now), TlsTest::hello);
    Path other = OwnCertificate.in(data.resolve("other"), "127.0.0.1", now).certificates();

    try (SSLSocket socket = connect(listener, other)) {
      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
    }
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
      plain.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
      assertThat(new String(plain.getInputStream().readAllBytes(), UTF_8)).doesNotContain("plain");
    }
  }

  @Test
  void oldProtocolsAreRefused() throws Exception {
    Tls tls = OwnCertificate.in(data, "127.0.0.1", now);
    Listener listener = listen(tls, TlsTest::hello);
    try (SSLSocket socket = connect(listener, tls.certificates())) {
      socket.setEnabledProtocols(new String[] {"TLSv1.1"});
      assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
    }
    try (SSLSocket socket = connect(listener, tls.certificates())) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      assertThat(get(socket)).endsWith("secure");
    }
  }

  @Test
  void otherFilesAreShownToNewConnectionsAndWrongOnesAreNot() throws Exception {
    Tls tls = OwnCertificate.in(data, "127.0.0.1", now);
    Tls other = OwnCertificate.in(data.resolve("other"), "127.0.0.1", now);
    Listener listener = listen(tls, TlsTest::hello);
    X509Certificate first = shown(listener);

    Files.writeString(tls.certificates(), "no certificate");
    Files.setLastModifiedTime(
        tls.key(), java.nio.file.attribute.FileTime.from(now.plusSeconds(100)));
    assertThat(shown(listener)).isEqualTo(first);
    Files.copy(other.key(), tls.key(), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(other.certificates(), tls.certificates(), StandardCopyOption.REPLACE_EXISTING);
    while (shown(listener).equals(first)) {
      Thread.onSpinWait();
    }

    assertThat(shown(listener)).isEqualTo(other.load().getCertificate("hosu"));
  }

  /** What a new connection is shown. */
  private static X509Certificate shown(Listener listener) throws Exception {
    SSLContext all = SSLContext.getInstance("TLS");
    all.init(null, new javax.net.ssl.TrustManager[] {new Everything()}, null);
    try (SSLSocket socket =
        (SSLSocket)
            all.getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), listener.port())) {
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private static final class Everything implements javax.net.ssl.X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  @Test
  void filesThatDoNotBelongTogetherAreRefusedAtTheStart() throws Exception {
    Tls one = OwnCertificate.in(data.resolve("one"), "127.0.0.1", now);
    Tls other = OwnCertificate.in(data.resolve("other"), "127.0.0.1", now);

    for (Tls wrong :
        List.of(
            new Tls(one.certificates(), other.key()),
            new Tls(one.key(), one.key()),
            new Tls(one.certificates(), one.certificates()),
            new Tls(data.resolve("nothing"), one.key()))) {
      assertThatExceptionOfType(Invalid.class)
          .isThrownBy(() -> listen(wrong, TlsTest::hello))
          .matches(e -> e.code() == HttpError.TLS_INVALID);
    }
  }

  @Test
  void aClientThatClosesItsConnectionIsNoticedUnderTlsToo() throws Exception {
    Tls tls = OwnCertificate.in(data, "127.0.0.1", now);
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    Listener listener =
        listen(
            tls,
            (request, _) -> {
              try (var _ = request.onClientGone(gone::countDown)) {
                running.countDown();
                assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
            });
    try (SSLSocket socket = connect(listener, tls.certificates())) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
      running.await();
    }

    assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aRunningRequestEndsBeforeTheListenerDoes() throws Exception {
    Tls tls = OwnCertificate.in(data, "127.0.0.1", now);
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Listener listener =
        listen(
            tls,
            (request, response) -> {
              running.countDown();
              try {
                go.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              hello(request, response);
            });
    try (SSLSocket socket = connect(listener, tls.certificates());
        SSLSocket idle = connect(listener, tls.certificates())) {
      idle.startHandshake();
      socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
      running.await();
      Thread closing = Thread.ofVirtual().start(listener::close);
      assertThat(idle.getInputStream().read()).isNegative();
      go.countDown();
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8)).endsWith("secure");
      closing.join();
    }
  }
}
