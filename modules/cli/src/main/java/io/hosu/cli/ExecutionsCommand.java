package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The executions of stages. */
@Command(
    name = "executions",
    description = "The executions of stages. Without a verb: list.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ExecutionsCommand.Show.class,
      ExecutionsCommand.Detail.class,
      ExecutionsCommand.Events.class,
      ExecutionsCommand.Cancel.class
    })
final class ExecutionsCommand {
  private static final ApiPath EXECUTIONS = ApiPath.of("/v1/executions");
  static final Column[] COLUMNS = {
    Column.text("id"),
    Column.text("pipeline"),
    Column.text("stage"),
    Column.text("status"),
    Column.number("attempt"),
    Column.number("rows_out"),
    Column.text("created_at"),
    Column.millis("duration_ms"),
    Column.text("cause")
  };

  private static final List<String> STATUSES =
      List.of("PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED");

  /** Lists them. */
  @Command(name = "list", description = "Lists executions, the newest first.")
  static final class Show extends RecentCommand {
    @Option(names = "--pipeline", paramLabel = "NAME", description = "Those of one pipeline.")
    String pipeline = "";

    @Option(names = "--stage", paramLabel = "NAME", description = "Those of one stage.")
    String stage = "";

    @Option(
        names = "--status",
        paramLabel = "STATUS",
        description = "Those in one status: PENDING, RUNNING, SUCCEEDED, FAILED or CANCELLED.")
    String status = "";

    Show(Context context) {
      super(
          context,
          "No executions. Put a file that a stage is triggered by, or: hosu run STAGE",
          COLUMNS);
    }

    @Override
    ApiPath all() {
      return EXECUTIONS
          .query("pipeline", pipeline)
          .query("stage", stage)
          .query("status", OptionValues.oneOf("--status", status, STATUSES));
    }
  }

  /** Cancels some. */
  @Command(
      name = "cancel",
      description = {
        "Cancels executions that have not ended, and ends the work on them.",
        "Their messages become dead letters; 'hosu retry' has them done after all."
      })
  static final class Cancel implements Callable<Integer> {
    @Parameters(paramLabel = "ID", arity = "1..*", description = "Ids, or unique beginnings.")
    List<String> ids = new ArrayList<>();

    @Option(
        names = "--return",
        description =
            "Puts the messages back into their queue instead: they start another execution.")
    boolean back;

    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();

    private final Context context;

    Cancel(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      LakeClient client = server.client(context);
      List<JsonNode> cancelled = new ArrayList<>();
      for (String id : ids) {
        JsonNode one =
            client.post(
                EXECUTIONS.part(id).part("cancel").query("return", String.valueOf(back)),
                Json.object());
        cancelled.add(one);
        if (output.format == Format.TABLE) {
          context
              .terminal()
              .say(
                  "%s  %s  %s"
                      .formatted(
                          one.path("id").asText(),
                          one.path("status").asText(),
                          one.path("note").asText()));
        }
      }
      if (output.format != Format.TABLE) {
        new Answers(context.terminal())
            .list(
                cancelled.iterator(),
                output.format,
                "",
                Column.text("id"),
                Column.text("status"),
                Column.text("note"));
      }
      return Cli.OK;
    }
  }

  /** Shows one. */
  @Command(
      name = "show",
      description =
          "Shows an execution: trigger events, attempts, inputs, outputs, timings and error.")
  static final class Detail extends ShowCommand {
    Detail(Context context) {
      super(context, EXECUTIONS);
    }

    @Override
    void note(JsonNode one, Terminal terminal) {
      String id = one.path("id").asText();
      int shown = one.path("events").size();
      if (one.path("archived").asBoolean()) {
        terminal.note(
            "It has moved to the archive, and can be neither traced nor retried nor taken back."
                + " SQL: hosu sql -c \"SELECT * FROM system.executions WHERE id = '%s'\""
                    .formatted(id));
      } else if (shown > 0 && one.path("messages").asInt() > shown) {
        terminal.note(
            "The first %d of %d trigger events are shown. See all with: hosu executions events %s"
                .formatted(shown, one.path("messages").asInt(), id));
      }
    }
  }

  /** Lists the events that started one. */
  @Command(
      name = "events",
      description = {
        "Lists all events that started an execution, in order.",
        "Of those that are kept no longer (events.retention), the id alone."
      })
  static final class Events extends ListCommand {
    @Parameters(paramLabel = "ID", description = "Its id, or any unique beginning of it.")
    String id = "";

    Events(Context context) {
      super(
          context,
          "No event started it.",
          Column.text("time"),
          Column.text("detail-type"),
          Column.text("account"),
          Column.text("resources"),
          Column.text("id"));
    }

    @Override
    ApiPath path() {
      return EXECUTIONS.part(id).part("events");
    }
  }
}
