package io.hosu.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The executions of stages. */
@Command(
    name = "executions",
    description = "The executions of stages. Without a verb: list.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ExecutionsCommand.Show.class, ExecutionsCommand.Detail.class})
final class ExecutionsCommand {
  private static final ApiPath EXECUTIONS = ApiPath.of("/v1/executions");
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

  private static final List<String> STATUSES =
      List.of("PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED");

  /** Lists them. */
  @Command(name = "list", description = "Lists executions, the newest first.")
  static final class Show extends ListCommand {
    @Option(names = "--pipeline", paramLabel = "NAME", description = "Those of one pipeline.")
    String pipeline = "";

    @Option(names = "--stage", paramLabel = "NAME", description = "Those of one stage.")
    String stage = "";

    @Option(
        names = "--status",
        paramLabel = "STATUS",
        description = "Those in one status: PENDING, RUNNING, SUCCEEDED, FAILED or CANCELLED.")
    String status = "";

    Show(Context context) {
      super(
          context,
          "No executions. Put a file that a stage is triggered by, or: hosu run STAGE",
          COLUMNS);
    }

    @Override
    ApiPath path() {
      return EXECUTIONS
          .query("pipeline", pipeline)
          .query("stage", stage)
          .query("status", OptionValues.oneOf("--status", status, STATUSES));
    }
  }

  /** Shows one. */
  @Command(
      name = "show",
      description =
          "Shows an execution: trigger events, attempts, inputs, outputs, timings and error.")
  static final class Detail extends ShowCommand {
    Detail(Context context) {
      super(context, EXECUTIONS);
    }
  }
}
