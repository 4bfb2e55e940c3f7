package io.hosu.objects;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Sizes;
import io.hosu.objects.backend.BlobStore;
import io.hosu.objects.backend.BlobWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * Takes bytes in: writes them to a blob and computes all checksums in the same pass. May be used
 * from any thread.
 */
final class Intake {
  private static final int BUFFER = 64 * 1024;

  private final BlobStore blobs;
  private final long limit;

  /**
   * @param limit how many bytes one payload may have
   */
  Intake(BlobStore blobs, long limit) {
    this.blobs = blobs;
    this.limit = limit;
  }

  /**
   * Takes all bytes of {@code payload}; when it fails, nothing of them is left.
   *
   * @return where they lie durable on the disk, named by no row yet
   * @throws Invalid when the client's claims about the bytes are not true, or there are too many
   * @throws Unavailable {@link ObjectsError#STORAGE_UNAVAILABLE}
   * @throws UncheckedIOException when the client cannot be read
   */
  Content receive(Payload payload) {
    Map<ChecksumAlgorithm, RunningChecksum> running = start(payload);
    try (BlobWriter writer = blobs.create()) {
      long size = copy(payload, writer.stream(), running);
      Map<ChecksumAlgorithm, String> values = new EnumMap<>(ChecksumAlgorithm.class);
      running.forEach((algorithm, checksum) ->
          values.put(algorithm, HexFormat.of().formatHex(checksum.value())));
      check(payload, values);
      return content(writer.finish(), size, values, payload.keep());
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  /** A failure of the disk, as the caller shall see it. */
  static Unavailable unavailable(IOException e) {
    return new Unavailable(
        ObjectsError.STORAGE_UNAVAILABLE,
        "The disk of the data directory failed: %s.".formatted(e.getMessage()),
        "See whether the disk is full or broken, with: hosu doctor",
        e);
  }

  private static Map<ChecksumAlgorithm, RunningChecksum> start(Payload payload) {
    Map<ChecksumAlgorithm, RunningChecksum> running = new EnumMap<>(ChecksumAlgorithm.class);
    running.put(ChecksumAlgorithm.MD5, ChecksumAlgorithm.MD5.start());
    running.put(ChecksumAlgorithm.SHA256, ChecksumAlgorithm.SHA256.start());
    payload.keep().ifPresent(algorithm -> running.put(algorithm, algorithm.start()));
    payload.claims().algorithms().forEach(algorithm -> running.put(algorithm, algorithm.start()));
    return running;
  }

  private long copy(
      Payload payload, OutputStream out, Map<ChecksumAlgorithm, RunningChecksum> running)
      throws IOException {
    byte[] buffer = new byte[BUFFER];
    long size = 0;
    for (int count = read(payload, buffer); count >= 0; count = read(payload, buffer)) {
      size += count;
      if (size > limit) {
        throw tooLarge();
      }
      for (RunningChecksum checksum : running.values()) {
        checksum.update(buffer, 0, count);
      }
      out.write(buffer, 0, count);
    }
    return size;
  }

  /** Fills the buffer as far as the client allows; -1 at the end. */
  private static int read(Payload payload, byte[] buffer) {
    try {
      int count = payload.stream().readNBytes(buffer, 0, buffer.length);
      return count == 0 ? -1 : count;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void check(Payload payload, Map<ChecksumAlgorithm, String> values) {
    for (Payload.Claim claim : payload.claims().atEnd()) {
      if (!claim.hex().equals(values.get(claim.algorithm()))) {
        throw claim.mismatch().get();
      }
    }
  }

  private static Content content(
      String blob,
      long size,
      Map<ChecksumAlgorithm, String> values,
      Optional<ChecksumAlgorithm> keep) {
    return new Content(
        blob,
        size,
        value(values, ChecksumAlgorithm.MD5),
        value(values, ChecksumAlgorithm.SHA256),
        keep.map(algorithm ->
            StoredChecksum.of(algorithm, HexFormat.of().parseHex(value(values, algorithm)))));
  }

  private static String value(Map<ChecksumAlgorithm, String> values, ChecksumAlgorithm algorithm) {
    return java.util.Objects.requireNonNull(values.get(algorithm));
  }

  private Invalid tooLarge() {
    return new Invalid(
        ObjectsError.OBJECT_TOO_LARGE,
        "One request may store %s, and more were sent.".formatted(Sizes.print(limit)),
        "Send the object as a multipart upload.");
  }
}
