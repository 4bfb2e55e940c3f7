package io.hosu.objects.backend;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The operations on which durability rests, apart, so that a simulation can lose power in them. */
interface Disk {

  /** Makes the bytes of a file survive the loss of power. */
  void force(Path file) throws IOException;

  /**
   * Moves a file to a name that does not exist, on the same volume; survives with its directory.
   */
  void rename(Path from, Path to) throws IOException;

  /** Makes the names in a directory survive the loss of power. */
  void forceDirectory(Path directory) throws IOException;

  /** The disk of this machine. */
  static Disk real() {
    return new Disk() {
      @Override
      public void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
      }

      @Override
      public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      }

      @Override
      public void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
          channel.force(true);
        }
      }
    };
  }
}
