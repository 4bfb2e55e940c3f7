package io.hosu.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** The way to the server; its failures can be told from those of the file that is read. */
final class ServerStream extends FilterOutputStream {

  /** The server took no more bytes. */
  static final class Broken extends IOException {
    Broken(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  ServerStream(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    try {
      out.write(bytes, from, count);
    } catch (IOException e) {
      throw new Broken(e);
    }
  }
}
