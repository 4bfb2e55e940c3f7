package io.hosu.query.worker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Tells the parts of a JSON text apart, byte by byte and without judging them: a text that is not
 * JSON gives parts as well.
 */
abstract class JsonTokens {
  /** How deep DuckDB reads. */
  static final int MAX_DEPTH = 128;

  private static final int MAX_KEY = 1000;

  private final boolean byLine;
  private final boolean[] isObject = new boolean[MAX_DEPTH + 2];
  private final StringBuilder number = new StringBuilder();
  private byte[] key = new byte[64];
  private int keyLength;
  private String keyText = "";
  private int recordDepth = -1;
  private int depth;
  private boolean inText;
  private boolean escaped;
  private boolean isKey;
  private boolean keyNext;
  private boolean within;
  private long line = 1;

  /**
   * A text from its beginning.
   *
   * @param byLine whether each line is a record, so that a list at the beginning is one too
   */
  JsonTokens(boolean byLine) {
    this.byLine = byLine;
    this.recordDepth = byLine ? 0 : -1;
  }

  /** A record, or what stands in its place, begins with this byte. */
  void element(byte first) throws IOException {}

  /** A key as it is written, without its quotes. */
  void key(String written, boolean ofRecord) throws IOException {}

  /** A number, and the key that stands before it most closely. */
  void number(String text, String nearestKey) throws IOException {}

  /** Any byte that is not part of a number. */
  void other(byte b) throws IOException {}

  /** The text nests too deep; what follows is told only in part. */
  void tooDeep() throws IOException {}

  /** The line of the byte that was taken last, from 1. */
  final long line() {
    return line;
  }

  /** Whether the text is one array that was not closed. */
  final boolean isOpenArray() {
    return !byLine && recordDepth == 1 && depth > 0;
  }

  /** Takes the next byte. */
  final void take(byte b) throws IOException {
    if (inText) {
      inText(b);
      other(b);
      return;
    }
    if (isNumber(b)) {
      begin(b);
      number.append((char) b);
      return;
    }
    endNumber();
    if (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
      line += b == '\n' ? 1 : 0;
      within = within && depth > recordDepth;
    } else {
      structure(b);
    }
    other(b);
  }

  /** The text is at its end. */
  final void end() throws IOException {
    endNumber();
  }

  private boolean isNumber(byte b) {
    return (b >= '0' && b <= '9')
        || b == '-'
        || (number.length() > 0 && (b == '.' || b == 'e' || b == 'E' || b == '+'));
  }

  private void endNumber() throws IOException {
    if (number.length() > 0) {
      number(number.toString(), keyText);
      number.setLength(0);
    }
  }

  private void inText(byte b) throws IOException {
    line += b == '\n' ? 1 : 0;
    if (!escaped && b == '"') {
      inText = false;
      if (isKey) {
        keyText = new String(key, 0, keyLength, StandardCharsets.UTF_8);
        key(keyText, depth == recordDepth + 1);
      }
      return;
    }
    escaped = !escaped && b == '\\';
    if (isKey && keyLength < MAX_KEY) {
      if (keyLength == key.length) {
        key = Arrays.copyOf(key, 2 * keyLength);
      }
      key[keyLength++] = b;
    }
  }

  /** Sees whether a value begins here that stands where a record should. */
  private void begin(byte b) throws IOException {
    if (recordDepth < 0) {
      recordDepth = b == '[' ? 1 : 0;
    }
    boolean opensArray = !byLine && recordDepth == 1 && depth == 0 && b == '[';
    if (depth == recordDepth && !within && !opensArray) {
      within = true;
      element(b);
    }
  }

  private void structure(byte b) throws IOException {
    switch (b) {
      case '{', '[' -> {
        begin(b);
        open(b == '{');
      }
      case '}', ']' -> close();
      case ',' -> {
        within = within && depth > recordDepth;
        keyNext = isInObject();
      }
      case ':' -> keyNext = false;
      case '"' -> {
        begin(b);
        inText = true;
        escaped = false;
        isKey = keyNext && isInObject();
        keyLength = 0;
      }
      default -> begin(b);
    }
  }

  private void open(boolean object) throws IOException {
    if (depth >= MAX_DEPTH) {
      tooDeep();
    }
    depth++;
    isObject[Math.min(depth, MAX_DEPTH + 1)] = object;
    keyNext = object;
  }

  private void close() {
    depth = Math.max(0, depth - 1);
    within = within && depth > recordDepth;
  }

  private boolean isInObject() {
    return depth <= MAX_DEPTH && isObject[depth];
  }
}
