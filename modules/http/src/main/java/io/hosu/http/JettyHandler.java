package io.hosu.http;

import io.hosu.kernel.Discreet;
import io.hosu.kernel.ErrorCode.Fault;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Stands between Jetty and a handler: blocking, on the virtual thread of the request. */
final class JettyHandler extends org.eclipse.jetty.server.Handler.Abstract {
  private static final Logger log = LoggerFactory.getLogger(JettyHandler.class);

  private final Handler handler;
  private final ListenerConfig config;
  private final String start = Long.toString(new SecureRandom().nextLong() >>> 24, 32);
  private final AtomicLong count = new AtomicLong();
  private final RunningRequests running = new RunningRequests();

  JettyHandler(Handler handler, ListenerConfig config) {
    this.handler = handler;
    this.config = config;
  }

  @Override
  public boolean handle(
      org.eclipse.jetty.server.Request jettyRequest,
      org.eclipse.jetty.server.Response jettyResponse,
      Callback callback) {
    String id = start + "-" + count.incrementAndGet();
    JettyRequest request = new JettyRequest(jettyRequest, id);
    JettyResponse response = new JettyResponse(jettyResponse, id);
    EndPoint connection =
        TlsConnections.plain(jettyRequest.getConnectionMetaData().getConnection().getEndPoint());
    if (!running.begin(connection)) {
      response.header("Connection", "close");
    }
    try {
      answer(request, response);
      request.discardRest();
      callback.succeeded();
    } catch (Throwable failure) {
      callback.failed(failure);
    } finally {
      running.end(connection);
    }
    return true;
  }

  /** Ends the connections that wait for a next request, and has running ones end after theirs. */
  void drain(java.util.Collection<EndPoint> connections) {
    running.stop();
    connections.stream().filter(connection -> !running.has(connection)).forEach(EndPoint::close);
  }

  /** Whether all running requests end in time. */
  boolean awaitEnd(Duration most) {
    return running.awaitNone(most);
  }

  private void answer(JettyRequest request, JettyResponse response) throws IOException {
    try {
      requireShortLine(request);
      handler.handle(request, response);
    } catch (Exception | Error failure) {
      Optional<ClientGone> gone = ClientGone.in(failure);
      if (gone.isPresent()) {
        tellLast(request, response, gone.get());
      } else {
        refuse(response, failure);
      }
    }
    response.finish();
  }

  /** Who sent half a body may still be reading: it is told, and the connection ends. */
  private static void tellLast(JettyRequest request, JettyResponse response, ClientGone gone)
      throws IOException {
    log.atDebug().setMessage("client gone").addKeyValue("id", request.id()).setCause(gone).log();
    if (response.isCommitted()) {
      throw gone;
    }
    response.reset();
    response.header("Connection", "close");
    Problems.send(response, gone.status(), gone.failure(), Json.object());
  }

  /** A problem while that is possible; otherwise the connection ends in the middle of the body. */
  private static void refuse(JettyResponse response, Throwable failure) throws IOException {
    if (!response.isCommitted()) {
      response.reset();
      Problems.write(response, failure);
      return;
    }
    boolean ours = !(failure instanceof HosuException known && known.code().fault() == Fault.HARD);
    log.atLevel(ours ? Level.ERROR : Level.DEBUG)
        .setMessage("response cut off")
        .addKeyValue("id", response.id())
        .setCause(Discreet.of(failure))
        .log();
    throw new IOException("The response %s is cut off.".formatted(response.id()), failure);
  }

  private void requireShortLine(JettyRequest request) {
    if (request.path().length() + request.rawQuery().length() > config.maxRequestLine()) {
      throw new Invalid(
          HttpError.REQUEST_TOO_LARGE,
          "Path and query of the request are longer than %d bytes."
              .formatted(config.maxRequestLine()),
          "Send a shorter path or query.");
    }
  }
}
