package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Drops a table. */
@Command(
    name = "drop",
    description = {
      "Drops a table with all its snapshots; its name is free at once.",
      "One that a declared stage reads or writes, or that a grant names, stays."
    },
    footer = {
      "",
      "What the rows were made of, what was made of them, the quarantine table beside it and dead",
      "letters are not touched. A table that the lake project declares is made again, empty, by",
      "the next 'hosu apply'."
    })
final class TableDropCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DOMAIN.LAYER.TABLE", description = "The table.")
  String table = "";

  @Option(names = "--dry-run", description = "Says what would be dropped, and changes nothing.")
  boolean dryRun;

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  TableDropCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    JsonNode answer =
        server
            .client(context)
            .post(
                ApiPath.of("/v1/tables").part(table).part("drop"),
                Json.object().put("dry_run", dryRun));
    if (output.format == Format.JSON) {
      new Answers(context.terminal()).json(answer);
    } else {
      context.terminal().say((dryRun ? "would drop " : "dropped ") + told(answer));
    }
    return Cli.OK;
  }

  private String told(JsonNode answer) {
    return answer.has("rows")
        ? "%s with %d rows in %d files"
            .formatted(table, answer.path("rows").asLong(), answer.path("files").asLong())
        : table;
  }
}
