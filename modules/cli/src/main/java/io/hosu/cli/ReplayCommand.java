package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends events of the log once more. */
@Command(
    name = "replay",
    description = "Sends events of the log once more to a stage, or to all stages that take them.",
    footer = {
      "",
      "The event log is the archive: how long it keeps events is the setting events.retention.",
      "A stage that has processed an object's bytes before has nothing to do when it is told of",
      "them again; one that reads events gets a row for each.",
      "",
      "  hosu replay shop.orders.book --from 2h",
      "  hosu replay --domain shop --from 7d --to 1d --pattern '{\"source\": [\"com.example\"]}'"
    })
final class ReplayCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DOMAIN.PIPELINE.STAGE", arity = "0..1", description = "To which stage.")
  String stage = "";

  @Option(names = "--domain", paramLabel = "DOMAIN", description = "To all stages of a domain.")
  String domain = "";

  @Option(names = "--all", description = "To all stages of the lake.")
  boolean all;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "TIME",
      description = "Events from then on: a duration (1h) or a time (2026-11-25T17:00:00Z).")
  String from = "";

  @Option(names = "--to", paramLabel = "TIME", description = "Events before then. Default: now.")
  String to = "";

  @Option(
      names = "--pattern",
      paramLabel = "PATTERN",
      description = "Of them, those that a pattern takes: JSON, a file that holds it, or -.")
  String pattern = "";

  @Option(names = "--dry-run", description = "Says how many there are, and sends none.")
  boolean dryRun;

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  ReplayCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    requireOneTarget();
    JsonNode answer = server.client(context).post(ApiPath.of("/v1/replays"), body());
    if (output.format == Format.JSON) {
      new Answers(context.terminal()).json(answer);
    } else if (dryRun) {
      context
          .terminal()
          .say(
              "would send %d events as %d messages"
                  .formatted(answer.path("events").asLong(), answer.path("messages").asLong()));
    } else {
      String id = answer.path("id").asText();
      context.terminal().say(id);
      context.terminal().note("See how far it is with: hosu replays show " + id);
    }
    return Cli.OK;
  }

  private ObjectNode body() throws IOException {
    ObjectNode body = Json.object();
    body.put("from", OptionValues.time("--from", from, context.clock()));
    if (!to.isEmpty()) {
      body.put("to", OptionValues.time("--to", to, context.clock()));
    }
    if (all) {
      body.put("all", true);
    } else {
      body.put(stage.isEmpty() ? "domain" : "stage", stage.isEmpty() ? domain : stage);
    }
    body.put("dry_run", dryRun);
    if (!pattern.isEmpty()) {
      body.set("pattern", JsonArgument.read(pattern, context.terminal()));
    }
    return body;
  }

  /** Everything once more is nothing that anybody should get by leaving a word out. */
  private void requireOneTarget() {
    int targets = (stage.isEmpty() ? 0 : 1) + (domain.isEmpty() ? 0 : 1) + (all ? 1 : 0);
    if (targets != 1) {
      throw new Invalid(
          CliError.USAGE_WRONG,
          targets == 0
              ? "It is not said to which stages."
              : "More than one of a stage, --domain and --all is given.",
          "Give one: a stage, --domain DOMAIN, or --all.");
    }
  }
}
