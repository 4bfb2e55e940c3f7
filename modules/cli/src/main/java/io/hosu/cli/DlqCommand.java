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
      DlqCommand.Redrive.class,
      DlqCommand.Drop.class
    })
final class DlqCommand {
  private static final ApiPath DEAD_LETTERS = ApiPath.of("/v1/dead-letters");
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
  static final class Show extends ListCommand {
    @Option(names = "--stage", paramLabel = "NAME", description = "Those of one stage.")
    String stage = "";

    Show(Context context) {
      super(context, "No dead letters.", COLUMNS);
    }

    @Override
    ApiPath path() {
      return DEAD_LETTERS.query("stage", stage);
    }
  }

  /** Shows one. */
  @Command(name = "show", description = "Shows a dead letter: cause, object, line, remedy, event.")
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
  static final class Redrive implements Callable<Integer> {
    @Parameters(paramLabel = "ID", arity = "0..*", description = "Ids, or unique beginnings.")
    List<String> ids = new ArrayList<>();

    @Option(names = "--all", description = "Every dead letter.")
    boolean all;

    @Option(
        names = "--where",
        paramLabel = "FIELD=VALUE",
        description = "Those that fit: stage, pipeline, domain, code, since. All given must fit.")
    List<String> where = new ArrayList<>();

    @Option(names = "--dry-run", description = "Lists which would be sent, and sends none.")
    boolean dryRun;

    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();
    private final Context context;

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
        tell(answer.path("redriven").asLong(), answer.path("left").asLong());
      } else {
        answers.json(answer);
      }
      return Cli.OK;
    }

    private void tell(long redriven, long left) {
      context
          .terminal()
          .say("redriven %d dead letter%s".formatted(redriven, redriven == 1 ? "" : "s"));
      if (left > 0) {
        context
            .terminal()
            .note("%d stay: their stages are gone. See: hosu dlq list".formatted(left));
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
