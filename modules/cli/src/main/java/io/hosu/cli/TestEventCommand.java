package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Tries a pattern out. */
@Command(
    name = "test",
    description = "Says whether a pattern takes an event, clause by clause.",
    footer = {
      "",
      "Without EVENT the newest events of the log are tried.",
      "Exit code 0: it takes the event, or some. 1: it takes none.",
      "",
      "  hosu events test '{\"source\": [\"hosu.objects\"]}'",
      "  hosu events test pattern.json event.json"
    })
final class TestEventCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "PATTERN",
      description = "The pattern: JSON, a file that holds it, or -.")
  String pattern = "";

  @Parameters(
      index = "1",
      paramLabel = "EVENT",
      arity = "0..1",
      description = "An event: JSON, a file that holds it, or -.")
  String event = "";

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  TestEventCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    ObjectNode body = Json.object();
    body.set("pattern", JsonArgument.read(pattern, context.terminal()));
    if (!event.isEmpty()) {
      body.set("event", JsonArgument.read(event, context.terminal()));
    }
    JsonNode answer = server.client(context).post(ApiPath.of("/v1/events/test"), body);
    boolean matches = answer.path("matches").asBoolean() || answer.path("matched").asInt() > 0;
    if (output.format == Format.JSON) {
      new Answers(context.terminal()).json(answer);
    } else if (event.isEmpty()) {
      tellTried(answer);
    } else {
      tellClauses(answer);
    }
    return matches ? Cli.OK : Cli.FAILED;
  }

  /** As JSON, since 5 is not "5". */
  private static String found(JsonNode clause) {
    return clause
        .path("found")
        .valueStream()
        .map(JsonNode::toString)
        .collect(Collectors.joining(", "));
  }

  private void tellTried(JsonNode answer) {
    if (output.format == Format.TABLE) {
      context
          .terminal()
          .say(
              "takes %d of the newest %d events"
                  .formatted(answer.path("matched").asInt(), answer.path("tried").asInt()));
    }
    if (answer.has("nearest") && output.format == Format.TABLE) {
      tellNearest(answer.path("nearest"));
      return;
    }
    new Answers(context.terminal())
        .list(
            answer.path("events").iterator(),
            output.format,
            "",
            Column.text("time"),
            Column.text("detail-type"),
            Column.text("account"),
            Column.text("resources"),
            Column.text("id"));
  }

  private void tellNearest(JsonNode nearest) {
    JsonNode event = nearest.path("event");
    context
        .terminal()
        .say(
            "the nearest is %s, %s of %s:"
                .formatted(
                    event.path("id").asText(),
                    event.path("detail-type").asText(),
                    event.path("time").asText()));
    new Answers(context.terminal())
        .list(
            nearest.path("clauses").iterator(),
            output.format,
            "",
            Column.text("matches"),
            Column.text("path"),
            new Column("wanted", "WANTED", false, clause -> clause.path("wanted").toString()),
            new Column("found", "FOUND", false, TestEventCommand::found),
            new Column(
                "held",
                "HOLDS FOR",
                false,
                clause ->
                    "%d of %d events"
                        .formatted(clause.path("held").asInt(), nearest.path("of").asInt())));
  }

  private void tellClauses(JsonNode answer) {
    boolean matches = answer.path("matches").asBoolean();
    if (output.format == Format.TABLE) {
      context.terminal().say(matches ? "takes the event" : "does not take the event");
    }
    new Answers(context.terminal())
        .list(
            answer.path("clauses").iterator(),
            output.format,
            "",
            Column.text("matches"),
            Column.text("path"),
            new Column("wanted", "WANTED", false, clause -> clause.path("wanted").toString()),
            new Column("found", "FOUND", false, TestEventCommand::found));
    boolean each =
        answer.path("clauses").valueStream().allMatch(it -> it.path("matches").asBoolean());
    if (!matches && each && output.format == Format.TABLE) {
      context
          .terminal()
          .note("Each clause holds by itself, but not within one element of the arrays.");
    }
  }
}
