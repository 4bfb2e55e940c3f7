package io.hosu.cli;

import picocli.CommandLine.Command;

/** The backfills that were asked for. */
@Command(
    name = "backfills",
    description = "Backfills that were asked for. Without a verb: list.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      BackfillsCommand.All.class,
      BackfillsCommand.Detail.class,
      BackfillsCommand.Cancel.class
    })
final class BackfillsCommand {
  private static final ApiPath BACKFILLS = ApiPath.of("/v1/backfills");

  /** Lists them. */
  @Command(name = "list", description = "Lists backfills, the newest first.")
  static final class All extends RecentCommand {
    All(Context context) {
      super(
          context,
          "No backfills. Begin one with: hosu backfill PIPELINE --from 7d",
          Column.text("id"),
          Column.text("status"),
          Column.text("of"),
          Column.text("from"),
          Column.text("to"),
          Column.number("objects"),
          Column.number("done"),
          Column.number("dead_letters"),
          Column.text("made_by"));
    }

    @Override
    ApiPath all() {
      return BACKFILLS;
    }
  }

  /** Shows one. */
  @Command(name = "show", description = "Shows a backfill, and how far each of its stages is.")
  static final class Detail extends ShowCommand {
    Detail(Context context) {
      super(context, BACKFILLS);
    }
  }

  /** Ends one before its end. */
  @Command(
      name = "cancel",
      description = "Ends a backfill before its end; executions that it has begun go on.")
  static final class Cancel extends DeleteCommand {
    Cancel(Context context) {
      super(context, BACKFILLS, "cancelled");
    }
  }
}
