package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.Sizes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has stages process objects again. */
@Command(
    name = "backfill",
    description =
        "Has the stages of a pipeline process objects again, also bytes that they processed"
            + " before.",
    footer = {
      "",
      "It is over the objects whose current version was made in the time, in the order of time, in",
      "stages that objects start. Where rows are appended (versions: replace) they take the place"
          + " of",
      "those that the same objects brought before; where they are merged, that of rows of the same",
      "key; a table that is overwritten is written once. The stages after these run as they always",
      "do when a table is committed to.",
      "",
      "The server does it, whether or not this command waits: see hosu backfills. Exit code 1:"
          + " some",
      "objects became dead letters.",
      "",
      "  hosu backfill shop.orders --from 7d --dry-run",
      "  hosu backfill shop.orders.clean --from 2026-11-01T00:00:00Z --to 2026-11-08T00:00:00Z"
    })
final class BackfillCommand implements Callable<Integer> {
  private static final Duration GLANCE = Duration.ofMillis(250);
  private static final Column[] PARTITIONS = {
    Column.text("stage"),
    Column.text("partition"),
    Column.number("objects"),
    Column.size("bytes"),
    new Column("rows", "ROWS", true, BackfillCommand::rows)
  };

  @Parameters(
      paramLabel = "PIPELINE|STAGE",
      description = "DOMAIN.PIPELINE, or DOMAIN.PIPELINE.STAGE.")
  String of = "";

  @Option(
      names = "--from",
      required = true,
      paramLabel = "TIME",
      description = "Objects made from then on: a duration (7d) or a time (2026-11-25T17:00:00Z).")
  String from = "";

  @Option(names = "--to", paramLabel = "TIME", description = "And before then. Default: now.")
  String to = "";

  @Option(names = "--stage", paramLabel = "STAGE", description = "One stage of the pipeline.")
  String stage = "";

  @Option(
      names = "--concurrency",
      paramLabel = "NUMBER",
      description =
          "Executions of a stage at the same time. Default: as many as the stage lets run.")
  @Nullable Integer concurrency;

  @Option(
      names = "--dry-run",
      description = "Lists partitions, objects, bytes and rows, and processes nothing.")
  boolean dryRun;

  @Option(names = "--no-wait", description = "Ends at once; the server goes on.")
  boolean noWait;

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  BackfillCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    LakeClient client = server.client(context);
    JsonNode answer = client.post(ApiPath.of("/v1/backfills"), body());
    if (dryRun) {
      list(answer);
      return Cli.OK;
    }
    JsonNode backfill = noWait ? answer : follow(client, answer);
    if (output.format == Format.JSON) {
      new Answers(context.terminal()).json(backfill);
    } else {
      context.terminal().say(told(backfill));
      if (standsStill(backfill)) {
        context
            .terminal()
            .note(
                "It goes on once this is over: %s.".formatted(backfill.path("waits_for").asText()));
      }
      if (noWait) {
        String id = backfill.path("id").asText();
        context.terminal().note("See how far it is with: hosu backfills show " + id);
      }
    }
    boolean ended = noWait || !standsStill(backfill);
    return backfill.path("dead_letters").asLong() > 0 || !ended ? Cli.FAILED : Cli.OK;
  }

  private ObjectNode body() {
    boolean isStage = of.chars().filter(c -> c == '.').count() > 1;
    if (isStage && !stage.isEmpty()) {
      throw new Invalid(
          CliError.USAGE_WRONG,
          "'%s' is a stage already, and --stage names one.".formatted(of),
          "Give a pipeline with --stage, or a stage alone.");
    }
    ObjectNode body = Json.object().put("of", stage.isEmpty() ? of : of + "." + stage);
    body.put("from", OptionValues.time("--from", from, context.clock()));
    if (!to.isEmpty()) {
      body.put("to", OptionValues.time("--to", to, context.clock()));
    }
    if (concurrency != null) {
      body.put("concurrency", concurrency);
    }
    return body.put("dry_run", dryRun);
  }

  private JsonNode follow(LakeClient client, JsonNode begun) {
    Bar bar = new Bar(context, "objects");
    JsonNode now = begun;
    while (now.path("status").asText().equals("RUNNING") && !standsStill(now)) {
      long over = now.path("done").asLong() + now.path("dead_letters").asLong();
      bar.show(over, now.path("objects").asLong());
      context.pause().pause(GLANCE);
      now = client.get(ApiPath.of("/v1/backfills").part(begun.path("id").asText()));
    }
    bar.end();
    return now;
  }

  /** Whether nothing moves until somebody does something: nobody waits for that here. */
  private static boolean standsStill(JsonNode backfill) {
    return backfill.has("waits_for") && backfill.path("running").asLong() == 0;
  }

  private static String told(JsonNode backfill) {
    long letters = backfill.path("dead_letters").asLong();
    return "%s  %s  %d of %d objects%s"
        .formatted(
            backfill.path("id").asText(),
            backfill.path("status").asText(),
            backfill.path("done").asLong(),
            backfill.path("objects").asLong(),
            letters == 0 ? "" : "; %d became dead letters: hosu dlq list".formatted(letters));
  }

  private void list(JsonNode answer) {
    Answers answers = new Answers(context.terminal());
    switch (output.format) {
      case JSON -> answers.json(answer);
      case CSV -> answers.list(partitions(answer).iterator(), Format.CSV, "", forScripts());
      case TABLE -> {
        answers.list(
            partitions(answer).iterator(),
            Format.TABLE,
            "No objects were made in that time.",
            PARTITIONS);
        answer.path("stages").forEach(one -> context.terminal().say(total(one)));
      }
    }
  }

  private static Column[] forScripts() {
    Column[] columns = Arrays.copyOf(PARTITIONS, PARTITIONS.length + 1);
    columns[PARTITIONS.length] = Column.text("rows_estimated");
    return columns;
  }

  private static List<JsonNode> partitions(JsonNode answer) {
    List<JsonNode> partitions = new ArrayList<>();
    for (JsonNode one : answer.path("stages")) {
      for (JsonNode partition : one.path("partitions")) {
        ObjectNode item = Json.object().put("stage", one.path("stage").asText());
        partition.properties().forEach(field -> item.set(field.getKey(), field.getValue()));
        partitions.add(item);
      }
    }
    return partitions;
  }

  private static String total(JsonNode one) {
    String rows = rows(one);
    return "%s would process %d objects, %s%s, in at least %d executions"
        .formatted(
            one.path("stage").asText(),
            one.path("objects").asLong(),
            Sizes.print(one.path("bytes").asLong()),
            rows.isEmpty() ? "" : ", %s rows".formatted(rows),
            one.path("executions").asLong());
  }

  /** How many rows, as far as that is known; with {@code ~} before it where it is estimated. */
  private static String rows(JsonNode amount) {
    JsonNode rows = amount.path("rows");
    String mark = amount.path("rows_estimated").asBoolean() ? "~" : "";
    return rows.isNumber() ? mark + rows.asLong() : "";
  }
}
