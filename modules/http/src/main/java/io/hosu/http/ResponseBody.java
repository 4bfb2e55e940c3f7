package io.hosu.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.Content;

/** The body of a response: small writes are gathered, large ones go out as they are. */
final class ResponseBody extends OutputStream {
  private static final int BUFFER = 32 * 1024;

  private final Content.Sink sink;
  private byte[] buffer = {};
  private int filled;
  private boolean ended;

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
    if (length >= BUFFER) {
      send(false, ByteBuffer.wrap(bytes, from, length));
      return;
    }
    if (buffer.length == 0) {
      buffer = new byte[BUFFER];
    }
    System.arraycopy(bytes, from, buffer, filled, length);
    filled += length;
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
    try {
      Content.Sink.write(sink, last, content);
    } catch (IOException e) {
      throw new ClientGone("The client does not take the response: " + e.getMessage(), e);
    }
  }
}
