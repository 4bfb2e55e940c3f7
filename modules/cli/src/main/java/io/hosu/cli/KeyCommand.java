package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Access keys for the S3 door. */
@Command(
    name = "key",
    description = "Access keys, for S3 clients.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = KeyCommand.Create.class)
final class KeyCommand {

  /** Makes one. */
  @Command(name = "create", description = "Makes an access key. The secret is shown once, here.")
  static final class Create implements Callable<Integer> {
    @Parameters(paramLabel = "PRINCIPAL", description = "Whose key it is.")
    String principal = "";

    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();
    private final Context context;

    Create(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      ApiPath path = PrincipalsCommand.PRINCIPALS.part(principal).part("keys");
      JsonNode key = server.client(context).post(path, Json.object());
      if (output.format == Format.JSON) {
        new Answers(context.terminal()).json(key);
      } else {
        context.terminal().say("AWS_ACCESS_KEY_ID=" + key.path("access_key_id").asText());
        context.terminal().say("AWS_SECRET_ACCESS_KEY=" + key.path("secret_access_key").asText());
      }
      return Cli.OK;
    }
  }
}
