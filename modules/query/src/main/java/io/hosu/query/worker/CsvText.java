package io.hosu.query.worker;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Place;
import io.hosu.query.engine.BadRecords;
import io.hosu.query.engine.QueryError;
import io.hosu.query.engine.ReadOptions;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Looks at all bytes of a delimited text before DuckDB does, which checks only the columns that are
 * read, and which reads no text whose lines end in different ways.
 */
final class CsvText {
  private static final int BLOCK = 1 << 16;
  private static final int MAX_TEXT = 1000;

  /** Exponents of two digits are within the range of a double. */
  private static final int SAFE_EXPONENT = 2;

  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The highest bit of each byte of a word. */
  private static final long HIGH = 0x8080808080808080L;

  /** In each byte: the first value above the carriage return. */
  private static final long ABOVE_RETURN = 0x0E0E0E0E0E0E0E0EL;

  /** In each byte: what a byte up to '9' leaves the highest bit of. */
  private static final long UP_TO_NINE = 0xB9B9B9B9B9B9B9B9L;

  /** In each byte: what brings a byte from '.' on to the highest bit. */
  private static final long FROM_POINT = 0x5252525252525252L;

  private final boolean strict;
  private boolean afterReturn;
  private boolean pairs;
  private boolean returns;
  private boolean feeds;
  private long line = 1;
  private int more;
  private int least;
  private int most;
  private int digits;
  private boolean exponent;
  private CsvNumbers longNumbers = CsvNumbers.SHORT;

  private CsvText(boolean strict) {
    this.strict = strict;
  }

  /**
   * A text that was looked at.
   *
   * @param file the text as DuckDB can read it
   * @param numbers how long its numbers are
   */
  record Settled(PlainFile file, CsvNumbers numbers) {}

  /**
   * The text as DuckDB can read it: itself, or {@code copy} with the same lines.
   *
   * @throws Invalid it is not UTF-8, and its bad records are not set aside
   */
  static Settled settled(PlainFile file, ReadOptions options, Path copy) throws IOException {
    CsvText text = new CsvText(options.badRecords() == BadRecords.FAIL);
    if (!text.look(file.path())) {
      throw notUtf8(file, text.line);
    }
    PlainFile settled = text.isMixed() ? united(file, options, copy) : file;
    return new Settled(settled, text.longNumbers);
  }

  private boolean isMixed() {
    return (pairs && returns) || (pairs && feeds) || (returns && feeds);
  }

  /** Reads on until a byte is wrong; true when none is. */
  private boolean look(Path path) throws IOException {
    byte[] block = new byte[BLOCK];
    try (InputStream in = Files.newInputStream(path)) {
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        if (!look(block, n)) {
          return false;
        }
      }
    }
    returns |= afterReturn;
    return more == 0 || !strict;
  }

  private boolean look(byte[] block, int length) {
    for (int i = 0; i < length; i++) {
      i = afterWordsOfNoInterest(block, i, length);
      if (i == length) {
        return true;
      }
      byte b = block[i];
      count(b);
      if (b > '\r' && !afterReturn && more == 0) {
        continue;
      }
      if (strict && (b < 0 || more > 0) && !isUtf8(b & 0xff)) {
        return false;
      }
      if (b == '\n' && !afterReturn) {
        feeds = true;
        line++;
      } else if (b == '\r') {
        line++;
      }
      pairs |= afterReturn && b == '\n';
      returns |= afterReturn && b != '\n';
      afterReturn = b == '\r';
    }
    return true;
  }

  /**
   * Where to look on: after eight bytes at a time that are ASCII and no end of a line, nor part of
   * a number while it is not known yet whether there is a long one.
   */
  private int afterWordsOfNoInterest(byte[] block, int from, int length) {
    boolean counted = longNumbers == CsvNumbers.LONG;
    if (afterReturn || more > 0 || (!counted && (digits > 0 || exponent))) {
      return from;
    }
    int i = from;
    while (i + Long.BYTES <= length) {
      long word = (long) WORDS.get(block, i);
      if (!isPlain(word) || (!counted && mayHoldDigits(word))) {
        return i;
      }
      i += Long.BYTES;
    }
    return i;
  }

  /** Whether all eight bytes are ASCII above the carriage return. */
  private static boolean isPlain(long word) {
    return ((word | (word - ABOVE_RETURN)) & HIGH) == 0;
  }

  /** Whether one of eight ASCII bytes is a digit, a point or a slash. */
  private static boolean mayHoldDigits(long word) {
    return ((UP_TO_NINE - word) & (word + FROM_POINT) & HIGH) != 0;
  }

  /** Counts the digits that follow one another, and those of an exponent. */
  private void count(byte b) {
    if ((b >= '0' && b <= '9') || b == '.') {
      digits++;
      if (digits > most(exponent)) {
        longNumbers = CsvNumbers.LONG;
      }
    } else if (digits > 0 || exponent) {
      boolean sign = exponent && digits == 0 && (b == '-' || b == '+');
      exponent = sign || (digits > 0 && (b == 'e' || b == 'E'));
      digits = 0;
    }
  }

  private static int most(boolean exponent) {
    return exponent ? SAFE_EXPONENT : CsvNumbers.SAFE_DIGITS;
  }

  private boolean isUtf8(int b) {
    if (more > 0) {
      boolean fits = b >= least && b <= most;
      more--;
      least = 0x80;
      most = 0xBF;
      return fits;
    }
    more = b >= 0xF0 ? 3 : b >= 0xE0 ? 2 : 1;
    least = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;
    most = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF;
    return b >= 0xC2 && b <= 0xF4;
  }

  /** A copy in which records end in one way; what stands in quotes stays as it is. */
  private static PlainFile united(PlainFile file, ReadOptions options, Path copy)
      throws IOException {
    char quote = CsvHead.quote(options);
    char delimiter = CsvHead.of(file, options).delimiter().charAt(0);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(copy), BLOCK)) {
      RecordLines.unite(file.path(), delimiter, quote, CsvHead.escape(options), out);
    }
    return file.at(copy);
  }

  private static Invalid notUtf8(PlainFile file, long line) throws IOException {
    String text = RecordLines.textOf(file.path(), line, MAX_TEXT);
    return new Invalid(
        QueryError.BAD_RECORD,
        "Line %d of object %s cannot be read. It is not text in UTF-8. The line is: %s"
            .formatted(line, file.object(), text),
        CsvError.OTHER_CHARACTERS,
        Place.inObject(file.object(), line, text));
  }
}
