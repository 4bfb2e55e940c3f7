package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What crawlers propose for tables that objects do not fit. */
final class ProposalCommands {
  private static final ApiPath PROPOSALS = ApiPath.of("/v1/crawl-proposals");

  private ProposalCommands() {}

  /** Lists them. */
  @Command(
      name = "proposals",
      description = "Lists what crawlers propose for their tables, the newest first.")
  static final class All extends ListCommand {
    @Option(
        names = "--status",
        paramLabel = "STATUS",
        description = "Those that are OPEN, APPLIED, REFUSED or SUPERSEDED.")
    String status = "";

    All(Context context) {
      super(
          context,
          "No proposals.",
          Column.text("id"),
          Column.text("table"),
          Column.text("status"),
          Column.text("made_at"),
          Column.text("decided_by"),
          Column.text("proposes"));
    }

    @Override
    ApiPath path() {
      return PROPOSALS.query("status", status);
    }
  }

  /** A command about one proposal. */
  abstract static class OfOne implements Callable<Integer> {
    @Parameters(paramLabel = "ID", description = "The id of the proposal.")
    String id = "";

    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();
    final Context context;

    OfOne(Context context) {
      this.context = context;
    }

    final JsonNode proposal() {
      return server.client(context).get(PROPOSALS.part(id));
    }

    final int decide(String verb, ObjectNode body) {
      JsonNode answer = server.client(context).post(PROPOSALS.part(id).part(verb), body);
      if (output.format == Format.JSON) {
        new Answers(context.terminal()).json(answer);
      } else {
        context
            .terminal()
            .say(
                "%s  %s  %s"
                    .formatted(
                        answer.path("id").asText(),
                        answer.path("status").asText(),
                        answer.path("proposes").asText()));
      }
      return Cli.OK;
    }
  }

  /** Shows one. */
  @Command(
      name = "proposal",
      description = "Shows a proposal, with its change as a diff of a lake project.")
  static final class Detail extends OfOne {
    Detail(Context context) {
      super(context);
    }

    @Override
    public Integer call() {
      JsonNode one = proposal();
      if (output.format != Format.TABLE) {
        new Answers(context.terminal()).json(one);
        return Cli.OK;
      }
      Terminal terminal = context.terminal();
      new Answers(terminal).facts(one, "changes", "diff", "remedy");
      terminal.out().println();
      terminal.out().print(one.path("diff").asText());
      terminal.out().println();
      if (one.path("status").asText().equals("OPEN")) {
        terminal.say("To have it so: " + one.path("remedy").asText());
      }
      return Cli.OK;
    }
  }

  /** Prints the change alone. */
  @Command(
      name = "diff",
      description = "Prints the change that a proposal is, as 'git apply' takes it.")
  static final class Diff extends OfOne {
    Diff(Context context) {
      super(context);
    }

    @Override
    public Integer call() {
      JsonNode one = proposal();
      if (output.format == Format.JSON) {
        new Answers(context.terminal()).json(Json.object().put("diff", one.path("diff").asText()));
      } else {
        context.terminal().out().print(one.path("diff").asText());
      }
      return Cli.OK;
    }
  }

  /** Has one be so. */
  @Command(
      name = "apply",
      description = {
        "Applies a proposal: the table becomes what it says, and what did not fit is loaded.",
        "A table that a lake project declares is changed there first."
      })
  static final class Apply extends OfOne {
    Apply(Context context) {
      super(context);
    }

    @Override
    public Integer call() {
      return decide("apply", Json.object());
    }
  }

  /** Refuses one. */
  @Command(
      name = "refuse",
      description = "Refuses a proposal: the table stays, and the same is not proposed again.")
  static final class Refuse extends OfOne {
    @Option(
        names = "--why",
        paramLabel = "TEXT",
        description = "The reason, kept and shown to who asks.")
    String why = "";

    Refuse(Context context) {
      super(context);
    }

    @Override
    public Integer call() {
      ObjectNode body = Json.object();
      if (!why.isEmpty()) {
        body.put("why", why);
      }
      return decide("refuse", body);
    }
  }
}
