package io.hosu.cli;

import picocli.CommandLine.Command;

/** The replays that were asked for. */
@Command(
    name = "replays",
    description = "Replays that were asked for. Without a verb: list.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ReplaysCommand.All.class,
      ReplaysCommand.Detail.class,
      ReplaysCommand.Cancel.class
    })
final class ReplaysCommand {
  private static final ApiPath REPLAYS = ApiPath.of("/v1/replays");

  /** Lists them. */
  @Command(name = "list", description = "Lists replays, the newest first.")
  static final class All extends RecentCommand {
    All(Context context) {
      super(
          context,
          "No replays. Begin one with: hosu replay STAGE --from 1h",
          Column.text("id"),
          Column.text("status"),
          Column.text("stage"),
          Column.text("domain"),
          Column.text("from"),
          Column.text("to"),
          Column.number("events"),
          Column.number("messages"),
          Column.text("made_by"));
    }

    @Override
    ApiPath all() {
      return REPLAYS;
    }
  }

  /** Shows one. */
  @Command(name = "show", description = "Shows a replay, and how far it is.")
  static final class Detail extends ShowCommand {
    Detail(Context context) {
      super(context, REPLAYS);
    }
  }

  /** Ends one before its end. */
  @Command(
      name = "cancel",
      description = "Ends a replay before its end; messages that it has sent stay.")
  static final class Cancel extends DeleteCommand {
    Cancel(Context context) {
      super(context, REPLAYS, "cancelled");
    }
  }
}
