package io.hosu.kernel;

import static io.hosu.kernel.Names.requireName;

import io.hosu.kernel.HosuException.Invalid;
import java.nio.charset.StandardCharsets;

/**
 * Where an object lies: the bucket (a layer of the lake) and the key in it.
 *
 * <p>Written {@code raw/aviation/flights/1.csv}; {@link #parse} reads back what {@link #toString}
 * prints. A key is any text of 1 to 1024 bytes of UTF-8 without NUL, as S3 has it.
 */
public record ObjectName(String bucket, String key) implements Comparable<ObjectName> {

  public ObjectName {
    requireName("bucket", bucket);
    int length = key.getBytes(StandardCharsets.UTF_8).length;
    if (length == 0 || length > 1024 || key.indexOf('\0') >= 0) {
      throw new Invalid(
          KernelError.NAME_INVALID,
          "The key of an object in bucket '%s' has %d bytes%s."
              .formatted(bucket, length, key.indexOf('\0') >= 0 ? " and holds a NUL" : ""),
          "Use a key of 1 to 1024 bytes of UTF-8 without NUL.");
    }
  }

  /**
   * Reads {@code LAYER/KEY}.
   *
   * @throws Invalid {@link KernelError#NAME_INVALID}
   */
  public static ObjectName parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 1) {
      throw new Invalid(
          KernelError.NAME_INVALID,
          "'%s' does not name an object.".formatted(text),
          "Write it as LAYER/KEY, for example raw/aviation/flights/1.csv.");
    }
    return new ObjectName(text.substring(0, slash), text.substring(slash + 1));
  }

  /** The location that Iceberg and Spark know it by: {@code s3://bucket/key}. */
  public String location() {
    return "s3://" + bucket + "/" + key;
  }

  /**
   * Reads {@code s3://bucket/key}.
   *
   * @throws Invalid {@link KernelError#NAME_INVALID}
   */
  public static ObjectName ofLocation(String location) {
    if (!location.startsWith("s3://")) {
      throw new Invalid(
          KernelError.NAME_INVALID,
          "'%s' is not the location of an object.".formatted(location),
          "Write it as s3://LAYER/KEY.");
    }
    return parse(location.substring("s3://".length()));
  }

  /** Whether it lies below {@code place}, whose key ends in a slash. */
  public boolean isBelow(ObjectName place) {
    return bucket.equals(place.bucket()) && key.startsWith(place.key());
  }

  @Override
  public int compareTo(ObjectName other) {
    int byBucket = bucket.compareTo(other.bucket);
    return byBucket != 0 ? byBucket : key.compareTo(other.key);
  }

  @Override
  public String toString() {
    return bucket + "/" + key;
  }
}
