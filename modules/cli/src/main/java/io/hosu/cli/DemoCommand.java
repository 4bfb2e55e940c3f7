package io.hosu.cli;

import io.hosu.cli.LocalServer.Request;
import io.hosu.cli.LocalServer.Running;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.HosuException.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the example on a lake that is thrown away. */
@Command(
    name = "demo",
    description = "Runs the example on a lake that is thrown away.",
    footer = {"", "Exit code 0: every number was the expected one."})
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--example",
      paramLabel = "DIR",
      description = "The example project. Default: the aviation example that comes with Hosu.")
  String example = "";

  @Option(names = "--keep", description = "Keeps the lake and says where it is.")
  boolean keep;

  private final Context context;

  DemoCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    ServerLog.onlyErrors();
    Path project = project();
    Path data = Files.createTempDirectory("hosu-demo-");
    Instant begin = context.clock().instant();
    try {
      int differences = run(project, data);
      end(differences, Duration.between(begin, context.clock().instant()), data);
      return Cli.OK;
    } finally {
      if (!keep) {
        delete(data);
      }
    }
  }

  private int run(Path project, Path data) throws IOException {
    context.terminal().say("A throw-away lake in " + data);
    Running running =
        context.local().start(new Request(project, data, "127.0.0.1", 0, 0, Map.of()));
    try {
      context.terminal().say(UpCommand.ready(running));
      String token = ServerAddress.read(data.resolve("admin.env")).getOrDefault("HOSU_TOKEN", "");
      ServerAddress server = new ServerAddress(running.http(), token, running.certificate());
      return new Demo(context, server, project, DemoScript.aviation()).run();
    } finally {
      running.stop();
    }
  }

  private void end(int differences, Duration took, Path data) {
    if (differences > 0) {
      throw new Unavailable(
          CliError.DEMO_DIFFERS,
          "%d numbers are not the expected ones.".formatted(differences),
          "Look at the lines marked DIFFERS above; keep the lake with: hosu demo --keep");
    }
    context
        .terminal()
        .say("\nEvery number is the expected one (%s).".formatted(Column.millis(took.toMillis())));
    if (keep) {
      context.terminal().say("The lake is kept in " + data);
    }
    context
        .terminal()
        .say(
            """

            Next:
              hosu init my_lake && cd my_lake && hosu up      a lake of your own
              hosu put FILE raw/...                           put files in
              hosu sql                                        ask, with completion
              hosu executions list                            what ran
              hosu help                                       every command\
            """);
  }

  private Path project() {
    Path found =
        example.isEmpty()
            ? Path.of(System.getProperty("hosu.home", ".")).resolve("examples/aviation")
            : context.terminal().resolve(example);
    if (!Files.isRegularFile(found.resolve("lake.yaml"))) {
      throw new NotFound(
          CliError.FILE_NOT_FOUND,
          "The example was not found in %s.".formatted(found.toAbsolutePath()),
          "Name its folder with: hosu demo --example DIR");
    }
    return found;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
