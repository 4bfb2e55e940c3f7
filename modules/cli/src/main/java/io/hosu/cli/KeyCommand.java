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

/** Access keys for the S3 door. */
@Command(
    name = "key",
    description = "Access keys, for S3 clients.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      KeyCommand.Create.class,
      KeyCommand.Show.class,
      KeyCommand.Rotate.class,
      KeyCommand.Disable.class,
      KeyCommand.Enable.class,
      KeyCommand.Delete.class
    })
final class KeyCommand {
  private static final String KEYS = "keys";

  /** Makes one. */
  @Command(name = "create", description = "Makes an access key. The secret is shown once, here.")
  static final class Create implements Callable<Integer> {
    @Parameters(paramLabel = "PRINCIPAL", description = "Whose key it is.")
    String principal = "";

    @Option(
        names = "--ttl",
        paramLabel = "DURATION",
        description = "How long it is good, for example 90d. Default: until it is deleted.")
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
      ApiPath path = PrincipalsCommand.PRINCIPALS.part(principal).part(KEYS);
      return show(context, output, server.client(context).post(path, body));
    }
  }

  /** Makes one beside another, which ends soon. */
  @Command(
      name = "rotate",
      description = {
        "Makes an access key in the place of another, which is still good for a while.",
        "The secret is shown once, here."
      })
  static final class Rotate extends CredentialRotation {
    Rotate(Context context) {
      super(context, KEYS);
    }

    @Override
    int show(Context shownIn, OutputOptions as, JsonNode made) {
      return KeyCommand.show(shownIn, as, made);
    }
  }

  private static int show(Context context, OutputOptions output, JsonNode key) {
    if (output.format == Format.JSON) {
      new Answers(context.terminal()).json(key);
    } else {
      context.terminal().say("AWS_ACCESS_KEY_ID=" + key.path("access_key_id").asText());
      context.terminal().say("AWS_SECRET_ACCESS_KEY=" + key.path("secret_access_key").asText());
    }
    return Cli.OK;
  }

  /** Lists them. */
  @Command(name = "list", description = "Lists the access keys of a principal, without secrets.")
  static final class Show extends CredentialList {
    Show(Context context) {
      super(
          context,
          KEYS,
          Column.text("id"),
          Column.text("status"),
          Column.text("created_at"),
          Column.text("expires_at"),
          Column.text("last_used_at"));
    }
  }

  /** Switches some off. */
  @Command(name = "disable", description = "Switches access keys off.")
  static final class Disable extends CredentialChange {
    Disable(Context context) {
      super(context, KEYS, Verb.DISABLE);
    }
  }

  /** Switches some on again. */
  @Command(name = "enable", description = "Switches access keys on again.")
  static final class Enable extends CredentialChange {
    Enable(Context context) {
      super(context, KEYS, Verb.ENABLE);
    }
  }

  /** Ends some. */
  @Command(name = "delete", description = "Ends access keys for good.")
  static final class Delete extends CredentialChange {
    Delete(Context context) {
      super(context, KEYS, Verb.DELETE);
    }
  }
}
