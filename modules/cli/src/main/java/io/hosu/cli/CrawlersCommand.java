package io.hosu.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The crawlers that load tables. */
@Command(
    name = "crawlers",
    description = "Crawlers, and what they propose for their tables. Without a verb: list.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      CrawlersCommand.All.class,
      CrawlersCommand.Detail.class,
      CrawlersCommand.Run.class,
      CrawlersCommand.Pause.class,
      CrawlersCommand.Resume.class,
      CrawlersCommand.Remove.class,
      ProposalCommands.All.class,
      ProposalCommands.Detail.class,
      ProposalCommands.Diff.class,
      ProposalCommands.Apply.class,
      ProposalCommands.Refuse.class
    })
final class CrawlersCommand {
  private static final ApiPath CRAWLERS = ApiPath.of("/v1/crawlers");
  private static final ApiPath STAGES = ApiPath.of("/v1/stages");

  /** Lists them. */
  @Command(name = "list", description = "Lists the tables that crawlers load.")
  static final class All extends ListCommand {
    All(Context context) {
      super(
          context,
          "No crawlers. Make one with: hosu crawl LAYER/DOMAIN/PREFIX --into LAYER.TABLE",
          Column.text("table"),
          Column.text("place"),
          Column.text("name"),
          Column.text("stage"),
          Column.text("status"),
          Column.text("schedule"),
          Column.text("drift"),
          Column.number("proposals"),
          Column.text("principal"),
          Column.text("crawled_at"));
    }

    @Override
    ApiPath path() {
      return CRAWLERS;
    }
  }

  /** Shows one. */
  @Command(
      name = "show",
      description = "Shows a crawler, by its name or its table.",
      footer = {"", "Its runs: hosu executions --stage DOMAIN.crawlers.NAME"})
  static final class Detail extends DetailCommand {
    @Parameters(
        paramLabel = "NAME",
        description = "DOMAIN.crawlers.NAME, or DOMAIN.LAYER.TABLE, the table that it makes.")
    String name = "";

    Detail(Context context) {
      super(context);
    }

    @Override
    ApiPath path() {
      return CRAWLERS.part(name);
    }
  }

  /** Has one look. */
  @Command(
      name = "run",
      description = "Has a crawler of a lake project look at what came since it looked last.")
  static final class Run extends RunCommand {
    Run(Context context) {
      super(context);
    }
  }

  /** Holds some back. */
  @Command(
      name = "pause",
      description = {
        "Pauses crawlers of a lake project: they look at nothing, and what comes waits for them.",
        "The stages that load what they found go on: hosu stages pause."
      })
  static final class Pause extends HoldCommand {
    Pause(Context context) {
      super(context, STAGES, "pause");
    }
  }

  /** Lets some go on. */
  @Command(name = "resume", description = "Lets crawlers go on that were paused.")
  static final class Resume extends HoldCommand {
    Resume(Context context) {
      super(context, STAGES, "resume");
    }
  }

  /** Ends some. */
  @Command(
      name = "remove",
      description = {
        "Ends crawlers that were made by hand: nothing that comes is loaded any more.",
        "Their tables stay. Those of a lake project end with their files."
      })
  static final class Remove extends DeleteCommand {
    Remove(Context context) {
      super(context, CRAWLERS, "removed");
    }
  }
}
