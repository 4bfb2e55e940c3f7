package io.hosu.http;

import io.hosu.kernel.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** A response that goes out through Jetty. */
final class JettyResponse implements Response {
  private final org.eclipse.jetty.server.Response jetty;
  private final String id;
  private final ResponseBody body;

  JettyResponse(org.eclipse.jetty.server.Response jetty, String id) {
    this.jetty = jetty;
    this.id = id;
    this.body = new ResponseBody(isHead() ? this::withoutContent : jetty);
    jetty.setStatus(200);
    jetty.getHeaders().put("X-Content-Type-Options", "nosniff");
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Response status(int status) {
    jetty.setStatus(status);
    return this;
  }

  @Override
  public Response header(String name, String value) {
    jetty.getHeaders().put(name, value);
    return this;
  }

  @Override
  public OutputStream body() {
    return body;
  }

  @Override
  public void beforeSending(Runnable action) {
    if (!isHead()) {
      body.beforeSending(action);
    }
  }

  @Override
  public long bodyBytes() {
    return body.written();
  }

  @Override
  public int status() {
    return jetty.getStatus();
  }

  @Override
  public void sendJson(int status, Object value) throws IOException {
    byte[] json = Json.mapper().writeValueAsBytes(value);
    status(status).header("Content-Type", "application/json");
    body.write(json);
  }

  @Override
  public boolean isCommitted() {
    return jetty.isCommitted();
  }

  @Override
  public void cutOff() {
    jetty.getRequest().getConnectionMetaData().getConnection().getEndPoint().close();
  }

  @Override
  public void reset() {
    jetty.reset();
    body.reset();
    jetty.setStatus(200);
    jetty.getHeaders().put("X-Content-Type-Options", "nosniff");
  }

  /** Sends what is buffered, and the end. */
  void finish() throws IOException {
    if (isHead() && body.written() > 0) {
      jetty.getHeaders().computeField(HttpHeader.CONTENT_LENGTH, this::length);
    }
    body.close();
  }

  private boolean isHead() {
    return HttpMethod.HEAD.is(jetty.getRequest().getMethod());
  }

  /** What is declared goes before what was written. */
  private HttpField length(HttpHeader header, @Nullable List<HttpField> declared) {
    return declared == null || declared.isEmpty()
        ? new HttpField(header, Long.toString(body.written()))
        : declared.getFirst();
  }

  /** The answer to HEAD is whole with its headers: they wait for the end, as last bytes do. */
  private void withoutContent(boolean last, ByteBuffer content, Callback callback) {
    if (last) {
      jetty.write(true, BufferUtil.EMPTY_BUFFER, callback);
    } else {
      callback.succeeded();
    }
  }
}
