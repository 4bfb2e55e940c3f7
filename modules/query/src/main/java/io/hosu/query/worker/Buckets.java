package io.hosu.query.worker;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import org.duckdb.DuckDBFunctions;
import org.jspecify.annotations.Nullable;

/**
 * The bucket transform of Iceberg as SQL functions: {@code hosu_bucket_long(value, buckets)} for
 * whole numbers, and {@code hosu_bucket_text(value, buckets)}.
 *
 * <p>The hash is Murmur3 for x86 with 32 bits and seed 0, of the eight bytes of a number, least
 * significant first, or of the UTF-8 bytes of a text, as the Iceberg specification says in its
 * appendix B.
 */
final class Buckets {
  /** What the functions' names begin with. */
  static final String PREFIX = "hosu_bucket_";

  private static final int C1 = 0xcc9e2d51;
  private static final int C2 = 0x1b873593;

  private Buckets() {}

  static void register(Connection connection) throws SQLException {
    DuckDBFunctions.scalarFunction()
        .withName(PREFIX + "long")
        .withParameter(long.class)
        .withParameter(int.class)
        .withReturnType(int.class)
        .withFunction((@Nullable Long value, @Nullable Integer n) -> ofLong(value, n))
        .register(connection);
    DuckDBFunctions.scalarFunction()
        .withName(PREFIX + "text")
        .withParameter(String.class)
        .withParameter(int.class)
        .withReturnType(int.class)
        .withFunction((@Nullable String value, @Nullable Integer n) -> ofText(value, n))
        .register(connection);
  }

  private static @Nullable Integer ofLong(@Nullable Long value, @Nullable Integer buckets) {
    return value == null || buckets == null ? null : bucket(hash(value), buckets);
  }

  private static @Nullable Integer ofText(@Nullable String value, @Nullable Integer buckets) {
    return value == null || buckets == null ? null : bucket(hash(value), buckets);
  }

  private static int bucket(int hash, int buckets) {
    return (hash & Integer.MAX_VALUE) % buckets;
  }

  static int hash(long value) {
    int hash = mixed(0, (int) value);
    return end(mixed(hash, (int) (value >>> 32)), Long.BYTES);
  }

  static int hash(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    int hash = 0;
    int whole = bytes.length & ~3;
    for (int i = 0; i < whole; i += 4) {
      hash = mixed(hash, word(bytes, i, 4));
    }
    if (whole < bytes.length) {
      hash ^= scrambled(word(bytes, whole, bytes.length - whole));
    }
    return end(hash, bytes.length);
  }

  private static int word(byte[] bytes, int from, int count) {
    int word = 0;
    for (int i = 0; i < count; i++) {
      word |= (bytes[from + i] & 0xff) << (8 * i);
    }
    return word;
  }

  private static int scrambled(int word) {
    return Integer.rotateLeft(word * C1, 15) * C2;
  }

  private static int mixed(int hash, int word) {
    return Integer.rotateLeft(hash ^ scrambled(word), 13) * 5 + 0xe6546b64;
  }

  private static int end(int hash, int length) {
    int h = hash ^ length;
    h = (h ^ (h >>> 16)) * 0x85ebca6b;
    h = (h ^ (h >>> 13)) * 0xc2b2ae35;
    return h ^ (h >>> 16);
  }
}
