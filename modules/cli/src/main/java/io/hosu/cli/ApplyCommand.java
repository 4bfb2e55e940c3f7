package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes the server's state equal to the project. */
@Command(name = "apply", description = "Makes the lake equal to the project.")
final class ApplyCommand implements Callable<Integer> {
  @Option(
      names = "--project",
      paramLabel = "DIR",
      description = "The project's folder. Default: the current one.")
  String project = "";

  @Option(names = "--dry-run", description = "Shows the changes, and makes none; see hosu plan.")
  boolean dryRun;

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  ApplyCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    JsonNode answer = ChangesView.ask(server.client(context), context, project, dryRun);
    new ChangesView(context.terminal()).show(answer, output.format);
    return Cli.OK;
  }
}
