package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sets a table back to a snapshot. */
@Command(
    name = "rollback",
    description = "Sets a table back to one of its snapshots.",
    footer = {
      "",
      "What executions committed since is taken back as 'hosu rollback EXECUTION' does it: with",
      "--cascade also what others made of it. A table under contract keeps its columns."
    })
final class TableRollbackCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DOMAIN.LAYER.TABLE", description = "The table.")
  String table = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "SNAPSHOT",
      description = "The snapshot, as 'hosu tables history' has it.")
  String to = "";

  @Option(
      names = "--cascade",
      description = "Takes back those too that committed since or read what they published.")
  boolean cascade;

  @Option(names = "--dry-run", description = "Lists what would go back, and changes nothing.")
  boolean dryRun;

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  TableRollbackCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ObjectNode body = Json.object().put("to", to).put("cascade", cascade).put("dry_run", dryRun);
    JsonNode answer =
        server.client(context).post(ApiPath.of("/v1/tables").part(table).part("rollback"), body);
    RollbackCommand.print(context, output, answer, dryRun ? "would take back" : "took back");
    return Cli.OK;
  }
}
