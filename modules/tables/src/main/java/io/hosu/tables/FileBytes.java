package io.hosu.tables;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Bytes at a place in a file. */
final class FileBytes {
  private FileBytes() {}

  /**
   * All of {@code length} bytes from {@code from} on, to be read from the first.
   *
   * @throws IOException also when the file ends before
   */
  static ByteBuffer read(FileChannel file, long from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    long at = from;
    while (bytes.hasRemaining()) {
      int count = file.read(bytes, at);
      if (count < 0) {
        throw new IOException("The file ends too early.");
      }
      at += count;
    }
    return bytes.flip();
  }
}
