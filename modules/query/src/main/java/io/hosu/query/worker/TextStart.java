package io.hosu.query.worker;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * The beginning of a text, and in which character set it is: as its mark says; UTF-16 where every
 * other byte is null; UTF-8 where the bytes are; otherwise a set of one byte a character.
 *
 * @param charset how it is read
 * @param mark how many bytes its mark has
 * @param name what a stage has to be told of it; empty for UTF-8 and for what a mark says, {@link
 *     #ASCII} for what is the same in all
 * @param isWhole whether nothing follows
 * @param text the beginning
 */
record TextStart(Charset charset, int mark, String name, boolean isWhole, String text) {
  /** What is told of a text that is the same in nearly all character sets. */
  static final String ASCII = "us-ascii";

  private static final int LEAST = 1 << 16;
  private static final Charset WINDOWS = Charset.forName("windows-1252");

  static TextStart of(byte[] start) {
    if (begins(start, 0xEF, 0xBB, 0xBF)) {
      return of(start, StandardCharsets.UTF_8, 3, "");
    }
    if (begins(start, 0xFF, 0xFE)) {
      return of(start, StandardCharsets.UTF_16LE, 2, "");
    }
    if (begins(start, 0xFE, 0xFF)) {
      return of(start, StandardCharsets.UTF_16BE, 2, "");
    }
    if (isNullEvery(start, 1)) {
      return of(start, StandardCharsets.UTF_16LE, 0, "utf-16le");
    }
    if (isNullEvery(start, 0)) {
      return of(start, StandardCharsets.UTF_16BE, 0, "utf-16be");
    }
    if (isUtf8(start)) {
      return of(start, StandardCharsets.UTF_8, 0, isAscii(start) ? ASCII : "");
    }
    return hasControls(start)
        ? of(start, WINDOWS, 0, "windows-1252")
        : of(start, StandardCharsets.ISO_8859_1, 0, "latin-1");
  }

  private static TextStart of(byte[] start, Charset charset, int mark, String name) {
    String text = new String(start, mark, start.length - mark, charset);
    return new TextStart(charset, mark, name, start.length < LEAST, text);
  }

  private static boolean begins(byte[] start, int... bytes) {
    if (start.length < bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if ((start[i] & 0xff) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  /** Whether nearly all bytes at odd, or at even, places are null, and hardly another one is. */
  private static boolean isNullEvery(byte[] start, int place) {
    int here = 0;
    int elsewhere = 0;
    for (int i = 0; i < start.length; i++) {
      if (start[i] == 0) {
        here += i % 2 == place ? 1 : 0;
        elsewhere += i % 2 == place ? 0 : 1;
      }
    }
    return start.length >= 4 && here * 2 > start.length * 7 / 10 && elsewhere * 20 < start.length;
  }

  /** Whether it is UTF-8, as far as it goes: its last character may be cut. */
  static boolean isUtf8(byte[] start) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    CoderResult result =
        decoder.decode(ByteBuffer.wrap(start), CharBuffer.allocate(start.length), false);
    return !result.isError();
  }

  private static boolean isAscii(byte[] start) {
    for (byte b : start) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasControls(byte[] start) {
    for (byte b : start) {
      if ((b & 0xff) >= 0x80 && (b & 0xff) < 0xA0) {
        return true;
      }
    }
    return false;
  }
}
