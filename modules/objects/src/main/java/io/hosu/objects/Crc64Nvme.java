package io.hosu.objects;

import java.util.zip.Checksum;

/** The 64-bit CRC of the NVM Express specification, eight bytes a step. */
final class Crc64Nvme implements Checksum {
  private static final long POLYNOMIAL = 0x9A6C_9329_AC4B_C9B5L; // bits reversed
  private static final long[][] TABLES = tables();

  private long state = ~0L;

  @Override
  public void update(int value) {
    state = TABLES[0][(int) (state ^ value) & 0xFF] ^ (state >>> 8);
  }

  @Override
  public void update(byte[] bytes, int offset, int length) {
    int at = offset;
    int end = offset + length;
    long crc = state;
    for (; end - at >= 8; at += 8) {
      crc ^= littleEndian(bytes, at);
      long next = 0;
      for (int i = 0; i < 8; i++) {
        next ^= TABLES[7 - i][(int) (crc >>> (8 * i)) & 0xFF];
      }
      crc = next;
    }
    for (; at < end; at++) {
      crc = TABLES[0][(int) (crc ^ bytes[at]) & 0xFF] ^ (crc >>> 8);
    }
    state = crc;
  }

  @Override
  public long getValue() {
    return ~state;
  }

  @Override
  public void reset() {
    state = ~0L;
  }

  private static long littleEndian(byte[] bytes, int at) {
    long value = 0;
    for (int i = 7; i >= 0; i--) {
      value = value << 8 | (bytes[at + i] & 0xFF);
    }
    return value;
  }

  private static long[][] tables() {
    long[][] tables = new long[8][256];
    for (int value = 0; value < 256; value++) {
      long crc = value;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 1 ? crc >>> 1 ^ POLYNOMIAL : crc >>> 1;
      }
      tables[0][value] = crc;
    }
    for (int table = 1; table < 8; table++) {
      for (int value = 0; value < 256; value++) {
        long before = tables[table - 1][value];
        tables[table][value] = before >>> 8 ^ tables[0][(int) before & 0xFF];
      }
    }
    return tables;
  }
}
