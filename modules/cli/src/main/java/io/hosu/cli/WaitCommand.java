package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Waits until the lake is quiet. */
@Command(
    name = "wait",
    description = "Waits until no event, message or execution is pending.",
    footer = {"", "Exit code 0: nothing is pending. 1: the time ran out first."})
final class WaitCommand implements Callable<Integer> {
  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "How long at most. Default: 60s.")
  String timeout = "60s";

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  WaitCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Duration most = OptionValues.duration("--timeout", timeout);
    Instant begin = context.clock().instant();
    Map<String, Long> pending =
        new Executions(server.client(context), context).awaitQuiet(most, () -> {});
    switch (output.format) {
      case TABLE -> tell(pending, Duration.between(begin, context.clock().instant()));
      case JSON -> json(pending);
      case CSV -> csv(pending);
    }
    return pending.isEmpty() ? Cli.OK : Cli.FAILED;
  }

  private void json(Map<String, Long> pending) {
    ObjectNode answer = Json.object();
    ObjectNode counts = answer.putObject("pending");
    pending.forEach(counts::put);
    new Answers(context.terminal()).json(answer);
  }

  private void csv(Map<String, Long> pending) {
    Iterator<JsonNode> kinds =
        pending.entrySet().stream()
            .<JsonNode>map(
                kind -> Json.object().put("kind", kind.getKey()).put("pending", kind.getValue()))
            .iterator();
    new Answers(context.terminal())
        .list(kinds, Format.CSV, "", Column.text("kind"), Column.number("pending"));
  }

  private void tell(Map<String, Long> pending, Duration waited) {
    if (pending.isEmpty()) {
      context.terminal().say("nothing is pending");
      return;
    }
    context.terminal().say("still pending: " + counts(pending));
    context
        .terminal()
        .note(
            "hosu: Work was pending after %s.\n      See what with: hosu executions list [%s]"
                .formatted(Column.millis(waited.toMillis()), CliError.WORK_PENDING));
  }

  /** Counts for people: {@code 3 events, 1 execution}. */
  static String counts(Map<String, Long> pending) {
    return pending.entrySet().stream()
        .map(kind -> kind.getValue() + " " + kind.getKey())
        .collect(Collectors.joining(", "));
  }
}
