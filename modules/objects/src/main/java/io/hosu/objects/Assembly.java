package io.hosu.objects;

import io.hosu.objects.Uploads.ChecksumPlan;
import io.hosu.objects.Uploads.Part;
import io.hosu.objects.backend.BlobStore;
import io.hosu.objects.backend.BlobWriter;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Makes one blob of many parts. May be used from any thread. */
final class Assembly {
  private static final int BUFFER = 256 * 1024;

  private final BlobStore blobs;

  Assembly(BlobStore blobs) {
    this.blobs = blobs;
  }

  /** One blob with the bytes of {@code parts}; a single part is that blob already. */
  Content assemble(List<Part> parts, Optional<ChecksumPlan> plan) {
    try {
      return parts.size() == 1 ? single(parts.getFirst(), plan) : join(parts, plan);
    } catch (IOException e) {
      throw Intake.unavailable(e);
    }
  }

  private static Content single(Part part, Optional<ChecksumPlan> plan) {
    Content content = part.content();
    Optional<StoredChecksum> checksum =
        plan.isPresent() && plan.get().form() == StoredChecksum.Form.COMPOSITE
            ? composite(List.of(part), plan.get().algorithm())
            : content.checksum();
    return new Content(
        content.blob(), content.size(), etag(List.of(part)), content.sha256(), checksum);
  }

  private Content join(List<Part> parts, Optional<ChecksumPlan> plan) throws IOException {
    RunningChecksum sha256 = ChecksumAlgorithm.SHA256.start();
    Optional<RunningChecksum> whole =
        plan.filter(wanted -> wanted.form() == StoredChecksum.Form.FULL_OBJECT)
            .map(wanted -> wanted.algorithm().start());
    try (BlobWriter writer = blobs.create()) {
      long size = 0;
      byte[] buffer = new byte[BUFFER];
      for (Part part : parts) {
        try (InputStream in = blobs.open(part.content().blob(), 0, part.content().size())) {
          for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            sha256.update(buffer, 0, count);
            if (whole.isPresent()) {
              whole.get().update(buffer, 0, count);
            }
            writer.stream().write(buffer, 0, count);
            size += count;
          }
        }
      }
      Optional<StoredChecksum> checksum =
          whole.isPresent()
              ? Optional.of(StoredChecksum.of(plan.orElseThrow().algorithm(), whole.get().value()))
              : plan.flatMap(wanted -> composite(parts, wanted.algorithm()));
      String hex = HexFormat.of().formatHex(sha256.value());
      return new Content(writer.finish(), size, etag(parts), hex, checksum);
    }
  }

  /** The MD5 of the parts' MD5s, and how many there are. */
  private static String etag(List<Part> parts) {
    RunningChecksum md5 = ChecksumAlgorithm.MD5.start();
    for (Part part : parts) {
      byte[] value = HexFormat.of().parseHex(part.content().etag());
      md5.update(value, 0, value.length);
    }
    return HexFormat.of().formatHex(md5.value()) + "-" + parts.size();
  }

  /** The checksum of the parts' checksums; none when a part has none. */
  private static Optional<StoredChecksum> composite(List<Part> parts, ChecksumAlgorithm algorithm) {
    RunningChecksum whole = algorithm.start();
    for (Part part : parts) {
      Optional<StoredChecksum> checksum =
          part.content().checksum().filter(kept -> kept.algorithm() == algorithm);
      if (checksum.isEmpty()) {
        return Optional.empty();
      }
      byte[] value = Base64.getDecoder().decode(checksum.get().value());
      whole.update(value, 0, value.length);
    }
    return Optional.of(
        new StoredChecksum(
            algorithm,
            StoredChecksum.Form.COMPOSITE,
            Base64.getEncoder().encodeToString(whole.value()) + "-" + parts.size()));
  }
}
