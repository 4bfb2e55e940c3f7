package io.hosu.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.eclipse.jetty.io.Content;

/**
 * The body of a response. Writes are gathered, and the last bytes always wait for {@link #flush} or
 * {@link #close}: no client has a whole body before the handler is through.
 */
final class ResponseBody extends OutputStream {
  private static final int BUFFER = 64 * 1024;
  private static final int SMALL = 4 * 1024;

  private final Content.Sink sink;
  private byte[] buffer = {};
  private int filled;
  private long written;
  private boolean ended;
  private Runnable before = () -> {};

  ResponseBody(Content.Sink sink) {
    this.sink = sink;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    if (ended) {
      throw new IOException("The response has ended.");
    }
    if (length > BUFFER - filled) {
      sendBuffered();
    }
    int now = Math.max(0, length - BUFFER);
    if (now > 0) {
      send(false, ByteBuffer.wrap(bytes, from, now));
    }
    keep(bytes, from + now, length - now);
    written += length;
  }

  private void keep(byte[] bytes, int from, int length) {
    if (filled + length > buffer.length) {
      int doubled = Math.max(SMALL, Math.min(BUFFER, 2 * buffer.length));
      buffer = Arrays.copyOf(buffer, Math.max(doubled, filled + length));
    }
    System.arraycopy(bytes, from, buffer, filled, length);
    filled += length;
  }

  /** Has {@code action} run before anything is sent, but for what is sent as the response ends. */
  void beforeSending(Runnable action) {
    before = action;
  }

  /** How many bytes were written, those included that wait. */
  long written() {
    return written;
  }

  /** Commits the response and sends what is buffered. */
  @Override
  public void flush() throws IOException {
    if (!ended) {
      send(false, takeBuffered());
    }
  }

  @Override
  public void close() throws IOException {
    if (!ended) {
      ended = true;
      send(true, takeBuffered());
    }
  }

  void reset() {
    filled = 0;
    written = 0;
    ended = false;
  }

  private void sendBuffered() throws IOException {
    if (filled > 0) {
      send(false, takeBuffered());
    }
  }

  private ByteBuffer takeBuffered() {
    ByteBuffer content = ByteBuffer.wrap(buffer, 0, filled);
    filled = 0;
    return content;
  }

  private void send(boolean last, ByteBuffer content) throws IOException {
    if (!last) {
      before.run();
      before = () -> {};
    }
    try {
      Content.Sink.write(sink, last, content);
    } catch (IOException e) {
      throw new ClientGone("The client does not take the response: " + e.getMessage(), e);
    }
  }
}
