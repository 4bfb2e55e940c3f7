package io.hosu.objects.backend;

import io.hosu.testing.CrashPoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A disk that can lose power at each point: what was not forced is then lost. Bytes that were never
 * forced are cut in half, names that were never forced are gone.
 */
final class FragileDisk implements Disk {
  private final Disk real = Disk.real();
  private final CrashPoints points;
  private final Set<Path> forcedBytes = new HashSet<>();
  private final List<Path> unforcedNames = new ArrayList<>();

  FragileDisk(CrashPoints points) {
    this.points = points;
  }

  @Override
  public void force(Path file) throws IOException {
    points.pass("before forcing a file");
    real.force(file);
    synchronized (this) {
      forcedBytes.add(file.toAbsolutePath());
    }
    points.pass("after forcing a file");
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    points.pass("before a rename");
    real.rename(from, to);
    synchronized (this) {
      if (forcedBytes.remove(from.toAbsolutePath())) {
        forcedBytes.add(to.toAbsolutePath());
      }
      unforcedNames.add(to.toAbsolutePath());
    }
    points.pass("after a rename");
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    points.pass("before forcing a directory");
    synchronized (this) {
      unforcedNames.removeIf(name -> directory.toAbsolutePath().equals(name.getParent()));
    }
    points.pass("after forcing a directory");
  }

  /** What is left on the disk when the power comes back. */
  synchronized void losePower(Path data) throws IOException {
    for (Path name : unforcedNames) {
      Files.deleteIfExists(name);
    }
    try (var files = Files.walk(data)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!forcedBytes.contains(file.toAbsolutePath())
            && file.getFileName().toString().length() == 26) {
          byte[] bytes = Files.readAllBytes(file);
          Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        }
      }
    }
  }
}
