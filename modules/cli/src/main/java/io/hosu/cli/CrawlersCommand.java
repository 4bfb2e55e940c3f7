package io.hosu.cli;

import picocli.CommandLine.Command;

/** The crawlers that load tables. */
@Command(
    name = "crawlers",
    description = "Crawlers that load tables. Without a verb: list.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {CrawlersCommand.All.class, CrawlersCommand.Remove.class})
final class CrawlersCommand {
  private static final ApiPath CRAWLERS = ApiPath.of("/v1/crawlers");

  /** Lists them. */
  @Command(name = "list", description = "Lists the tables that crawlers load.")
  static final class All extends ListCommand {
    All(Context context) {
      super(
          context,
          "No crawlers. Make one with: hosu crawl LAYER/DOMAIN/PREFIX --into LAYER.TABLE",
          Column.text("table"),
          Column.text("place"),
          Column.text("stage"),
          Column.text("principal"),
          Column.text("crawled_at"));
    }

    @Override
    ApiPath path() {
      return CRAWLERS;
    }
  }

  /** Ends some. */
  @Command(
      name = "remove",
      description = "Ends crawlers: nothing that comes is loaded any more. Their tables stay.")
  static final class Remove extends DeleteCommand {
    Remove(Context context) {
      super(context, CRAWLERS, "removed");
    }
  }
}
