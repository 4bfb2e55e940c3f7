package io.hosu.query.worker;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The first bytes of a stream, however many follow. */
final class LimitedStream extends FilterInputStream {
  private long left;
  private boolean cut;

  LimitedStream(InputStream in, long most) {
    super(in);
    this.left = most;
  }

  /** Whether the end was met although more follows. */
  boolean isCut() {
    return cut;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (left == 0) {
      cut |= in.read() >= 0;
      return -1;
    }
    int n = in.read(bytes, from, (int) Math.min(length, left));
    left -= Math.max(n, 0);
    return n;
  }
}
