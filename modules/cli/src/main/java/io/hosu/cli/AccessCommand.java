package io.hosu.cli;

import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Who has what. */
@Command(
    name = "access",
    description = "Who may do something, what somebody may do, and requests for access.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      AccessCommand.Who.class,
      AccessCommand.Of.class,
      AccessRequestCommands.Ask.class,
      AccessRequestCommands.Show.class,
      AccessRequestCommands.Approve.class,
      AccessRequestCommands.Refuse.class,
      AccessRequestCommands.Withdraw.class
    })
final class AccessCommand {
  private static final ApiPath ACCESS = ApiPath.of("/v1/access");

  /** Who may do something. */
  @Command(
      name = "who",
      description = {
        "Lists who may do something, with the grant by which they may, and what narrows it: for",
        "administrators and owners, what they are."
      })
  static final class Who extends ListCommand {
    @Parameters(
        paramLabel = "RESOURCE",
        description = "On what, for example DOMAIN.LAYER.TABLE or DOMAIN.LAYER.TABLE.COLUMN.")
    String resource = "";

    @Option(names = "--permission", paramLabel = "NAME", description = "What. Default: SELECT.")
    String permission = "SELECT";

    Who(Context context) {
      super(
          context,
          "Nobody.",
          Column.text("principal"),
          Column.text("decision"),
          Column.text("grant.id").headed("GRANT"),
          Column.text("grant.principal").headed("GRANTED TO"),
          Column.text("grant.on"),
          GrantLimits.ofGrantIn("grant"));
    }

    @Override
    ApiPath path() {
      return ACCESS
          .part("who")
          .query("on", resource)
          .query("permission", permission.toUpperCase(Locale.ROOT));
    }
  }

  /** What somebody may do. */
  @Command(
      name = "of",
      description = "Lists all grants that somebody has, of their own, by groups and attributes.")
  static final class Of extends ListCommand {
    @Parameters(paramLabel = "PRINCIPAL", description = "Who.")
    String principal = "";

    Of(Context context) {
      super(
          context,
          "Nothing.",
          Column.text("id"),
          Column.text("principal"),
          Column.text("effect"),
          Column.text("permissions"),
          Column.text("on"),
          GrantLimits.ofGrants(),
          Column.text("source"));
    }

    @Override
    ApiPath path() {
      return ACCESS.part("of").part(principal);
    }
  }
}
