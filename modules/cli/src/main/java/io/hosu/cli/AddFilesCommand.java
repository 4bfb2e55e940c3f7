package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes Parquet objects files of a table where they lie. */
@Command(
    name = "add-files",
    description = {
      "Makes the Parquet objects below a place files of a table where they lie, without a copy.",
      "All of them, or none; those that are files of the table already stay as they are."
    },
    footer = {
      "",
      "A table that is not there is made, partitioned by the folders name=value. Nobody can change",
      "or delete the objects until no snapshot of the table has them, or the table is dropped.",
      "",
      "  hosu tables add-files shop.stage.visits raw/shop/visits --dry-run",
      "  hosu tables add-files shop.stage.visits s3://raw/shop/visits/"
    })
final class AddFilesCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "DOMAIN.LAYER.TABLE", description = "The table.")
  String table = "";

  @Parameters(index = "1", paramLabel = "LAYER/PREFIX", description = "Where the objects lie.")
  String place = "";

  @Option(names = "--dry-run", description = "Says what would be done, and changes nothing.")
  boolean dryRun;

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  AddFilesCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ObjectNode body = Json.object().put("place", place).put("dry_run", dryRun);
    LakeClient client = server.client(context);
    ApiPath path = ApiPath.of("/v1/tables").part(table).part("files");
    JsonNode answer = Looking.during(context, client, () -> client.post(path, body));
    if (output.format == Format.JSON) {
      new Answers(context.terminal()).json(answer);
      return Cli.OK;
    }
    context.terminal().say(told(table, answer));
    return Cli.OK;
  }

  /** What was done, or would be. */
  static String told(String table, JsonNode answer) {
    long known = answer.path("files_known").asLong();
    String also = known == 0 ? "" : "; %,d are files of it already".formatted(known);
    if (!answer.path("changes").asBoolean()) {
      return "nothing to add to %s%s".formatted(table, also);
    }
    String execution = answer.path("execution").asText("");
    return "%s %s, %,d rows to %s%s%s%s"
        .formatted(
            answer.path("dry_run").asBoolean() ? "would add" : "added",
            count(answer.path("files_added").asLong(), "file"),
            answer.path("rows").asLong(),
            answer.path("new").asBoolean() ? "the new table " : "",
            table,
            also,
            execution.isEmpty() ? "" : ": " + execution);
  }

  /** A number of things, for people. */
  static String count(long number, String one) {
    return "%,d %s%s".formatted(number, one, number == 1 ? "" : "s");
  }
}
