package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
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
    subcommands = {
      PrincipalsCommand.Show.class,
      PrincipalsCommand.Describe.class,
      PrincipalsCommand.Create.class,
      PrincipalsCommand.Change.class,
      PrincipalsCommand.HandOver.class,
      PrincipalsCommand.Delete.class
    })
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
          Column.text("groups"),
          Column.text("source"),
          Column.text("created_at"));
    }

    @Override
    ApiPath path() {
      return PRINCIPALS;
    }
  }

  /** Shows one. */
  @Command(
      name = "show",
      description = "Shows a principal with its attributes, trust, keys and tokens.")
  static final class Describe extends DetailCommand {
    @Parameters(paramLabel = "NAME", description = "Which.")
    String name = "";

    Describe(Context context) {
      super(context);
    }

    @Override
    ApiPath path() {
      return PRINCIPALS.part(name);
    }
  }

  /** Makes one. */
  @Command(
      name = "create",
      description = "Makes a principal.",
      footer = {
        "",
        "  hosu principals create alice --group analysts --attribute region=EU",
        "  hosu principals create trino --kind service --keeps-limits",
        "  hosu principals create loader --kind role --trust user:alice --trust group:ops"
      })
  static final class Create implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "Its name.")
    String name = "";

    @Option(
        names = "--kind",
        paramLabel = "KIND",
        description = "What it is: user, role or service. Default: user.")
    String kind = "user";

    @Mixin PrincipalOptions said = new PrincipalOptions();
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
      body.setAll(said.over(Json.object(), new PrincipalOptions.Removed()));
      var answer = server.client(context).post(PRINCIPALS, body);
      if (output.format == Format.JSON) {
        new Answers(context.terminal()).json(answer);
      } else {
        context.terminal().say("created %s %s".formatted(kind, name));
      }
      return Cli.OK;
    }
  }

  /** Changes one. */
  @Command(
      name = "change",
      description = "Changes a principal that was made by command.",
      footer = {
        "",
        "  hosu principals change alice --attribute region=EU --attribute team= --no-group interns",
        "  hosu principals change trino --no-keeps-limits",
        "",
        "An attribute without a value goes. --tag is --attribute by another name."
      })
  static final class Change implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "Which.")
    String name = "";

    @Mixin PrincipalOptions.Removed removed = new PrincipalOptions.Removed();
    @Mixin PrincipalOptions said = new PrincipalOptions();
    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();
    private final Context context;

    Change(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      LakeClient client = server.client(context);
      JsonNode changed =
          client.put(PRINCIPALS.part(name), said.over(client.get(PRINCIPALS.part(name)), removed));
      if (output.format == Format.JSON) {
        new Answers(context.terminal()).json(changed);
      } else {
        context.terminal().say("changed " + name);
      }
      return Cli.OK;
    }
  }

  /** Gives what one holds to another. */
  @Command(
      name = "hand-over",
      description = {
        "Gives the grants of a principal, and the trust of roles in it, to another. What the lake",
        "project declares is told, and changed there."
      })
  static final class HandOver implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "Whose.")
    String name = "";

    @Option(names = "--to", required = true, paramLabel = "NAME", description = "Who gets it.")
    String to = "";

    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();
    private final Context context;

    HandOver(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      JsonNode answer =
          server
              .client(context)
              .post(PRINCIPALS.part(name).part("hand-over"), Json.object().put("to", to));
      if (output.format == Format.JSON) {
        new Answers(context.terminal()).json(answer);
        return Cli.OK;
      }
      int count = answer.path("handed_over").size();
      context.terminal().say("handed over %d things of %s to %s".formatted(count, name, to));
      answer.path("handed_over").forEach(one -> context.terminal().say("  " + one.asText()));
      answer
          .path("declared")
          .forEach(one -> context.terminal().note("the lake project declares it: " + one.asText()));
      return Cli.OK;
    }
  }

  /** Removes one. */
  @Command(
      name = "delete",
      description = {
        "Removes a principal that was made by command, with its keys and tokens. One that owns or",
        "holds something is refused, with what that is."
      })
  static final class Delete extends HolderDelete {
    Delete(Context context) {
      super(context, PRINCIPALS);
    }
  }
}
