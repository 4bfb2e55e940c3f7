package io.hosu.query.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnDirectoryTest {
  @TempDir Path parent;

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void twoInOnePlaceDoNotTouchOneAnother() throws IOException {
    try (OwnDirectory one = OwnDirectory.in(parent)) {
      Path file = Files.createFile(one.path().resolve("kept"));
      try (OwnDirectory other = OwnDirectory.in(parent)) {
        assertThat(other.path()).isNotEqualTo(one.path());
      }
      assertThat(file).exists();
    }
    assertThat(left()).isEmpty();
  }

  @Test
  void whatDeadProcessesLeftIsRemoved() throws IOException {
    Files.createFile(parent.resolve("dead.lock"));
    Files.createDirectories(parent.resolve("dead/engine-1/input"));
    Files.createDirectories(parent.resolve("engine-7")); // of a version that had no locks
    try (OwnDirectory own = OwnDirectory.in(parent)) {
      assertThat(left())
          .containsExactly(own.path().getFileName().toString(), own.path().getFileName() + ".lock");
    }
  }

  @Test
  void whatALivingProcessHasStays() throws Exception {
    Path lock = Files.createFile(parent.resolve("living.lock"));
    Path kept = Files.createDirectories(parent.resolve("living/engine-1"));
    Process living = locking(lock);
    try (OwnDirectory _ = OwnDirectory.in(parent)) {
      assertThat(kept).exists();
    } finally {
      living.destroyForcibly().waitFor();
    }
    try (OwnDirectory _ = OwnDirectory.in(parent)) {
      assertThat(kept).doesNotExist();
    }
  }

  /** Another process that has the lock, and keeps it until it is ended. */
  private static Process locking(Path lock) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                lock.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.inputReader().readLine()).isEqualTo("locked");
    return process;
  }

  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException {
      try (FileChannel channel =
          FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
        channel.lock();
        System.out.println("locked");
        System.out.flush();
        int ended = System.in.read();
        System.exit(ended);
      }
    }
  }
}
