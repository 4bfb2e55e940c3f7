package io.hosu.http;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Answers what breaks the protocol, before any handler sees it, as a problem. */
final class ProtocolErrors extends ErrorHandler {

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int status,
      @Nullable String message,
      @Nullable Throwable cause,
      Callback callback)
      throws IOException {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problems.CONTENT_TYPE);
    response.write(true, ByteBuffer.wrap(problem(status, message)), callback);
  }

  private static byte[] problem(int status, @Nullable String message) {
    boolean ours = status >= 500 && status != 505;
    boolean large = status == 413 || status == 414 || status == 431;
    HttpError code = large ? HttpError.REQUEST_TOO_LARGE : HttpError.REQUEST_INVALID;
    Invalid failure =
        new Invalid(
            ours ? HttpError.INTERNAL_ERROR : code,
            ours || message == null ? Problems.title(status) + "." : message + ".",
            large
                ? "Send a shorter path or fewer headers."
                : "Send a well-formed HTTP/1.1 request.");
    return Json.print(Problems.problem(status, failure, Json.object()))
        .getBytes(StandardCharsets.UTF_8);
  }
}
