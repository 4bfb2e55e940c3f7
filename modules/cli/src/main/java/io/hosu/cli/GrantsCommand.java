package io.hosu.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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
  static final class Show extends ListCommand {
    @Option(names = "--principal", paramLabel = "NAME", description = "Those of one principal.")
    String principal = "";

    Show(Context context) {
      super(
          context,
          "No grants.",
          Column.text("id"),
          Column.text("principal"),
          Column.text("permissions"),
          Column.text("on"),
          Column.text("source"));
    }

    @Override
    ApiPath path() {
      return GRANTS.query("principal", principal);
    }
  }

  /** Takes some back. */
  @Command(name = "revoke", description = "Takes grants back that were made by command.")
  static final class Revoke extends DeleteCommand {
    Revoke(Context context) {
      super(context, GRANTS, "revoked");
    }
  }
}
