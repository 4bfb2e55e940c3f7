package io.hosu.objects;

/** A checksum that grows with the bytes. Belongs to one thread. */
public interface RunningChecksum {
  /** Takes the next bytes. */
  void update(byte[] bytes, int offset, int length);

  /** The value over all bytes, most significant byte first. May be asked once, at the end. */
  byte[] value();
}
