package io.hosu.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Who may act. */
@Command(
    name = "principals",
    description = "Users, roles and services. Without a verb: list.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {PrincipalsCommand.Show.class, PrincipalsCommand.Create.class})
final class PrincipalsCommand {
  static final ApiPath PRINCIPALS = ApiPath.of("/v1/principals");

  /** Lists them. */
  @Command(name = "list", description = "Lists principals.")
  static final class Show extends ListCommand {

    Show(Context context) {
      super(
          context,
          "No principals.",
          Column.text("name"),
          Column.text("kind"),
          Column.text("administrator"),
          Column.text("created_at"));
    }

    @Override
    ApiPath path() {
      return PRINCIPALS;
    }
  }

  /** Makes one. */
  @Command(name = "create", description = "Makes a principal.")
  static final class Create implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "Its name.")
    String name = "";

    @Option(
        names = "--kind",
        paramLabel = "KIND",
        description = "What it is: user, role or service. Default: user.")
    String kind = "user";

    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();
    private final Context context;

    Create(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      String known = OptionValues.oneOf("--kind", kind, List.of("user", "role", "service"));
      ObjectNode body = Json.object().put("name", name).put("kind", known);
      var answer = server.client(context).post(PRINCIPALS, body);
      if (output.format == Format.JSON) {
        new Answers(context.terminal()).json(answer);
      } else {
        context.terminal().say("created %s %s".formatted(kind, name));
      }
      return Cli.OK;
    }
  }
}
