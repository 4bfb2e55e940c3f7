package io.hosu.objects.s3;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decodes an {@code aws-chunked} body and checks its signatures as it goes: the bytes of a chunk
 * are handed out before its signature is known, so what is read must stay invisible until the end
 * was reached.
 *
 * <p>Belongs to one thread.
 */
final class ChunkedBody extends InputStream {
  /** Lines are read byte by byte, each of which passes through all that is below. */
  private static final int LOOK_AHEAD = 4 * 1024;

  private static final int LINE_LIMIT = 8 * 1024;
  private static final int TRAILERS_LIMIT = 16 * 1024;
  private static final String SIGNATURE = "chunk-signature=";
  private static final String TRAILER_SIGNATURE = "x-amz-trailer-signature";

  private final InputStream in;
  private final @Nullable ChunkSignatures signatures;
  private final boolean trailing;
  private final long announced;
  private final Map<String, String> trailers = new LinkedHashMap<>();
  private long left;
  private long total;
  private boolean begun;
  private boolean ended;

  /**
   * @param signatures checks each chunk, or null when the chunks are unsigned
   * @param trailing whether trailers follow the last chunk
   * @param announced how many bytes the client says there are
   */
  ChunkedBody(
      InputStream in, @Nullable ChunkSignatures signatures, boolean trailing, long announced) {
    this.in = new BufferedInputStream(in, LOOK_AHEAD);
    this.signatures = signatures;
    this.trailing = trailing;
    this.announced = announced;
  }

  /** The trailers, names in small letters; known once the end was reached. */
  Map<String, String> trailers() {
    if (!ended) {
      throw new IllegalStateException("The body was not read to its end");
    }
    return trailers;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    if (left == 0 && !nextChunk()) {
      return -1;
    }
    int count = in.read(into, offset, (int) Math.min(length, left));
    if (count < 0) {
      throw incomplete("The body ends within a chunk.");
    }
    left -= count;
    if (signatures != null) {
      signatures.update(into, offset, count);
    }
    return count;
  }

  /** Goes on to the next chunk; false when there is none. */
  private boolean nextChunk() throws IOException {
    if (ended) {
      return false;
    }
    if (begun) {
      endChunk();
    }
    begun = true;
    beginChunk(line());
    if (left == 0) {
      finish();
      return false;
    }
    return true;
  }

  private void beginChunk(String header) throws IOException {
    int semicolon = header.indexOf(';');
    left = size(semicolon < 0 ? header : header.substring(0, semicolon));
    if (left > announced - total) {
      throw incomplete("The chunks hold more than x-amz-decoded-content-length says.");
    }
    total += left;
    if (signatures != null) {
      String extension = semicolon < 0 ? "" : header.substring(semicolon + 1).strip();
      if (!extension.startsWith(SIGNATURE)) {
        throw S3Error.SIGNATURE_DOES_NOT_MATCH.failure("A chunk has no signature.");
      }
      signatures.begin(extension.substring(SIGNATURE.length()));
    }
  }

  private void endChunk() throws IOException {
    if (!line().isEmpty()) {
      throw incomplete("A chunk is longer than it says.");
    }
    if (signatures != null) {
      signatures.end();
    }
  }

  private void finish() throws IOException {
    if (signatures != null) {
      signatures.end();
    }
    if (total != announced) {
      throw incomplete(
          "The chunks hold %d bytes, x-amz-decoded-content-length says %d."
              .formatted(total, announced));
    }
    readTrailers();
    ended = true;
  }

  private void readTrailers() throws IOException {
    StringBuilder signed = new StringBuilder();
    int size = 0;
    String signature = "";
    for (String line = lineOrEnd(); !line.isEmpty(); line = lineOrEnd()) {
      size += line.length();
      int colon = line.indexOf(':');
      if (colon < 1 || size > TRAILERS_LIMIT) {
        throw S3Error.INVALID_REQUEST.failure("The trailers of the body are malformed.");
      }
      String name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
      String value = line.substring(colon + 1).strip();
      if (name.equals(TRAILER_SIGNATURE)) {
        signature = value;
      } else {
        signed.append(name).append(':').append(value).append('\n');
        trailers.put(name, value);
      }
    }
    if (signatures != null && trailing) {
      signatures.checkTrailers(signed.toString(), signature);
    }
  }

  private static long size(String hex) throws IOException {
    try {
      long size = Long.parseLong(hex.strip(), 16);
      if (size >= 0) {
        return size;
      }
    } catch (NumberFormatException e) {
      // told below, as a negative size is
    }
    throw incomplete("'%s' is not the size of a chunk.".formatted(hex));
  }

  /** A line without its end; some clients end the last one with the connection or a lone LF. */
  private String lineOrEnd() throws IOException {
    return readLine(true);
  }

  private String line() throws IOException {
    return readLine(false);
  }

  private String readLine(boolean mayEnd) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(96);
    for (int value = in.read(); value != '\n'; value = in.read()) {
      if (value < 0 && mayEnd) {
        break;
      }
      if (value < 0 || line.size() >= LINE_LIMIT) {
        throw incomplete("The body ends between two chunks, or is not aws-chunked.");
      }
      line.write(value);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  private static RuntimeException incomplete(String what) {
    return S3Error.INCOMPLETE_BODY.failure(what);
  }
}
