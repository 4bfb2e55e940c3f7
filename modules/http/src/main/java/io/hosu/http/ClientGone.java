package io.hosu.http;

import io.hosu.kernel.HosuException.Invalid;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * The client closed the connection, broke the protocol in mid-body, or was silent for longer than
 * the idle timeout. Tells such an end from failures of our own disks.
 */
public final class ClientGone extends IOException {
  private static final long serialVersionUID = 1L;

  ClientGone(String what, Throwable cause) {
    super(what, cause);
  }

  /** The client's end that {@code failure} is, or comes from. */
  public static Optional<ClientGone> in(Throwable failure) {
    Throwable one = failure;
    while (one != null && !(one instanceof ClientGone)) {
      one = one.getCause();
    }
    return Optional.ofNullable((ClientGone) one);
  }

  /** What a client is told that can still be reached. */
  Invalid failure() {
    return new Invalid(
        HttpError.REQUEST_INVALID,
        String.valueOf(getMessage()),
        "Send the whole body: as many bytes as Content-Length says, or well-formed chunks.",
        this);
  }

  int status() {
    for (Throwable one = getCause(); one != null; one = one.getCause()) {
      if (one instanceof TimeoutException) {
        return 408;
      }
    }
    return 400;
  }
}
