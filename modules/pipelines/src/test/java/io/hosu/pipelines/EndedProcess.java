package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.testing.CrashPoints;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process of its own that lives a life of the crash matrix up to one of its points, on SQLite,
 * and ends there at once: no handler, no flush, no closing. What it leaves is taken over by the
 * next.
 */
final class EndedProcess {
  private EndedProcess() {}

  /** Lives: which chapter, in which directory, and to which point. */
  public static void main(String[] args) throws IOException {
    CrashPlay.Beginning beginning = CrashMatrixTest.beginning(Integer.parseInt(args[0]));
    try (CrashLife<?> life = beginning.of(TestDatabase.SQLITE, Path.of(args[1]))) {
      life.play(CrashPoints.ending(Long.parseLong(args[2])));
    }
  }

  /** Has such a process live and end; all that it leaves is in {@code directory}. */
  static void live(int chapter, Path directory, int point) {
    try {
      Path said = directory.resolve("said.txt");
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-Xshare:auto",
                  "-cp",
                  System.getProperty("java.class.path"),
                  EndedProcess.class.getName(),
                  Integer.toString(chapter),
                  directory.toString(),
                  Integer.toString(point))
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      int exit = process.waitFor();
      assertThat(exit).as(Files.readString(said)).isEqualTo(CrashPoints.ENDED);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
