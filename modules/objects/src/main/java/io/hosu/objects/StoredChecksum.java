package io.hosu.objects;

import java.util.Base64;

/**
 * A checksum that is kept with an object, beside its MD5 and SHA-256.
 *
 * <p>Written {@code CRC32:FULL_OBJECT:y5nhSw==}; {@link #parse} reads back what {@link #toString}
 * prints.
 *
 * @param algorithm how it was computed
 * @param form over what
 * @param value base 64; for a composite followed by {@code -} and the number of parts
 */
public record StoredChecksum(ChecksumAlgorithm algorithm, Form form, String value) {

  /** What a checksum was computed over. */
  public enum Form {
    /** Over the bytes of the object. */
    FULL_OBJECT,
    /** Over the checksums of the parts it was uploaded in. */
    COMPOSITE
  }

  /** A checksum over the bytes of an object. */
  public static StoredChecksum of(ChecksumAlgorithm algorithm, byte[] value) {
    return new StoredChecksum(
        algorithm, Form.FULL_OBJECT, Base64.getEncoder().encodeToString(value));
  }

  /** Reads back what {@link #toString} wrote. */
  public static StoredChecksum parse(String text) {
    String[] words = text.split(":", 3);
    return new StoredChecksum(
        ChecksumAlgorithm.valueOf(words[0]), Form.valueOf(words[1]), words[2]);
  }

  @Override
  public String toString() {
    return algorithm + ":" + form + ":" + value;
  }
}
