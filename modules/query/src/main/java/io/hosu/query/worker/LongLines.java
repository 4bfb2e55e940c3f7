package io.hosu.query.worker;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Place;
import io.hosu.kernel.Sizes;
import io.hosu.query.engine.QueryError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/**
 * Finds a line that is too long without reading the file: it is enough that the end of a line is
 * found in each stretch of the longest length.
 */
final class LongLines {
  private static final int STEP = 1 << 16;
  private static final int SHOWN = 200;

  private LongLines() {}

  /**
   * Refuses a file with too long a line.
   *
   * @throws Invalid {@link QueryError#BAD_RECORD}
   */
  static void check(PlainFile file, long max) throws IOException {
    try (FileChannel channel = FileChannel.open(file.path())) {
      long begin = 0;
      while (channel.size() - begin > max) {
        long end = lastEnd(channel, begin, begin + max);
        if (end < 0) {
          throw tooLong(file, channel, begin, max);
        }
        begin = end + 1;
      }
    }
  }

  /** The last end of a line from {@code begin} up to {@code limit}; -1 when there is none. */
  private static long lastEnd(FileChannel channel, long begin, long limit) throws IOException {
    for (long to = limit; to > begin; to -= STEP) {
      long from = Math.max(begin, to - STEP);
      byte[] bytes = read(channel, from, (int) (to - from));
      for (int i = bytes.length - 1; i >= 0; i--) {
        if (bytes[i] == '\n' || bytes[i] == '\r') {
          return from + i;
        }
      }
    }
    return -1;
  }

  private static byte[] read(FileChannel channel, long from, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {
      // Until all is there.
    }
    return buffer.array();
  }

  private static Invalid tooLong(PlainFile file, FileChannel channel, long begin, long max)
      throws IOException {
    long line = 1;
    for (long at = 0; at < begin; at += STEP) {
      for (byte b : read(channel, at, (int) Math.min(STEP, begin - at))) {
        line += b == '\n' ? 1 : 0;
      }
    }
    String text =
        new String(read(channel, begin, SHOWN), StandardCharsets.UTF_8).replace('\0', ' ');
    return new Invalid(
        QueryError.BAD_RECORD,
        "Line %d of object %s is longer than the %s that a record may have."
            .formatted(line, file.object(), Sizes.print(max)),
        "Check that the object is text with one record a line, or raise max_record_bytes"
            + " in the stage.",
        Place.inObject(file.object(), line, text));
  }
}
