package io.hosu.objects;

import io.hosu.kernel.HosuException.Invalid;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is kept with an object beside its bytes, given back as it was given.
 *
 * @param headers HTTP's own: {@code content-type}, {@code content-encoding}, {@code cache-control},
 *     {@code content-disposition}, {@code content-language}, {@code expires}; names in small
 *     letters
 * @param metadata the user's own: at most 2 KB of names and values; names in small letters
 */
public record Attributes(Map<String, String> headers, Map<String, String> metadata) {
  private static final String CONTENT_TYPE = "content-type";
  private static final int METADATA_LIMIT = 2048;

  public Attributes {
    headers = Map.copyOf(headers);
    metadata = Map.copyOf(metadata);
  }

  /** Nothing. */
  public static Attributes none() {
    return new Attributes(Map.of(), Map.of());
  }

  /** A content type only. */
  public static Attributes ofType(String contentType) {
    return new Attributes(Map.of(CONTENT_TYPE, contentType), Map.of());
  }

  /** The content type; S3's {@code binary/octet-stream} unless given. */
  public String contentType() {
    return headers.getOrDefault(CONTENT_TYPE, "binary/octet-stream");
  }

  /** The headers, with the content type, in the order of their names. */
  public Map<String, String> allHeaders() {
    Map<String, String> all = new TreeMap<>(headers);
    all.put(CONTENT_TYPE, contentType());
    return all;
  }

  /**
   * Refuses what is too much.
   *
   * @throws Invalid {@link ObjectsError#METADATA_TOO_LARGE}
   */
  void requireWithinLimits() {
    int size = 0;
    for (var entry : metadata.entrySet()) {
      size += bytes(entry.getKey()) + bytes(entry.getValue());
    }
    if (size > METADATA_LIMIT) {
      throw new Invalid(
          ObjectsError.METADATA_TOO_LARGE,
          "The metadata has %d bytes, and may have %d.".formatted(size, METADATA_LIMIT),
          "Put what is long into the object, or beside it.");
    }
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
