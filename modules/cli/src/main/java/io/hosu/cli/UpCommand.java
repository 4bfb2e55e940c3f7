package io.hosu.cli;

import io.hosu.cli.LocalServer.Request;
import io.hosu.cli.LocalServer.Running;
import io.hosu.kernel.HosuException.Unavailable;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jline.utils.Signals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a server in the foreground. */
@Command(
    name = "up",
    description = "Runs a server in the foreground and applies the project.",
    footer = {
      "",
      "Prints one line that begins with 'ready' when console, API and S3 door answer. Ctrl-C or",
      "SIGTERM stops it. At the first start, the administrator's credentials are kept in",
      "DATA/admin.env: set -a; . .hosu/admin.env; set +a"
    })
final class UpCommand implements Callable<Integer> {
  private static final Duration STOP = Duration.ofSeconds(5);
  private static final int ANSWERS_WITHIN = 100;

  @Option(
      names = "--project",
      paramLabel = "DIR",
      description = "The lake project. Default: the current folder.")
  String project = "";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where everything is kept. Default: .hosu in the project's folder.")
  String data = "";

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "The address to listen on. Default: 127.0.0.1, this machine only.")
  String host = "127.0.0.1";

  @Option(
      names = "--http-port",
      paramLabel = "N",
      description = "The port of console and API; 0 means any free one. Default: 8000.")
  int httpPort = 8000;

  @Option(
      names = "--s3-port",
      paramLabel = "N",
      description = "The port of the S3 door; 0 means any free one. Default: 9000.")
  int s3Port = 9000;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting. See them all with: hosu settings")
  Map<String, String> settings = new LinkedHashMap<>();

  private final Context context;
  private final CountDownLatch asked = new CountDownLatch(1);

  UpCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    OptionValues.port("--http-port", httpPort);
    OptionValues.port("--s3-port", s3Port);
    stopOn("TERM", "INT", "HUP");
    Path folder = context.terminal().resolve(project);
    Path kept = data.isEmpty() ? folder.resolve(".hosu") : context.terminal().resolve(data);
    Running running =
        context.local().start(new Request(folder, kept, host, httpPort, s3Port, settings));
    try {
      if (running.firstStart()) {
        tellFirstStart(kept.resolve("admin.env"));
      }
      Trust trust = Trust.in(running.certificate());
      awaitAnswer(running.http(), trust);
      awaitAnswer(running.s3(), trust);
      context.terminal().say(ready(running));
      asked.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      endWithin(STOP, running);
    }
    return Cli.OK;
  }

  /** The line that scripts wait for. */
  static String ready(Running running) {
    return "ready  console/API %s  S3 %s".formatted(running.http(), running.s3());
  }

  /** The first signal asks to stop; a second one does not wait. */
  private void stopOn(String... signals) {
    for (String signal : signals) {
      Signals.register(
          signal,
          () -> {
            if (asked.getCount() == 0) {
              Runtime.getRuntime().halt(Cli.FAILED);
            }
            asked.countDown();
          });
    }
  }

  /** Shows secrets to eyes alone: what is no terminal may be a log that somebody keeps. */
  private void tellFirstStart(Path file) throws IOException {
    context
        .terminal()
        .note(
            "This is the first start. The administrator's credentials are kept in %s"
                .formatted(file));
    if (context.terminal().screen().output()) {
      for (var value : new java.util.TreeMap<>(ServerAddress.read(file)).entrySet()) {
        context.terminal().say("  %s=%s".formatted(value.getKey(), value.getValue()));
      }
    }
  }

  private void awaitAnswer(URI door, Trust trust) {
    for (int i = 0; i < ANSWERS_WITHIN; i++) {
      if (answers(door, trust)) {
        return;
      }
      context.pause().pause(Duration.ofMillis(100));
    }
    throw new Unavailable(
        CliError.SERVER_NOT_STARTED,
        "The server listens at %s, but does not answer there.".formatted(door),
        "Look at the log above; check the machine with: hosu doctor");
  }

  /** Any status is an answer: a door that asks who is there is open. */
  private static boolean answers(URI door, Trust trust) {
    try {
      HttpURLConnection connection = (HttpURLConnection) door.toURL().openConnection();
      trust.applyToSelf(connection);
      connection.setConnectTimeout(1000);
      connection.setReadTimeout(5000);
      connection.setInstanceFollowRedirects(false);
      int status = connection.getResponseCode();
      connection.disconnect();
      return status > 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** A server that cannot end in time is left as a crash would leave it, which loses nothing. */
  private static void endWithin(Duration time, Running running) {
    Thread guard =
        Thread.ofPlatform()
            .daemon()
            .name("stop-guard")
            .start(() -> {
              try {
                Thread.sleep(time);
                Runtime.getRuntime().halt(Cli.FAILED);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    running.stop();
    guard.interrupt();
  }
}
