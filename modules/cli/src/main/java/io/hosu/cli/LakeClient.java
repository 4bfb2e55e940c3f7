package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/**
 * Speaks HTTP with one server. Failures of the server come out as the exceptions they were there,
 * with code and remedy.
 *
 * <p>Stands on {@link HttpURLConnection}, which is ready ten times sooner than the newer client.
 * May be used from any thread.
 */
final class LakeClient {
  private static final int CONNECT_MILLIS = 10_000;
  private static final int CHUNK = 64 * 1024;

  private final ServerAddress address;
  private final Trust trust;
  private final String as;

  LakeClient(ServerAddress address) {
    this(address, "");
  }

  /** A client whose requests are answered as to somebody else; to whom they are when empty. */
  LakeClient(ServerAddress address, String as) {
    this.as = OptionValues.header("--as", as);
    this.address = address;
    this.trust = Trust.in(address.certificates());
    System.setProperty("sun.net.http.retryPost", "false");
  }

  /** What is sent: writes the body to the server. */
  @FunctionalInterface
  interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  /** The server's address. */
  URI url() {
    return address.url();
  }

  /** Asks for a JSON value. */
  JsonNode get(ApiPath path) {
    return get(path, Duration.ZERO);
  }

  /**
   * Asks for a JSON value; gives up after {@code patience} of silence, or never when it is zero.
   */
  JsonNode get(ApiPath path, Duration patience) {
    return call(() -> {
      HttpURLConnection connection = connect("GET", path, "application/json");
      connection.setReadTimeout((int) patience.toMillis());
      return json(connection);
    });
  }

  /** Sends a JSON value; returns the answer, which is missing when the server answers nothing. */
  JsonNode post(ApiPath path, JsonNode body) {
    return call(() -> {
      HttpURLConnection connection = connect("POST", path, "application/json");
      sendJson(connection, body);
      return json(connection);
    });
  }

  /** Puts a JSON value; returns the answer. */
  JsonNode put(ApiPath path, JsonNode body) {
    byte[] bytes = Json.print(body).getBytes(StandardCharsets.UTF_8);
    return put(path, "application/json", bytes.length, out -> out.write(bytes));
  }

  /** Deletes; returns the answer, which is missing when the server answers nothing. */
  JsonNode delete(ApiPath path) {
    return delete(path, Duration.ZERO);
  }

  /** Deletes; gives up after {@code patience} of silence, or never when it is zero. */
  JsonNode delete(ApiPath path, Duration patience) {
    return call(() -> {
      HttpURLConnection connection = connect("DELETE", path, "application/json");
      connection.setReadTimeout((int) patience.toMillis());
      return json(connection);
    });
  }

  /**
   * Sends a JSON value; the answer of the type wanted streams.
   *
   * @param headers more headers, by name
   * @param ending is given, before anything is sent, what ends the call from another thread
   */
  Answer postForStream(
      ApiPath path,
      JsonNode body,
      String accept,
      Map<String, String> headers,
      Consumer<Runnable> ending) {
    return call(() -> {
      HttpURLConnection connection = connect("POST", path, accept);
      headers.forEach(connection::setRequestProperty);
      ending.accept(connection::disconnect);
      sendJson(connection, body);
      return answer(connection);
    });
  }

  /** Opens a stream of bytes. */
  Answer getStream(ApiPath path) {
    return call(() -> answer(connect("GET", path, "*/*")));
  }

  /**
   * Sends a stream of bytes.
   *
   * @param length how many; negative when that is not known
   */
  JsonNode put(ApiPath path, String contentType, long length, Body body) {
    return call(() -> {
      HttpURLConnection connection = connect("PUT", path, "application/json");
      connection.setRequestProperty("Content-Type", contentType);
      connection.setDoOutput(true);
      if (length < 0) {
        connection.setChunkedStreamingMode(CHUNK);
      } else {
        connection.setFixedLengthStreamingMode(length);
      }
      send(connection, body);
      return json(connection);
    });
  }

  private HttpURLConnection connect(String method, ApiPath path, String accept) throws IOException {
    URI uri = URI.create(address.url() + path.text());
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    trust.apply(connection);
    connection.setRequestMethod(method);
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setRequestProperty("Accept", accept);
    connection.setRequestProperty("User-Agent", "hosu-cli");
    String token = address.token().get();
    if (!token.isEmpty()) {
      connection.setRequestProperty("Authorization", "Bearer " + token);
    }
    if (!as.isEmpty()) {
      connection.setRequestProperty("Hosu-As", as);
    }
    return connection;
  }

  private static void sendJson(HttpURLConnection connection, JsonNode body) throws IOException {
    byte[] bytes = Json.print(body).getBytes(StandardCharsets.UTF_8);
    connection.setRequestProperty("Content-Type", "application/json");
    connection.setDoOutput(true);
    send(connection, out -> out.write(bytes));
  }

  /**
   * Writes the body. A server that refuses early closes the connection while bytes are still on
   * their way: its answer, when it can be read, says more than the broken pipe.
   */
  private static void send(HttpURLConnection connection, Body body) throws IOException {
    try (OutputStream out = connection.getOutputStream()) {
      body.writeTo(new ServerStream(out));
    } catch (ServerStream.Broken e) {
      if (!answered(connection)) {
        throw e;
      }
    }
  }

  private static boolean answered(HttpURLConnection connection) {
    try {
      return connection.getResponseCode() > 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static JsonNode json(HttpURLConnection connection) throws IOException {
    try (Answer answer = answer(connection)) {
      byte[] body = answer.body().readAllBytes();
      return body.length == 0 ? Json.object().path("nothing") : Json.parse(body);
    }
  }

  private static Answer answer(HttpURLConnection connection) throws IOException {
    int status = connection.getResponseCode();
    if (status < 200 || status > 299) {
      throw Problem.of(status, Problem.read(connection.getErrorStream())).exception();
    }
    return new Answer(connection);
  }

  private <T> T call(Call<T> call) {
    try {
      return call.run();
    } catch (SSLException e) {
      throw untrusted(e);
    } catch (ConnectException | UnknownHostException | NoRouteToHostException e) {
      throw unreachable(e);
    } catch (SocketTimeoutException e) {
      throw String.valueOf(e.getMessage()).contains("onnect") ? unreachable(e) : silent(e);
    } catch (IOException e) {
      throw lost(e);
    }
  }

  private interface Call<T> {
    T run() throws IOException;
  }

  private Unavailable untrusted(SSLException e) {
    return new Unavailable(
        CliError.SERVER_UNTRUSTED,
        "The server at %s is not trusted: %s.".formatted(address.url(), e.getMessage()),
        "Set HOSU_CA to a PEM file of the certificate that it shows, or of who signed it; of a"
            + " server's own one that is DATA/tls/certificate.pem, where DATA is its data"
            + " directory.",
        e);
  }

  private Unavailable unreachable(IOException e) {
    return new Unavailable(
        CliError.SERVER_UNREACHABLE,
        "No server answers at %s.".formatted(address.url()),
        "Start it in the project's folder with: hosu up",
        e);
  }

  private Unavailable silent(IOException e) {
    return new Unavailable(
        CliError.SERVER_CONNECTION_LOST,
        "The server at %s is silent.".formatted(address.url()),
        "Look at its log, and ask it with: hosu status",
        e);
  }

  private Unavailable lost(IOException e) {
    return new Unavailable(
        CliError.SERVER_CONNECTION_LOST,
        "The connection to %s broke before the answer was whole (%s)."
            .formatted(address.url(), e.getMessage()),
        "What was asked may or may not have been done: look before you repeat it. Ask the server"
            + " with: hosu status",
        e);
  }

  /** An answer whose body streams. Closing it before the end tells the server to stop. */
  static final class Answer implements AutoCloseable {
    private final HttpURLConnection connection;

    private Answer(HttpURLConnection connection) {
      this.connection = connection;
    }

    /** The body. */
    InputStream body() throws IOException {
      return connection.getInputStream();
    }

    /** A header of the answer; empty when it has none of that name. */
    String header(String name) {
      String value = connection.getHeaderField(name);
      return value == null ? "" : value;
    }

    /** How many bytes the body has; negative when the server did not say. */
    long length() {
      return connection.getContentLengthLong();
    }

    @Override
    public void close() throws IOException {
      connection.getInputStream().close();
    }
  }
}
