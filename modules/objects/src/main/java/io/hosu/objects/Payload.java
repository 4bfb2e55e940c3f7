package io.hosu.objects;

import io.hosu.kernel.HosuException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Bytes on their way in, and what the client says about them.
 *
 * @param stream the bytes; read once, not closed
 * @param keep the checksum to keep with the object, if any beside MD5 and SHA-256
 * @param claims what the client says, asked once after the last byte was read
 */
public record Payload(InputStream stream, Optional<ChecksumAlgorithm> keep, Claims claims) {

  /** Bytes about which nothing is said. */
  public static Payload of(InputStream stream) {
    return new Payload(stream, Optional.empty(), Claims.none());
  }

  /** What a client says about the bytes that it sent. */
  public interface Claims {
    /** The algorithms that the claims will use; known before the first byte. */
    List<ChecksumAlgorithm> algorithms();

    /** The claims; known after the last byte. */
    List<Claim> atEnd();

    /** Nothing is said. */
    static Claims none() {
      return of(List.of());
    }

    /** Claims that are known from the beginning. */
    static Claims of(List<Claim> claims) {
      return new Claims() {
        @Override
        public List<ChecksumAlgorithm> algorithms() {
          return claims.stream().map(Claim::algorithm).toList();
        }

        @Override
        public List<Claim> atEnd() {
          return claims;
        }
      };
    }
  }

  /**
   * That the bytes have this checksum.
   *
   * @param algorithm how to compute it
   * @param hex what it must be, in small letters, most significant byte first
   * @param mismatch what to throw when it is not
   */
  public record Claim(ChecksumAlgorithm algorithm, String hex, Supplier<HosuException> mismatch) {}
}
