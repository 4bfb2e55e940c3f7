package io.hosu.server;

import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.store.StoreError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Where a server keeps what it keeps: secrets, everybody's data. */
final class DataDirectory {
  private DataDirectory() {}

  /**
   * The folder {@code data}, which is its owner's alone when it is made here.
   *
   * @throws Unavailable {@link StoreError#DATABASE_UNAVAILABLE} when it cannot be made
   */
  static Path at(Path data) {
    try {
      return Files.exists(data)
          ? data
          : Files.createDirectories(
              data,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new Unavailable(
          StoreError.DATABASE_UNAVAILABLE,
          "The data directory %s cannot be made: %s.".formatted(data, e),
          "Give the server a folder that it may write, with: hosu up --data DIR",
          e);
    }
  }
}
