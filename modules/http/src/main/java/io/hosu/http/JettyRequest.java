package io.hosu.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that came through Jetty. */
final class JettyRequest implements Request {
  /**
   * What is read and thrown away after an early answer, so that the client gets to read it: many
   * send all that they have before they look. One that sends more finds the connection closed.
   */
  private static final long DISCARDED = 64L * 1024 * 1024;

  private final org.eclipse.jetty.server.Request jetty;
  private final String id;
  private final RequestBody body;
  private final Map<Class<?>, Object> attributes = new LinkedHashMap<>();
  private @Nullable Map<String, List<String>> query;

  JettyRequest(org.eclipse.jetty.server.Request jetty, String id) {
    this.jetty = jetty;
    this.id = id;
    this.body = new RequestBody(jetty);
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String method() {
    return jetty.getMethod();
  }

  @Override
  public String path() {
    String path = jetty.getHttpURI().getPath();
    return path == null ? "" : path;
  }

  @Override
  public String decodedPath() {
    return PathTemplate.decode(path());
  }

  @Override
  public String rawQuery() {
    String raw = jetty.getHttpURI().getQuery();
    return raw == null ? "" : raw;
  }

  @Override
  public Optional<String> query(String name) {
    return Optional.ofNullable(queryParameters().get(name)).map(List::getFirst);
  }

  @Override
  public Map<String, List<String>> queryParameters() {
    if (query == null) {
      query = QueryParameters.parse(rawQuery());
    }
    return query;
  }

  @Override
  public Optional<String> header(String name) {
    return Optional.ofNullable(jetty.getHeaders().get(name));
  }

  @Override
  public List<Header> headers() {
    List<Header> headers = new ArrayList<>(jetty.getHeaders().size());
    for (var field : jetty.getHeaders()) {
      String value = field.getValue();
      headers.add(new Header(field.getLowerCaseName(), value == null ? "" : value));
    }
    return headers;
  }

  @Override
  public InputStream body() {
    return body;
  }

  @Override
  public long contentLength() {
    return jetty.getLength();
  }

  @Override
  public String remoteAddress() {
    return org.eclipse.jetty.server.Request.getRemoteAddr(jetty);
  }

  @Override
  public boolean secure() {
    return jetty.isSecure();
  }

  @Override
  public Watch onClientGone(Runnable action) {
    var connection =
        TlsConnections.plain(jetty.getConnectionMetaData().getConnection().getEndPoint());
    return connection instanceof WatchedEndPoint watched
        ? new ClientWatch(watched, jetty.getComponents().getScheduler(), action).begin()
        : () -> {};
  }

  @Override
  public <T> Optional<T> attribute(Class<T> type) {
    return Optional.ofNullable(type.cast(attributes.get(type)));
  }

  @Override
  public <T> void attribute(Class<T> type, T value) {
    attributes.put(type, value);
  }

  /** A client that still waits for permission to send is not asked to send for nothing. */
  void discardRest() throws IOException {
    boolean waits =
        header("expect").map(value -> value.toLowerCase(Locale.ROOT)).stream()
            .anyMatch(value -> value.equals("100-continue"));
    if (!waits || body.wasRead()) {
      body.discard(DISCARDED);
    }
  }
}
