package io.hosu.tables.iceberg;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.function.Supplier;

/**
 * The metadata of tables as the JSON that clients get: many ask for the same, and it never changes
 * for a metadata file. May be used from any thread.
 */
final class MetadataTexts {
  /** Tables with thousands of snapshots have megabytes of it. */
  private static final long BYTES = 32L << 20;

  /** What of the metadata in the file at {@code location} is told. */
  private record Key(String location, Part part) {}

  /** How much a client wants to know. */
  enum Part {
    ALL,
    /** Without the snapshots that no branch or tag points to. */
    REFS
  }

  private final Cache<Key, byte[]> texts =
      Caffeine.newBuilder()
          .maximumWeight(BYTES)
          .weigher((Key _, byte[] text) -> text.length)
          .build();

  /**
   * The JSON.
   *
   * @param text that this part of the file at {@code location} says
   */
  byte[] of(String location, Part part, Supplier<byte[]> text) {
    return texts.get(new Key(location, part), _ -> text.get());
  }
}
