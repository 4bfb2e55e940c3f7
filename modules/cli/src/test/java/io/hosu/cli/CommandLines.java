package io.hosu.cli;

import io.hosu.testing.ManualClock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Runs command lines as a script would, and keeps what they print. */
final class CommandLines {
  final ManualClock clock = new ManualClock(Instant.parse("2026-11-25T17:00:00Z"));
  final Map<String, String> environment = new HashMap<>();
  LocalServer local = new NoLocalServer();
  Screen screen = Screen.NONE;
  byte[] piped = {};
  private Consumer<Instant> pausing = _ -> {};
  private final Path folder;

  /** What a command line came to. */
  record Result(int exit, String out, String err) {}

  CommandLines(Path folder) {
    this.folder = folder;
  }

  CommandLines with(FakeServer server) {
    environment.put("HOSU_URL", server.url().toString());
    environment.put("HOSU_TOKEN", "secret");
    return this;
  }

  /** Whenever a command has waited, {@code work} is told the time. */
  void pausing(Consumer<Instant> work) {
    pausing = work;
  }

  private void pause(Duration duration) {
    clock.advance(duration);
    pausing.accept(clock.instant());
  }

  Result run(String... words) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(piped),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            environment,
            folder,
            screen);
    int exit = new Cli(new Context(terminal, local, clock, this::pause)).run(words);
    return new Result(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
