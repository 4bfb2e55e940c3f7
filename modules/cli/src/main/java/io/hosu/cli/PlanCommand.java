package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what applying the project would do. */
@Command(
    name = "plan",
    description = {
      "Shows what hosu apply would change, and who would be able to see or do what that nobody is",
      "able to now, or the other way round. Makes no change."
    },
    footer = {
      "",
      "Warns of grants to nobody, of grants that have no effect, and of columns tagged as personal",
      "(pii, and not pii: none) that become readable in the clear.",
      "Exit code 0: it could be applied. 1: it could not, or --strict and there are warnings."
    })
final class PlanCommand implements Callable<Integer> {
  @Option(
      names = "--project",
      paramLabel = "DIR",
      description = "The project's folder. Default: the current one.")
  String project = "";

  @Option(names = "--strict", description = "Warnings count as errors.")
  boolean strict;

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  PlanCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    JsonNode answer = ChangesView.ask(server.client(context), context, project, true);
    new ChangesView(context.terminal()).show(answer, output.format);
    boolean warned =
        !answer.path("mistakes").isEmpty() || !answer.path("access").path("warnings").isEmpty();
    return strict && warned ? Cli.FAILED : Cli.OK;
  }
}
