package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The tables of the lake. */
@Command(
    name = "tables",
    description = "The tables of the lake. Without a verb: list.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      TablesCommand.Show.class,
      TablesCommand.Describe.class,
      TablesCommand.History.class,
      TablesCommand.Schemas.class,
      TableRollbackCommand.class,
      TableDropCommand.class,
      UpkeepCommands.Compact.class,
      UpkeepCommands.Expire.class,
      OrphansCommand.class,
      DeleteRowsCommand.class,
      RefCommands.Refs.class,
      RefCommands.Branch.class,
      RefCommands.Tag.class,
      RefCommands.FastForward.class,
      ExportCommand.class,
      AddFilesCommand.class
    })
final class TablesCommand {

  /** Lists them. */
  @Command(name = "list", description = "Lists the tables that you may see.")
  static final class Show extends ListCommand {
    @Option(names = "--domain", paramLabel = "DOMAIN", description = "Those of one domain.")
    String domain = "";

    Show(Context context) {
      super(
          context,
          "No tables yet. A stage makes its target when it first succeeds.",
          Column.text("name"),
          Column.number("rows"),
          Column.number("files"),
          Column.size("bytes"),
          Column.text("changed_at"));
    }

    @Override
    ApiPath path() {
      return ApiPath.of("/v1/tables").query("domain", domain);
    }
  }

  /** Describes one. */
  @Command(name = "describe", description = "Shows a table's columns, partitioning and state.")
  static final class Describe implements Callable<Integer> {
    @Parameters(paramLabel = "DOMAIN.LAYER.TABLE", description = "The table.")
    String table = "";

    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();
    private final Context context;

    Describe(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      JsonNode answer = server.client(context).get(ApiPath.of("/v1/tables").part(table));
      Answers answers = new Answers(context.terminal());
      switch (output.format) {
        case JSON -> answers.json(answer);
        case CSV -> columns(answers, answer);
        case TABLE -> {
          answers.facts(answer, "columns", "properties");
          context.terminal().out().println();
          columns(answers, answer);
        }
      }
      return Cli.OK;
    }

    private void columns(Answers answers, JsonNode answer) {
      answers.list(
          answer.path("columns").iterator(),
          output.format,
          "No columns.",
          Column.text("name"),
          Column.text("type"),
          Column.text("nullable"),
          Column.text("description"));
    }
  }

  /** Shows which columns one had. */
  @Command(
      name = "schemas",
      description = "Shows how a table's columns changed, by whom and by which execution.")
  static final class Schemas extends ListCommand {
    @Parameters(paramLabel = "DOMAIN.LAYER.TABLE", description = "The table.")
    String table = "";

    Schemas(Context context) {
      super(
          context,
          "No change of the columns since this is kept.",
          Column.number("number"),
          Column.text("time"),
          Column.text("principal"),
          Column.text("execution"),
          Column.text("changes"));
    }

    @Override
    ApiPath path() {
      return ApiPath.of("/v1/tables").part(table).part("schemas");
    }
  }

  /** Shows what happened to one. */
  @Command(name = "history", description = "Shows a table's snapshots, the newest first.")
  static final class History extends ListCommand {
    @Parameters(paramLabel = "DOMAIN.LAYER.TABLE", description = "The table.")
    String table = "";

    History(Context context) {
      super(
          context,
          "No snapshots yet.",
          Column.text("id"),
          Column.text("time"),
          Column.text("operation"),
          Column.number("added_rows"),
          Column.number("removed_rows"),
          Column.number("total_rows"),
          Column.text("execution"));
    }

    @Override
    ApiPath path() {
      return ApiPath.of("/v1/tables").part(table).part("history");
    }
  }
}
