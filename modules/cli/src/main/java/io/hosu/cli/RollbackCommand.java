package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes back what an execution published. */
@Command(
    name = "rollback",
    description = "Sets the tables that an execution published back to the snapshots before it.",
    footer = {
      "",
      "What its stage processed counts as not processed again; its events are not sent again:",
      "'hosu retry EXECUTION' has it work on them anew."
    })
final class RollbackCommand implements Callable<Integer> {
  private static final Column[] EXECUTIONS = {
    Column.text("id"),
    Column.text("domain"),
    Column.text("pipeline"),
    Column.text("stage"),
    Column.number("rows_out"),
    Column.text("ended_at")
  };
  private static final Column[] TABLES = {
    Column.text("table"), Column.text("from_snapshot"), Column.text("to_snapshot")
  };

  @Parameters(paramLabel = "EXECUTION", description = "Its id, or any unique beginning of it.")
  String id = "";

  @Option(
      names = "--cascade",
      description = "Takes back those too that committed after it or read what it published.")
  boolean cascade;

  @Option(names = "--dry-run", description = "Lists what would go back, and changes nothing.")
  boolean dryRun;

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  RollbackCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ObjectNode body = Json.object().put("cascade", cascade).put("dry_run", dryRun);
    JsonNode answer =
        server.client(context).post(ApiPath.of("/v1/executions").part(id).part("rollback"), body);
    print(context, output, answer, dryRun ? "would take back" : "took back");
    return Cli.OK;
  }

  /** Shows what was taken back. */
  static void print(Context context, OutputOptions output, JsonNode answer, String did) {
    Answers answers = new Answers(context.terminal());
    if (output.format == Format.JSON) {
      answers.json(answer);
      return;
    }
    if (output.format == Format.TABLE) {
      context.terminal().say(told(answer, did));
    }
    answers.list(answer.path("tables").iterator(), output.format, "", TABLES);
    if (output.format == Format.TABLE) {
      context.terminal().say("");
      answers.list(answer.path("rolled_back").iterator(), output.format, "", EXECUTIONS);
    }
  }

  private static String told(JsonNode answer, String did) {
    int executions = answer.path("rolled_back").size();
    int tables = answer.path("tables").size();
    String by = answer.path("execution").path("id").asText();
    return "%s %d execution%s, %d table%s%s"
        .formatted(
            did,
            executions,
            executions == 1 ? "" : "s",
            tables,
            tables == 1 ? "" : "s",
            by.isEmpty() ? "" : ": " + by);
  }
}
