package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The executions of stages. */
@Command(
    name = "executions",
    description = "The executions of stages. Without a verb: list.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ExecutionsCommand.Show.class, ExecutionsCommand.Detail.class})
final class ExecutionsCommand {
  static final Column[] COLUMNS = {
    Column.text("id"),
    Column.text("pipeline"),
    Column.text("stage"),
    Column.text("status"),
    Column.number("attempt"),
    Column.number("rows_out"),
    Column.text("created_at"),
    Column.millis("duration_ms"),
    Column.text("cause")
  };

  /** Lists them. */
  @Command(name = "list", description = "Lists executions, the newest first.")
  static final class Show implements Callable<Integer> {
    @Option(names = "--pipeline", paramLabel = "NAME", description = "Those of one pipeline.")
    String pipeline = "";

    @Option(names = "--stage", paramLabel = "NAME", description = "Those of one stage.")
    String stage = "";

    @Option(
        names = "--status",
        paramLabel = "STATUS",
        description = "Those in one status: PENDING, RUNNING, SUCCEEDED or FAILED.")
    String status = "";

    @Mixin ListOptions list = new ListOptions();
    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();
    private final Context context;

    Show(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      ApiPath path =
          ApiPath.of("/v1/executions")
              .query("pipeline", pipeline)
              .query("stage", stage)
              .query("status", status.toUpperCase(java.util.Locale.ROOT))
              .query("since", list.since(context.clock()));
      new Answers(context.terminal())
          .list(
              new ItemList(server.client(context), path, list.limit),
              output.format,
              "No executions. Put a file that a stage is triggered by, or: hosu run STAGE",
              COLUMNS);
      return Cli.OK;
    }
  }

  /** Shows one. */
  @Command(
      name = "show",
      description = "Shows an execution: attempts, inputs, outputs, timings and error.")
  static final class Detail implements Callable<Integer> {
    @Parameters(paramLabel = "ID", description = "Its id, or any unique beginning of it.")
    String id = "";

    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();
    private final Context context;

    Detail(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      JsonNode execution = server.client(context).get(ApiPath.of("/v1/executions").part(id));
      if (output.format == Format.JSON) {
        new Answers(context.terminal()).json(execution);
      } else {
        new DetailView(context.terminal(), output.format).show(execution);
      }
      return Cli.OK;
    }
  }
}
