package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Files where a table has its own that nothing of it knows. */
@Command(
    name = "orphans",
    description =
        "Lists files that lie where a table has its own, and that no snapshot of it names.",
    footer = {
      "",
      "Engines leave them whose commits came to nothing. They go by themselves when they are older",
      "than upkeep.orphan-delay; their bytes stay for objects.keep-versions."
    })
final class OrphansCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DOMAIN.LAYER.TABLE", description = "The table.")
  private String table = "";

  @Option(
      names = "--older-than",
      paramLabel = "AGE",
      description = "Those older than this, at least 1h; standard: upkeep.orphan-delay.")
  private String olderThan = "";

  @Option(names = "--remove", description = "Removes them.")
  private boolean remove;

  @Mixin private ServerOptions server = new ServerOptions();
  @Mixin private OutputOptions output = new OutputOptions();
  private final Context context;

  OrphansCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ObjectNode body = Json.object().put("dry_run", !remove);
    if (!olderThan.isEmpty()) {
      body.put("older_than", olderThan);
    }
    JsonNode answer =
        server.client(context).post(ApiPath.of("/v1/tables").part(table).part("orphans"), body);
    if (output.format == Format.JSON) {
      new Answers(context.terminal()).json(answer);
      return Cli.OK;
    }
    for (JsonNode file : answer.path("files")) {
      context
          .terminal()
          .say(
              "%s  %d bytes, of %s"
                  .formatted(
                      file.path("object").asText(),
                      file.path("size").asLong(),
                      file.path("created_at").asText()));
    }
    context.terminal().say(said(answer));
    return Cli.OK;
  }

  private static String said(JsonNode answer) {
    String age = answer.path("older_than").asText();
    if (!answer.path("changes").asBoolean()) {
      return "no file older than %s is unknown to the table".formatted(age);
    }
    long removed = answer.path("files_removed").asLong();
    String execution = answer.path("execution").asText("");
    return execution.isEmpty()
        ? "older than %s: %d; remove them with --remove".formatted(age, answer.path("files").size())
        : "removed %d: %s".formatted(removed, execution);
  }
}
