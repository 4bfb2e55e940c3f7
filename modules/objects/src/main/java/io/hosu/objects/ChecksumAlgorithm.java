package io.hosu.objects;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** The ways in which a client can say what bytes it sent. */
public enum ChecksumAlgorithm {
  MD5,
  SHA1,
  SHA256,
  CRC32,
  CRC32C,
  CRC64NVME;

  /** The algorithm of this name as S3 writes it ({@code CRC32C}, {@code SHA256}), in any case. */
  public static Optional<ChecksumAlgorithm> find(String name) {
    for (ChecksumAlgorithm algorithm : values()) {
      if (algorithm.name().equals(name.toUpperCase(Locale.ROOT))) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }

  /** A checksum over no bytes yet. */
  public RunningChecksum start() {
    return switch (this) {
      case MD5 -> new DigestChecksum(digest("MD5"));
      case SHA1 -> new DigestChecksum(digest("SHA-1"));
      case SHA256 -> new DigestChecksum(digest("SHA-256"));
      case CRC32 -> new CyclicChecksum(new CRC32(), 4);
      case CRC32C -> new CyclicChecksum(new CRC32C(), 4);
      case CRC64NVME -> new CyclicChecksum(new Crc64Nvme(), 8);
    };
  }

  /** The length of its value in bytes. */
  public int length() {
    return switch (this) {
      case MD5 -> 16;
      case SHA1 -> 20;
      case SHA256 -> 32;
      case CRC32, CRC32C -> 4;
      case CRC64NVME -> 8;
    };
  }

  private static MessageDigest digest(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has " + name, e);
    }
  }

  private record DigestChecksum(MessageDigest digest) implements RunningChecksum {
    @Override
    public void update(byte[] bytes, int offset, int length) {
      digest.update(bytes, offset, length);
    }

    @Override
    public byte[] value() {
      return digest.digest();
    }
  }

  private record CyclicChecksum(Checksum checksum, int width) implements RunningChecksum {
    @Override
    public void update(byte[] bytes, int offset, int length) {
      checksum.update(bytes, offset, length);
    }

    @Override
    public byte[] value() {
      byte[] value = new byte[width];
      long rest = checksum.getValue();
      for (int i = width - 1; i >= 0; i--) {
        value[i] = (byte) rest;
        rest >>>= 8;
      }
      return value;
    }
  }
}
