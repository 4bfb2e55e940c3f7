package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The dead letters. */
@Command(
    name = "dlq",
    description = "The dead letters: messages that failed for good. Without a verb: list.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DlqCommand.Show.class,
      DlqCommand.Detail.class,
      EditDeadLetterCommand.class,
      DlqCommand.Redrive.class,
      DlqCommand.Drop.class
    })
final class DlqCommand {
  static final ApiPath DEAD_LETTERS = ApiPath.of("/v1/dead-letters");
  private static final Column[] COLUMNS = {
    Column.text("id"),
    Column.text("queue"),
    Column.text("cause.code"),
    Column.text("cause.object"),
    Column.number("cause.line"),
    Column.number("redriven"),
    Column.text("buried_at"),
    Column.text("cause.what")
  };

  /** Lists them. */
  @Command(name = "list", description = "Lists dead letters, the newest first.")
  static final class Show extends RecentCommand {
    @Option(names = "--stage", paramLabel = "NAME", description = "Those of one stage.")
    String stage = "";

    @Option(
        names = "--pipeline",
        paramLabel = "NAME",
        description = "Those of one pipeline, as DOMAIN.PIPELINE.")
    String pipeline = "";

    @Option(names = "--domain", paramLabel = "NAME", description = "Those of one domain.")
    String domain = "";

    @Option(names = "--code", paramLabel = "CODE", description = "Those with this cause.")
    String code = "";

    @Option(
        names = "--until",
        paramLabel = "TIME",
        description = "Those that are older: a duration (1h) or a time (2026-11-25T17:00:00Z).")
    String until = "";

    @Option(
        names = "--text",
        paramLabel = "TEXT",
        description = "Those whose cause, object, sample or event holds this.")
    String text = "";

    Show(Context context) {
      super(context, "No dead letters.", COLUMNS);
    }

    @Override
    ApiPath all() {
      return DEAD_LETTERS
          .query("stage", stage)
          .query("pipeline", pipeline)
          .query("domain", domain)
          .query("code", code)
          .query("until", until)
          .query("text", text);
    }
  }

  /** Shows one. */
  @Command(
      name = "show",
      description =
          "Shows a dead letter: cause, remedy, stack, event, and how often it was redriven.")
  static final class Detail extends ShowCommand {
    Detail(Context context) {
      super(context, DEAD_LETTERS);
    }
  }

  /** Sends them again. */
  @Command(
      name = "redrive",
      description = "Sends dead letters to their queues again.",
      footer = {
        "",
        "  hosu dlq redrive 01jdq3        one, by the beginning of its id",
        "  hosu dlq redrive --all         all",
        "  hosu dlq redrive --where stage=aviation.strikes.clean --where since=1h"
      })
  static class Redrive implements Callable<Integer> {
    @Parameters(paramLabel = "ID", arity = "0..*", description = "Ids, or unique beginnings.")
    List<String> ids = new ArrayList<>();

    @Option(names = "--all", description = "Every dead letter.")
    boolean all;

    @Option(
        names = "--where",
        paramLabel = "FIELD=VALUE",
        description =
            "Those that fit: stage, pipeline, domain, code, since, until, text. All given must"
                + " fit.")
    List<String> where = new ArrayList<>();

    @Option(names = "--dry-run", description = "Lists which would be sent, and sends none.")
    boolean dryRun;

    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();
    final Context context;

    Redrive(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      LakeClient client = server.client(context);
      RedriveSelection selection = RedriveSelection.of(ids, all, where);
      Answers answers = new Answers(context.terminal());
      if (dryRun) {
        answers.list(
            selection.list(client, DEAD_LETTERS), output.format, "None would be sent.", COLUMNS);
        return Cli.OK;
      }
      JsonNode answer = client.post(DEAD_LETTERS.part("redrive"), selection.body());
      if (output.format == Format.TABLE) {
        tell(answer);
      } else {
        answers.json(answer);
      }
      return Cli.OK;
    }

    private void tell(JsonNode answer) {
      Terminal terminal = context.terminal();
      long redriven = answer.path("redriven").asLong();
      JsonNode already = answer.path("already");
      JsonNode gone = answer.path("gone");
      if (redriven > 0 || (already.isEmpty() && gone.isEmpty())) {
        terminal.say("redriven %d dead letter%s".formatted(redriven, redriven == 1 ? "" : "s"));
      }
      already.forEach(one -> terminal.say(before(one)));
      gone.forEach(id ->
          terminal.say("%s is no dead letter any more: it was dropped".formatted(id.asText())));
      noteThatStay(terminal, answer.path("left").asLong(), "their stages are gone");
      noteThatStay(
          terminal,
          answer.path("denied").asLong(),
          "they are of pipelines on which you do not have REDRIVE");
    }

    private static String before(JsonNode one) {
      String queue = one.path("queue").asText();
      String course =
          switch (one.path("status").asText()) {
            case "WAITING" -> "it waits in " + queue;
            case "RECEIVED" ->
                "execution %s of %s works on it".formatted(one.path("execution").asText(), queue);
            default -> "%s is done with it".formatted(queue);
          };
      return "%s was redriven already, at %s by %s; %s"
          .formatted(
              one.path("id").asText(),
              one.path("redriven_at").asText(),
              one.path("redriven_by").asText(),
              course);
    }

    private static void noteThatStay(Terminal terminal, long count, String why) {
      if (count > 0) {
        terminal.note("%d stay: %s. See: hosu dlq list".formatted(count, why));
      }
    }
  }

  /** Gives them up. */
  @Command(name = "drop", description = "Drops dead letters for good.")
  static final class Drop extends DeleteCommand {
    Drop(Context context) {
      super(context, DEAD_LETTERS, "dropped");
    }
  }
}
