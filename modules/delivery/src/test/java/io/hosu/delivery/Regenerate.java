package io.hosu.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that are made by the tests and kept in the repository. */
final class Regenerate {
  static final String COMMAND = "./build -pl modules/delivery -am test -Dhosu.regenerate=true";
  private static final boolean WANTED = Boolean.getBoolean("hosu.regenerate");

  private Regenerate() {}

  /** Fails when {@code file} does not hold {@code text}; writes it when that was asked for. */
  static void require(Path file, String text) throws IOException {
    if (WANTED) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    }
    assertThat(Files.exists(file) ? Files.readString(file) : "")
        .as("%s; made by: %s", file, COMMAND)
        .isEqualTo(text);
  }

  /** The root of the repository: tests run in the folder of their module. */
  static Path repository() {
    return Path.of("../..").toAbsolutePath().normalize();
  }
}
