package io.hosu.query.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What the server and an engine say to each other: frames of a length, a kind and that many bytes.
 *
 * <p>One thread reads; any thread writes, a frame at a time.
 */
public final class Frames {
  /** Server to engine: an operation, as JSON. */
  public static final byte REQUEST = 'Q';

  /** Server to engine: stop the operation under way. */
  public static final byte CANCEL = 'X';

  /** Engine to server: ready for the first request. */
  public static final byte READY = 'R';

  /**
   * Engine to server, every second: it is there, whatever it is busy with; as JSON, how much
   * processor time the operation has used.
   */
  public static final byte ALIVE = 'A';

  /** Engine to server: a line of the session's log, as JSON. */
  public static final byte LOG = 'L';

  /** Engine to server: the columns of the rows that follow, as JSON. */
  public static final byte COLUMNS = 'H';

  /** Engine to server: bytes of a result. */
  public static final byte DATA = 'D';

  /** Engine to server: the operation succeeded; its outcome as JSON. */
  public static final byte END = 'E';

  /** Engine to server: the operation failed; the failure as JSON. */
  public static final byte FAILURE = 'F';

  /**
   * Engine to server, while SQL runs: {@code id}, {@code texts}, and {@code domain} when they are
   * values whose tokens are asked for; otherwise they are tokens whose values are.
   */
  public static final byte ASK = 'K';

  /** Server to engine: {@code id} of what was asked, and {@code texts} or {@code failed}. */
  public static final byte ANSWER = 'T';

  private static final int MAX_LENGTH = 256 << 20;

  private final DataInputStream in;
  private final DataOutputStream out;

  /** Frames over a pair of streams. */
  public Frames(InputStream in, OutputStream out) {
    this.in = new DataInputStream(new BufferedInputStream(in, 1 << 16));
    this.out = new DataOutputStream(new BufferedOutputStream(out, 1 << 16));
  }

  /**
   * One frame.
   *
   * @param kind one of the constants of {@link Frames}
   * @param bytes what it holds
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  public record Frame(byte kind, byte[] bytes) {

    /** What it holds, as JSON. */
    public JsonNode json() {
      return Json.parse(bytes);
    }
  }

  /** The next frame; nothing when the other side has closed the stream. */
  public Optional<Frame> read() throws IOException {
    int length;
    try {
      length = in.readInt();
    } catch (EOFException e) {
      return Optional.empty();
    }
    if (length < 0 || length > MAX_LENGTH) {
      throw new IOException("A frame of %d bytes cannot be meant.".formatted(length));
    }
    byte kind = in.readByte();
    return Optional.of(new Frame(kind, in.readNBytes(length)));
  }

  /** Sends a frame that holds JSON. */
  public void write(byte kind, JsonNode json) throws IOException {
    byte[] bytes = Json.print(json).getBytes(StandardCharsets.UTF_8);
    write(kind, bytes, bytes.length);
  }

  /** Sends a frame that holds the first {@code length} of {@code bytes}. */
  public synchronized void write(byte kind, byte[] bytes, int length) throws IOException {
    out.writeInt(length);
    out.writeByte(kind);
    out.write(bytes, 0, length);
    out.flush();
  }
}
