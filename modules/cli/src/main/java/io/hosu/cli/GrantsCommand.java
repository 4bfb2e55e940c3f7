package io.hosu.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Who may do what on what. */
@Command(
    name = "grants",
    description = "Who may do what on what. Without a verb: list.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {GrantsCommand.Show.class, GrantsCommand.Revoke.class})
final class GrantsCommand {
  static final ApiPath GRANTS = ApiPath.of("/v1/grants");

  /** Lists them. */
  @Command(name = "list", description = "Lists grants.")
  static final class Show implements Callable<Integer> {
    @Option(names = "--principal", paramLabel = "NAME", description = "Those of one principal.")
    String principal = "";

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
          GRANTS.query("principal", principal).query("since", list.since(context.clock()));
      new Answers(context.terminal())
          .list(
              new ItemList(server.client(context), path, list.limit),
              output.format,
              "No grants.",
              Column.text("id"),
              Column.text("principal"),
              Column.text("permissions"),
              Column.text("on"),
              Column.text("source"));
      return Cli.OK;
    }
  }

  /** Takes some back. */
  @Command(name = "revoke", description = "Takes grants back that were made by command.")
  static final class Revoke implements Callable<Integer> {
    @Parameters(paramLabel = "ID", arity = "1..*", description = "The grants' ids.")
    List<String> ids = new ArrayList<>();

    @Mixin ServerOptions server = new ServerOptions();
    private final Context context;

    Revoke(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      LakeClient client = server.client(context);
      for (String id : ids) {
        client.delete(GRANTS.part(id));
        context.terminal().say("revoked " + id);
      }
      return Cli.OK;
    }
  }
}
