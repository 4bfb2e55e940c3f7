package io.hosu.objects.door;

import io.hosu.http.Request;
import io.hosu.http.Response;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.objects.ObjectVersion;
import io.hosu.objects.Objects;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Answers a GET or HEAD with an object: conditions, range, headers, bytes. Belongs to one request.
 */
public final class Download {
  private static final int BUFFER = 64 * 1024;

  private final Objects objects;
  private final Request request;
  private final Response response;

  public Download(Objects objects, Request request, Response response) {
    this.objects = objects;
    this.request = request;
    this.response = response;
  }

  /** Sends the headers that tell of an object whatever the door. */
  public static void describe(Response response, ObjectVersion object) {
    object
        .attributes()
        .allHeaders()
        .forEach((name, value) -> response.header(name, HeaderText.encode(value)));
    response.header("ETag", "\"" + object.etag() + "\"");
    response.header("Last-Modified", ReadCondition.print(object.createdAt()));
    response.header("Accept-Ranges", "bytes");
  }

  /**
   * Sends what the request asks for, once the headers of the object are set. Which status says that
   * a condition failed is the door's to throw.
   *
   * @return false when a condition failed, and nothing was sent
   * @throws Invalid when the range lies outside of the object
   */
  public boolean send(ObjectVersion object) throws IOException {
    switch (ReadCondition.of(request, object)) {
      case FAILED -> {
        return false;
      }
      case NOT_MODIFIED -> response.status(304);
      case MET -> sendBytes(object);
    }
    return true;
  }

  private void sendBytes(ObjectVersion object) throws IOException {
    Optional<ByteRange> range = range(object);
    range.ifPresent(
        part -> response.status(206).header("Content-Range", part.contentRange(object.size())));
    ByteRange bytes = range.orElse(new ByteRange(0, object.size()));
    response.header("Content-Length", Long.toString(bytes.length()));
    if (request.method().equals("HEAD")) {
      return;
    }
    try (InputStream in = objects.open(object, bytes.from(), bytes.length())) {
      long sent = copy(in);
      if (sent != bytes.length()) {
        throw new IOException(
            "The blob of %s %s is cut short.".formatted(object.name(), object.version()));
      }
    }
  }

  /** The range to obey: none when {@code If-Range} names another state of the object. */
  private Optional<ByteRange> range(ObjectVersion object) {
    Optional<String> only = request.header("if-range");
    if (only.isPresent() && !ReadCondition.bare(only.get()).equals(object.etag())) {
      return Optional.empty();
    }
    return request.header("range").flatMap(header -> ByteRange.parse(header, object.size()));
  }

  private long copy(InputStream in) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long sent = 0;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      response.body().write(buffer, 0, count);
      sent += count;
    }
    return sent;
  }
}
