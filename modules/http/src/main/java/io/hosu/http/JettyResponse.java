package io.hosu.http;

import io.hosu.kernel.Json;
import java.io.IOException;
import java.io.OutputStream;

/** A response that goes out through Jetty. */
final class JettyResponse implements Response {
  private final org.eclipse.jetty.server.Response jetty;
  private final String id;
  private final ResponseBody body;

  JettyResponse(org.eclipse.jetty.server.Response jetty, String id) {
    this.jetty = jetty;
    this.id = id;
    this.body = new ResponseBody(jetty);
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
    body.close();
  }
}
