package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The schedules. */
@Command(
    name = "schedules",
    description = "What runs by time. Without a verb: list.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {SchedulesCommand.All.class, SchedulesCommand.Preview.class},
    footer = {
      "",
      "A schedule is written as Amazon EventBridge Scheduler has it, or as cron:",
      "  rate(5 minutes)                minute, minutes, hour, hours, day, days",
      "  cron(0 6 ? * MON-FRI *)        minutes hours day-of-month month day-of-week year",
      "  at(2026-11-25T18:00:00)        once",
      "  0 6 * * 1-5                    minutes hours day-of-month month day-of-week"
    })
final class SchedulesCommand {
  /** No expression looks like the name of a stage. */
  private static final Pattern STAGE = Pattern.compile("[^.\\s()]+(\\.[^.\\s()]+){2}");

  private static final ApiPath SCHEDULES = ApiPath.of("/v1/schedules");

  /** Lists them. */
  @Command(name = "list", description = "Lists schedules, with their next and last moment.")
  static final class All extends ListCommand {
    @Option(names = "--domain", paramLabel = "DOMAIN", description = "Those of one domain.")
    String domain = "";

    All(Context context) {
      super(
          context,
          "No schedules. Give a stage one with: on: { schedule: rate(1 hour) }",
          Column.text("name"),
          Column.text("expression"),
          Column.text("timezone"),
          Column.text("jitter"),
          Column.text("catch_up"),
          Column.text("start"),
          Column.text("end"),
          Column.text("next"),
          Column.text("last"),
          Column.text("reason"));
    }

    @Override
    ApiPath path() {
      return SCHEDULES.query("domain", domain);
    }
  }

  /** Shows when an expression would fire. */
  @Command(
      name = "preview",
      description = "Shows the next ten moments of an expression, or of a stage's schedule.",
      footer = {"", "A stage's moments come up to its jitter later, another time for each."})
  static final class Preview implements Callable<Integer> {
    @Parameters(
        paramLabel = "EXPRESSION",
        description = "For example 'rate(5 minutes)'; or DOMAIN.PIPELINE.STAGE.")
    String expression = "";

    @Option(
        names = "--timezone",
        paramLabel = "ZONE",
        description = "For example Europe/Berlin. Default: UTC.")
    String timezone = "";

    @Option(names = "--start", paramLabel = "TIME", description = "The first moment.")
    String start = "";

    @Option(names = "--end", paramLabel = "TIME", description = "The last moment.")
    String end = "";

    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();
    private final Context context;

    Preview(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      JsonNode answer = server.client(context).post(SCHEDULES.part("preview"), body());
      new Answers(context.terminal())
          .list(
              answer.path("items").iterator(),
              output.format,
              "It never fires.",
              Column.text("time"),
              Column.text("local"));
      return Cli.OK;
    }

    private ObjectNode body() {
      boolean named = STAGE.matcher(expression).matches();
      if (named && !(timezone + start + end).isEmpty()) {
        throw new Invalid(
            CliError.USAGE_WRONG,
            "A stage's schedule has its own time zone, start and end.",
            "Leave the options out; or give its expression.");
      }
      ObjectNode body = Json.object().put(named ? "name" : "expression", expression);
      if (!named) {
        body.put(
            "timezone", OptionValues.zone("--timezone", timezone.isEmpty() ? "UTC" : timezone));
        put(body, "start", start);
        put(body, "end", end);
      }
      return body;
    }

    private void put(ObjectNode body, String field, String text) {
      if (!text.isEmpty()) {
        body.put(field, OptionValues.time("--" + field, text, context.clock()));
      }
    }
  }
}
