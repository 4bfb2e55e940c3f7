package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Durations;
import io.hosu.kernel.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Bearer tokens for API and commands. */
@Command(
    name = "token",
    description = "Bearer tokens, for API and commands.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = TokenCommand.Create.class)
final class TokenCommand {

  /** Makes one. */
  @Command(
      name = "create",
      description = "Makes a token and prints it alone. It is shown once, here.")
  static final class Create implements Callable<Integer> {
    @Parameters(paramLabel = "PRINCIPAL", description = "Whose token it is.")
    String principal = "";

    @Option(
        names = "--ttl",
        paramLabel = "DURATION",
        description = "How long it holds, for example 1h. Default: the server's setting.")
    String ttl = "";

    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();
    private final Context context;

    Create(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      ObjectNode body = Json.object();
      if (!ttl.isEmpty()) {
        body.put("ttl", Durations.print(OptionValues.duration("--ttl", ttl)));
      }
      ApiPath path = PrincipalsCommand.PRINCIPALS.part(principal).part("tokens");
      JsonNode token = server.client(context).post(path, body);
      if (output.format == Format.JSON) {
        new Answers(context.terminal()).json(token);
      } else {
        context.terminal().say(token.path("token").asText());
      }
      return Cli.OK;
    }
  }
}
