package io.hosu.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The event log. */
@Command(
    name = "events",
    description = "What happened, and what is to happen. Without a verb: list.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {EventsCommand.Show.class, TestEventCommand.class, SendEventCommand.class})
final class EventsCommand {
  /** Lists them. */
  @Command(
      name = "list",
      description = "Lists events, the newest first, with how many rules took each.")
  static final class Show extends RecentCommand {
    @Option(names = "--source", paramLabel = "SOURCE", description = "Those of one source.")
    String source = "";

    @Option(names = "--type", paramLabel = "TYPE", description = "Those of one detail-type.")
    String type = "";

    @Option(names = "--domain", paramLabel = "DOMAIN", description = "Those of one domain.")
    String domain = "";

    @Option(
        names = "--unmatched",
        description =
            "Those that no rule took; without --source, not what the lake tells of itself, except"
                + " of objects.")
    boolean unmatched;

    Show(Context context) {
      super(
          context,
          "No events.",
          Column.text("time"),
          Column.text("detail-type"),
          Column.text("account"),
          Column.text("resources"),
          Column.number("matched"),
          Column.text("id"));
    }

    @Override
    ApiPath all() {
      return ApiPath.of("/v1/events")
          .query("source", source)
          .query("detail_type", type)
          .query("domain", domain)
          .query("matched", unmatched ? "false" : "");
    }
  }
}
