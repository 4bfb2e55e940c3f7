package io.hosu.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The views that engines made. */
@Command(
    name = "views",
    description = "The views that engines made at the Iceberg door. Without a verb: list.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ViewsCommand.All.class, ViewsCommand.Describe.class, ViewsCommand.Drop.class})
final class ViewsCommand {
  private static final ApiPath VIEWS = ApiPath.of("/v1/views");

  /** Lists them. */
  @Command(name = "list", description = "Lists the views that you may see.")
  static final class All extends ListCommand {
    @Option(names = "--domain", paramLabel = "DOMAIN", description = "Those of one domain.")
    String domain = "";

    All(Context context) {
      super(
          context,
          "No views. Engines make them at the Iceberg door: CREATE VIEW in Spark.",
          Column.text("name"));
    }

    @Override
    ApiPath path() {
      return VIEWS.query("domain", domain);
    }
  }

  /** Describes one. */
  @Command(name = "describe", description = "Shows a view's columns, and its SQL by dialect.")
  static final class Describe extends DetailCommand {
    @Parameters(paramLabel = "DOMAIN.LAYER.VIEW", description = "The view.")
    String view = "";

    Describe(Context context) {
      super(context);
    }

    @Override
    ApiPath path() {
      return VIEWS.part(view);
    }
  }

  /** Drops one. */
  @Command(name = "drop", description = "Drops a view; the tables that it reads stay as they are.")
  static final class Drop implements Callable<Integer> {
    @Parameters(paramLabel = "DOMAIN.LAYER.VIEW", description = "The view.")
    String view = "";

    @Mixin ServerOptions server = new ServerOptions();
    private final Context context;

    Drop(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      server.client(context).delete(VIEWS.part(view));
      context.terminal().say("dropped " + view);
      return Cli.OK;
    }
  }
}
