package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deletes rows of a table so that nothing of them is left. */
@Command(
    name = "delete-rows",
    description = "Deletes rows of a table for good: from all its snapshots and from the disk.",
    footer = {
      "",
      "All earlier snapshots of the table go, and all its branches and tags. What the rows were",
      "made of, what was made of them, its quarantine table and dead letters are not touched:",
      "hosu trace tells of them."
    })
final class DeleteRowsCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DOMAIN.LAYER.TABLE", description = "The table.")
  String table = "";

  @Option(
      names = "--where",
      required = true,
      paramLabel = "EXPRESSION",
      description = "Which rows: an SQL expression over the table's columns.")
  String where = "";

  @Option(
      names = "--why",
      required = true,
      paramLabel = "TEXT",
      description = "The reason, which is kept with the execution; the expression is not.")
  String why = "";

  @Option(
      names = "--dry-run",
      description = "Says how many rows would be deleted, and changes nothing.")
  boolean dryRun;

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  DeleteRowsCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ObjectNode body = Json.object().put("where", where).put("why", why).put("dry_run", dryRun);
    JsonNode answer =
        server.client(context).post(ApiPath.of("/v1/tables").part(table).part("delete-rows"), body);
    if (output.format == Format.JSON) {
      new Answers(context.terminal()).json(answer);
    } else {
      context.terminal().say(dryRun ? planned(answer) : done(answer));
    }
    return Cli.OK;
  }

  private static String planned(JsonNode answer) {
    return "would delete %d rows, and every earlier snapshot"
        .formatted(answer.path("rows").asLong());
  }

  private String done(JsonNode answer) {
    return "deleted %d rows: %s%n%d snapshots and %d files are gone; %d such rows are left in %s%nnot touched: %sthe objects it was made of, its quarantine table and dead letters"
        .formatted(
            answer.path("rows_deleted").asLong(),
            answer.path("execution").asText(),
            answer.path("snapshots_removed").asLong(),
            answer.path("files_purged").asLong(),
            answer.path("rows_left").asLong(),
            table,
            sources(answer.path("cloned_from")));
  }

  private static String sources(JsonNode clonedFrom) {
    List<String> names = new ArrayList<>();
    clonedFrom.forEach(name -> names.add(name.asText()));
    return names.isEmpty() ? "" : String.join(", ", names) + ", of which it is a clone; ";
  }
}
