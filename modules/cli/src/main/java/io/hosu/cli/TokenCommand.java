package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Durations;
import io.hosu.kernel.Json;
import java.util.ArrayList;
import java.util.List;
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
    subcommands = {
      TokenCommand.Create.class,
      TokenCommand.Show.class,
      TokenCommand.Rotate.class,
      TokenCommand.Disable.class,
      TokenCommand.Enable.class,
      TokenCommand.Delete.class
    })
final class TokenCommand {
  private static final String TOKENS = "tokens";

  /** Makes one. */
  @Command(
      name = "create",
      description = "Makes a token and prints it alone. It is shown once, here.",
      footer = {
        "",
        "  hosu token create airflow --name nightly --door sql --domain sales --ttl 90d"
      })
  static final class Create implements Callable<Integer> {
    @Parameters(paramLabel = "PRINCIPAL", description = "Whose token it is.")
    String principal = "";

    @Option(
        names = "--ttl",
        paramLabel = "DURATION",
        description = "How long it holds, for example 1h. Default: the server's setting.")
    String ttl = "";

    @Option(
        names = "--name",
        paramLabel = "TEXT",
        description = "What it is for, as the list shows it.")
    String name = "";

    @Option(
        names = "--door",
        paramLabel = "DOOR",
        split = ",",
        description =
            "Good for these doors alone: sql, iceberg (with the keys to files that come of it), api"
                + " (all else over HTTP), s3 (the access keys of roles). Default: all.")
    List<String> doors = new ArrayList<>();

    @Option(
        names = "--domain",
        paramLabel = "NAME",
        split = ",",
        description = "Good in these domains alone. Default: wherever the principal has rights.")
    List<String> domains = new ArrayList<>();

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
      if (!name.isEmpty()) {
        body.put("name", name);
      }
      for (String door : doors) {
        String known =
            OptionValues.oneOf("--door", door.strip(), List.of("sql", "api", "s3", "iceberg"));
        body.withArray("doors").add(known);
      }
      domains.forEach(domain -> body.withArray("domains").add(domain.strip()));
      ApiPath path = PrincipalsCommand.PRINCIPALS.part(principal).part(TOKENS);
      return show(context, output, server.client(context).post(path, body));
    }
  }

  /** Makes one beside another, which ends soon. */
  @Command(
      name = "rotate",
      description = {
        "Makes a token in the place of another, good for the same, which still holds for a while.",
        "Prints it alone. It is shown once, here."
      })
  static final class Rotate extends CredentialRotation {
    Rotate(Context context) {
      super(context, TOKENS);
    }

    @Override
    int show(Context shownIn, OutputOptions as, JsonNode made) {
      return TokenCommand.show(shownIn, as, made);
    }
  }

  private static int show(Context context, OutputOptions output, JsonNode token) {
    if (output.format == Format.JSON) {
      new Answers(context.terminal()).json(token);
    } else {
      context.terminal().say(token.path("token").asText());
    }
    return Cli.OK;
  }

  /** Lists them. */
  @Command(name = "list", description = "Lists the tokens of a principal, without their texts.")
  static final class Show extends CredentialList {
    Show(Context context) {
      super(
          context,
          TOKENS,
          Column.text("id"),
          Column.text("name"),
          Column.text("status"),
          Column.text("doors"),
          Column.text("domains"),
          Column.text("created_at"),
          Column.text("expires_at"),
          Column.text("last_used_at"));
    }
  }

  /** Switches some off. */
  @Command(name = "disable", description = "Switches tokens off.")
  static final class Disable extends CredentialChange {
    Disable(Context context) {
      super(context, TOKENS, Verb.DISABLE);
    }
  }

  /** Switches some on again. */
  @Command(name = "enable", description = "Switches tokens on again.")
  static final class Enable extends CredentialChange {
    Enable(Context context) {
      super(context, TOKENS, Verb.ENABLE);
    }
  }

  /** Ends some. */
  @Command(name = "delete", description = "Ends tokens for good.")
  static final class Delete extends CredentialChange {
    Delete(Context context) {
      super(context, TOKENS, Verb.DELETE);
    }
  }
}
