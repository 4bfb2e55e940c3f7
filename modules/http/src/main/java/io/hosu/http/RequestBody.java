package io.hosu.http;

import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jetty.io.Content;

/** The body of a request as it arrives; tells the client's failures from ours. */
final class RequestBody extends InputStream {
  private final InputStream jetty;
  private boolean read;
  private boolean ended;
  private boolean gone;

  RequestBody(Content.Source source) {
    this.jetty = Content.Source.asInputStream(source);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (ended) {
      return -1;
    }
    read = true;
    try {
      int count = jetty.read(into, from, length);
      ended = count < 0;
      return count;
    } catch (IOException | RuntimeException e) {
      gone = true;
      throw new ClientGone("The body of the request ended early: %s.".formatted(e.getMessage()), e);
    }
  }

  @Override
  public int available() throws IOException {
    return ended ? 0 : jetty.available();
  }

  boolean wasRead() {
    return read;
  }

  /** Reads up to {@code limit} bytes and throws them away. Most requests have nothing left. */
  void discard(long limit) throws IOException {
    if (gone || read() < 0) {
      return;
    }
    byte[] buffer = new byte[16384];
    long left = limit;
    while (left > 0 && !ended && !gone) {
      left -= Math.max(0, read(buffer, 0, buffer.length));
    }
  }
}
