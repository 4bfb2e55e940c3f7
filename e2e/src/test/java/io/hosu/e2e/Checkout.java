package io.hosu.e2e;

import java.nio.file.Files;
import java.nio.file.Path;

/** The checkout that these tests run in. */
final class Checkout {
  private Checkout() {}

  /** The folder that holds the {@code build} command. */
  static Path root() {
    Path start = Path.of("").toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("build")) && Files.exists(folder.resolve("STYLE.md"))) {
        return folder;
      }
    }
    throw new IllegalStateException("No checkout holds " + start);
  }
}
