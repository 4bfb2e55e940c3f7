package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.util.concurrent.Callable;
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
  @Command(name = "preview", description = "Shows the next ten moments of an expression.")
  static final class Preview implements Callable<Integer> {
    @Parameters(paramLabel = "EXPRESSION", description = "For example 'rate(5 minutes)'.")
    String expression = "";

    @Option(
        names = "--timezone",
        paramLabel = "ZONE",
        description = "For example Europe/Berlin. Default: UTC.")
    String timezone = "UTC";

    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();
    private final Context context;

    Preview(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      String zone = OptionValues.zone("--timezone", timezone);
      JsonNode answer =
          server
              .client(context)
              .post(
                  SCHEDULES.part("preview"),
                  Json.object().put("expression", expression).put("timezone", zone));
      new Answers(context.terminal())
          .list(
              answer.path("items").iterator(),
              output.format,
              "It never fires.",
              Column.text("time"),
              Column.text("local"));
      return Cli.OK;
    }
  }
}
