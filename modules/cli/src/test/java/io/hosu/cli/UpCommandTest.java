package io.hosu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.delivery.LakeProject;
import io.hosu.delivery.ProjectFiles;
import io.hosu.kernel.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** up, settings and doctor, over a server that is only pretended. */
class UpCommandTest {
  @TempDir Path folder;

  /** Says that it runs where another server does. */
  private static final class PretendedServer implements LocalServer {
    final AtomicReference<Request> request = new AtomicReference<>();
    final CountDownLatch stopped = new CountDownLatch(1);
    private final URI doors;

    PretendedServer(URI doors) {
      this.doors = doors;
    }

    @Override
    public Running start(Request asked) throws IOException {
      request.set(asked);
      Files.createDirectories(asked.data());
      Files.writeString(asked.data().resolve("admin.env"), "HOSU_TOKEN=abc\n");
      return new Running() {
        @Override
        public URI http() {
          return doors;
        }

        @Override
        public URI s3() {
          return doors;
        }

        @Override
        public Optional<Path> certificate() {
          return Optional.empty();
        }

        @Override
        public boolean firstStart() {
          return true;
        }

        @Override
        public void stop() {
          stopped.countDown();
        }
      };
    }

    @Override
    public Collection<Settings.Described> settings() {
      return List.of(new Settings.Described("http.port", "whole number", "8000", "The port."));
    }

    @Override
    public Duration tryWorker() {
      return Duration.ofMillis(300);
    }

    @Override
    public LakeProject.Reading check(ProjectFiles files) {
      return LakeProject.read(files);
    }
  }

  @Test
  void oneLineSaysThatBothDoorsAnswerAndTheEndIsClean() throws Exception {
    try (FakeServer server = new FakeServer()) {
      PretendedServer pretended = new PretendedServer(server.url());
      CommandLines lines = new CommandLines(folder);
      lines.local = pretended;
      AtomicReference<CommandLines.Result> result = new AtomicReference<>();
      Thread up =
          Thread.ofPlatform()
              .start(() -> result.set(lines.run("up", "--http-port", "0", "--set", "a.b=c")));
      while (server.asked().size() < 2) {
        Thread.onSpinWait();
      }
      up.interrupt();
      up.join();

      assertThat(result.get().exit()).isZero();
      assertThat(result.get().out())
          .isEqualTo("ready  console/API %s  S3 %s\n".formatted(server.url(), server.url()));
      assertThat(result.get().err()).contains("admin.env").doesNotContain("abc");
      assertThat(pretended.stopped.getCount()).isZero();
      assertThat(pretended.request.get())
          .isEqualTo(
              new LocalServer.Request(
                  folder, folder.resolve(".hosu"), "127.0.0.1", 0, 9000, Map.of("a.b", "c")));
    }
  }

  @Test
  void settingsAreListedWithoutAServer() {
    CommandLines lines = new CommandLines(folder);
    lines.local = new PretendedServer(URI.create("http://127.0.0.1:1"));

    assertThat(lines.run("settings").out()).contains("http.port").contains("8000");
    assertThat(lines.run("settings", "nothing").out()).startsWith("No setting");
  }

  @Test
  void theDoctorTellsEachCheckWithItsRemedy() throws Exception {
    try (FakeServer server = new FakeServer()) {
      server.on("GET /v1/health", "{\"status\":\"ok\"}");
      CommandLines lines = new CommandLines(folder).with(server);
      lines.local = new PretendedServer(server.url());

      var well = lines.run("doctor");
      assertThat(well.out()).contains("Java", "data folder", "disk", "clock", "engine worker");
      assertThat(well.out()).contains("answers in 300ms");

      lines.local = new NoLocalServer();
      var ill = lines.run("doctor", "-o", "json");
      assertThat(ill.exit()).isEqualTo(1);
      assertThat(ill.out()).contains("\"result\":\"fail\",\"check\":\"engine worker\"");
    }
  }
}
