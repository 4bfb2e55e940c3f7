package io.hosu.cli;

import io.hosu.testing.HosuProcess.Ran;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Runs commands of the program against a real server without a process for each. */
public final class CommandsHere {
  private CommandsHere() {}

  /** Runs one, with these variables and no others. */
  public static Ran run(Path folder, Map<String, String> environment, String... words) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            InputStream.nullInputStream(),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            environment,
            folder,
            Screen.NONE);
    Context context =
        new Context(
            terminal,
            new NoLocalServer(),
            InstantSource.system(),
            pause -> LockSupport.parkNanos(pause.toNanos()));
    int exit = new Cli(context).run(words);
    return new Ran(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
