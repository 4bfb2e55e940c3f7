package io.hosu.query.engine;

import java.util.Locale;

/** How the bytes of an object are packed, as the suffix of its key says. */
public enum Compression {
  NONE,
  GZIP,
  ZSTD;

  /** The packing that the end of a key stands for: {@code .gz}, {@code .zst}, or none. */
  public static Compression of(String key) {
    String name = key.toLowerCase(Locale.ROOT);
    if (name.endsWith(".gz") || name.endsWith(".gzip")) {
      return GZIP;
    }
    return name.endsWith(".zst") || name.endsWith(".zstd") ? ZSTD : NONE;
  }

  /** The key without the suffix that names its packing. */
  public static String unpackedName(String key) {
    return of(key) == NONE ? key : key.substring(0, key.lastIndexOf('.'));
  }
}
