package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.delivery.SessionPolicyFile;
import io.hosu.kernel.Durations;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Acting as a role. */
@Command(
    name = "role",
    description = "Acting as a role for a while.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {RoleCommand.Assume.class, RoleCommand.Show.class, RoleCommand.End.class})
final class RoleCommand {
  private static final String SESSIONS = "sessions";

  private static ApiPath sessions(String role) {
    return PrincipalsCommand.PRINCIPALS.part(role).part(SESSIONS);
  }

  /** Begins a session. */
  @Command(
      name = "assume",
      description = {
        "Prints credentials with which you act as a role that trusts you, as variables for a",
        "shell: for S3 clients, and a token for commands and the API. They end by themselves."
      },
      footer = {
        "",
        "  set -a; . <(hosu role assume loader --ttl 15m); set +a",
        "",
        "The policy is a file of grants as access/ has them, without 'to'. The session may do what",
        "both the role and the policy allow:",
        "",
        "  grants: [{ allow: [SELECT], on: shop.stage.orders, columns: { except: [price] } }]"
      })
  static final class Assume implements Callable<Integer> {
    @Parameters(paramLabel = "ROLE", description = "As which role.")
    String role = "";

    @Option(
        names = "--ttl",
        paramLabel = "DURATION",
        description = "For how long, at most 12h. Default: 1h.")
    String ttl = "";

    @Option(
        names = "--policy",
        paramLabel = "FILE",
        description = "What of the role's rights. Default: all.")
    String policy = "";

    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();
    private final Context context;

    Assume(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() throws IOException {
      ObjectNode body = Json.object();
      if (!ttl.isEmpty()) {
        body.put("ttl", Durations.print(OptionValues.duration("--ttl", ttl)));
      }
      if (!policy.isEmpty()) {
        Source.of(List.of(policy), false, context.terminal());
        byte[] bytes = Files.readAllBytes(context.terminal().resolve(policy));
        body.set(
            "policy", SessionPolicyFile.read(policy, new String(bytes, StandardCharsets.UTF_8)));
      }
      JsonNode session = server.client(context).post(sessions(role), body);
      if (output.format == Format.JSON) {
        new Answers(context.terminal()).json(session);
      } else {
        say("AWS_ACCESS_KEY_ID", session, "access_key_id");
        say("AWS_SECRET_ACCESS_KEY", session, "secret_access_key");
        say("AWS_SESSION_TOKEN", session, "session_token");
        say("HOSU_TOKEN", session, "token");
      }
      return Cli.OK;
    }

    private void say(String variable, JsonNode session, String field) {
      context.terminal().say(variable + "=" + session.path(field).asText());
    }
  }

  /** Lists sessions. */
  @Command(
      name = "sessions",
      description = "Lists who acts as a role: you, or for administrators everybody.")
  static final class Show extends ListCommand {
    @Parameters(paramLabel = "ROLE", description = "As which role.")
    String role = "";

    Show(Context context) {
      super(
          context,
          "Nobody.",
          Column.text("id"),
          Column.text("person"),
          Column.text("status"),
          Column.text("created_at"),
          Column.text("expires_at"),
          Column.text("last_used_at"));
    }

    @Override
    ApiPath path() {
      return sessions(role);
    }
  }

  /** Ends sessions. */
  @Command(name = "end", description = "Ends sessions before their time.")
  static final class End implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "ROLE", description = "Of which role.")
    String role = "";

    @Parameters(
        index = "1..*",
        paramLabel = "ID",
        arity = "1..*",
        description = "Which, by what the list calls them in its first column.")
    List<String> ids = new ArrayList<>();

    @Mixin ServerOptions server = new ServerOptions();
    private final Context context;

    End(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      LakeClient client = server.client(context);
      for (String id : ids) {
        client.delete(sessions(role).part(id));
        context.terminal().say("ended " + id);
      }
      return Cli.OK;
    }
  }
}
