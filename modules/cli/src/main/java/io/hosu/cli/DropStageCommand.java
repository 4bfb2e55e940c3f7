package io.hosu.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Forgets stages that were removed. */
@Command(
    name = "drop",
    description = {
      "Drops removed stages for good, with the messages that wait for their return.",
      "Says what becomes of the rows that they wrote."
    })
final class DropStageCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "ID",
      arity = "1..*",
      description = "Which, by what the list calls them in its first column.")
  List<String> ids = new ArrayList<>();

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  DropStageCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    LakeClient client = server.client(context);
    List<String> rows = new ArrayList<>();
    int done =
        Outcomes.each(
            context,
            output,
            ids,
            "dropped",
            id -> rows.add(client.delete(ApiPath.of("/v1/stages").part(id)).path("rows").asText()));
    if (output.format == Format.TABLE) {
      rows.stream().filter(told -> !told.isEmpty()).forEach(context.terminal()::say);
    }
    return done;
  }
}
