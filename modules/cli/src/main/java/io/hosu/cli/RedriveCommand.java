package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Sends dead letters again, or has records in quarantine worked on again. */
@Command(
    name = "redrive",
    description =
        "Sends dead letters to their queues again, or records out of quarantine to their stage.",
    footer = {
      "",
      "  hosu redrive 01jdq3            one dead letter, by the beginning of its id",
      "  hosu redrive --all             all dead letters",
      "  hosu redrive --where stage=aviation.strikes.clean --where since=1h",
      "",
      "With the name of a quarantine table instead of ids, --where is SQL over its columns, and its",
      "stage works on the records in one execution, as it is declared now. What is good of them is",
      "published, what is still bad goes back with its new reason, and both leave the table in the",
      "transaction that publishes; when it fails, they stay as they were.",
      "",
      "  hosu redrive shop.stage.orders_quarantine --dry-run",
      "  hosu redrive shop.stage.orders_quarantine --where \"line = 4\" --set \"text = trim(text)\" --wait"
    })
final class RedriveCommand extends DlqCommand.Redrive {
  private static final ApiPath REDRIVES = ApiPath.of("/v1/redrives");
  private static final Column[] PARTS = {
    Column.text("stage"),
    Column.text("object"),
    Column.text("version"),
    Column.number("records"),
    Column.number("first_line")
  };
  private static final Column[] SAMPLES = {
    Column.text("object"), Column.number("line"), Column.text("text"), Column.text("reason")
  };

  @Option(
      names = "--set",
      paramLabel = "text=EXPRESSION",
      description = "Of a quarantine table: corrects the text of each record; several in order.")
  List<String> set = new ArrayList<>();

  @Option(
      names = "--stage",
      paramLabel = "NAME",
      description = "Of a quarantine table: the stage, where several write to its target.")
  String stage = "";

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      arity = "0..1",
      fallbackValue = "10m",
      description =
          "Of a quarantine table: waits until the execution has ended, at most so long. Default:"
              + " 10m.")
  String wait = "";

  RedriveCommand(Context context) {
    super(context);
  }

  @Override
  public Integer call() {
    List<String> tables = ids.stream().filter(id -> id.contains(".")).toList();
    if (tables.isEmpty()) {
      if (!set.isEmpty() || !stage.isEmpty() || !wait.isEmpty()) {
        throw wrong("--set, --stage and --wait are for a quarantine table, and none is named.");
      }
      return super.call();
    }
    if (ids.size() > 1 || all) {
      throw wrong("A quarantine table is redriven by itself, without ids and without --all.");
    }
    Duration patience = wait.isEmpty() ? Duration.ZERO : OptionValues.duration("--wait", wait);
    LakeClient client = server.client(context);
    JsonNode answer = client.post(REDRIVES, body(tables.getFirst()));
    if (dryRun || answer.path("execution").isNull()) {
      look(answer);
      return Cli.OK;
    }
    return follow(client, answer, patience);
  }

  private static Invalid wrong(String what) {
    return new Invalid(
        CliError.USAGE_WRONG,
        what,
        "Write: hosu redrive DOMAIN.LAYER.TABLE_quarantine --where \"CONDITION\"");
  }

  private ObjectNode body(String table) {
    ObjectNode body = Json.object().put("table", table);
    String condition =
        where.size() == 1
            ? where.getFirst()
            : where.stream().collect(Collectors.joining(") AND (", "(", ")"));
    if (!where.isEmpty()) {
      body.put("where", condition);
    }
    set.forEach(body.putArray("set")::add);
    if (!stage.isEmpty()) {
      body.put("stage", stage);
    }
    return body.put("dry_run", dryRun);
  }

  private void look(JsonNode answer) {
    Answers answers = new Answers(context.terminal());
    if (output.format == Format.JSON) {
      answers.json(answer);
      return;
    }
    String nothing = "No record in the table is chosen.";
    answers.list(answer.path("parts").iterator(), output.format, nothing, PARTS);
    if (output.format == Format.TABLE && answer.path("records").asLong() > 0) {
      context.terminal().say("");
      answers.list(answer.path("samples").iterator(), output.format, "", SAMPLES);
      context
          .terminal()
          .say("%s would work on %s".formatted(answer.path("stage").asText(), count(answer)));
    }
  }

  private static String count(JsonNode answer) {
    long records = answer.path("records").asLong();
    return records == 1 ? "1 record" : records + " records";
  }

  private int follow(LakeClient client, JsonNode answer, Duration patience) {
    JsonNode begun = answer.path("execution");
    String id = begun.path("id").asText();
    boolean told = output.format != Format.JSON;
    if (told) {
      context
          .terminal()
          .say("%s  %s  works on %s".formatted(id, answer.path("stage").asText(), count(answer)));
    }
    if (wait.isEmpty()) {
      if (told) {
        context.terminal().note("See what becomes of it with: hosu executions show " + id);
      } else {
        new Answers(context.terminal()).json(answer);
      }
      return Cli.OK;
    }
    JsonNode ended = new Executions(client, context).awaitEnd(id, patience);
    if (told) {
      context.terminal().say(came(ended));
    } else {
      new Answers(context.terminal()).json(ended);
    }
    return ended.path("status").asText().equals("FAILED") ? Cli.FAILED : Cli.OK;
  }

  private static String came(JsonNode ended) {
    String status = ended.path("status").asText();
    return status.equals("SUCCEEDED")
        ? "%s  %s  %d rows published, %d records back in quarantine"
            .formatted(
                ended.path("id").asText(),
                status,
                ended.path("rows_out").asLong(),
                ended.path("rows_rejected").asLong())
        : "%s  %s  %s"
            .formatted(
                ended.path("id").asText(),
                status,
                ended.path("cause").asText(ended.path("note").asText()));
  }
}
