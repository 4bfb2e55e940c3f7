package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Has a stage read a table from its first row again. */
@Command(
    name = "reread",
    description =
        "Has the next execution of a stage read all rows of a table, where its SQL reads only"
            + " its changes().")
final class RereadCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "DOMAIN.PIPELINE.STAGE", description = "The stage.")
  String stage = "";

  @Parameters(index = "1", paramLabel = "DOMAIN.LAYER.TABLE", description = "The table.")
  String table = "";

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  RereadCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ApiPath path = ApiPath.of("/v1/stages").part(stage).part("changes").part(table);
    JsonNode answer = server.client(context).delete(path);
    if (output.format == Format.JSON) {
      new Answers(context.terminal()).json(answer);
    } else {
      context
          .terminal()
          .say(
              answer.path("changed").asBoolean()
                  ? "The next execution of %s reads all rows of %s.".formatted(stage, table)
                  : "%s has not read changes of %s: nothing to forget.".formatted(stage, table));
    }
    return Cli.OK;
  }
}
