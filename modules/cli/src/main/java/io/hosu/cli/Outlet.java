package io.hosu.cli;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A buffered way out that, unlike other print streams, knows why it broke. */
final class Outlet extends PrintStream {
  private final Kept kept;

  /** A way to {@code to}, always UTF-8. */
  Outlet(OutputStream to, int buffer) {
    this(new Kept(to), buffer);
  }

  private Outlet(Kept kept, int buffer) {
    super(new BufferedOutputStream(kept, buffer), false, StandardCharsets.UTF_8);
    this.kept = kept;
  }

  /** Why it broke; nothing while it is whole. */
  Optional<IOException> failure() {
    return Optional.ofNullable(kept.failure);
  }

  /** Keeps the first failure, behind which nothing is written: a gap is worse than an end. */
  private static final class Kept extends FilterOutputStream {
    private volatile @Nullable IOException failure;

    Kept(OutputStream to) {
      super(to);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      if (failure != null) {
        throw failure;
      }
      try {
        out.write(bytes, from, count);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }
  }
}
