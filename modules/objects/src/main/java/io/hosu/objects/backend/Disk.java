package io.hosu.objects.backend;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The operations on which durability rests, apart, so that a simulation can lose power in them. */
interface Disk {

  /** Makes the bytes of a file survive the loss of power. */
  void force(Path file) throws IOException;

  /**
   * The same of many files. A disk that is asked for several at a time writes them in one go, where
   * one after the other each has to wait.
   */
  default void forceAll(List<Path> files) throws IOException {
    for (Path file : files) {
      force(file);
    }
  }

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
      public void forceAll(List<Path> files) throws IOException {
        if (files.size() > 1) {
          AtOnce.each(files, this::force);
        } else {
          Disk.super.forceAll(files);
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

  /** The same disk, left to write what it is given in its own time. */
  static Disk unforced() {
    return new Disk() {
      @Override
      public void force(Path file) {}

      @Override
      public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      }

      @Override
      public void forceDirectory(Path directory) {}
    };
  }
}
