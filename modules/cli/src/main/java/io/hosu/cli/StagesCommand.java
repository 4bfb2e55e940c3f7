package io.hosu.cli;

import picocli.CommandLine.Command;

/** The stages of the lake. */
@Command(
    name = "stages",
    description = "The stages of the lake, and what waits for them. Without a verb: list.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {StagesCommand.Show.class, StagesCommand.Drop.class})
final class StagesCommand {
  private static final ApiPath STAGES = ApiPath.of("/v1/stages");

  /** Lists them. */
  @Command(
      name = "list",
      description = "Lists stages, also those that were removed and for which messages wait.")
  static final class Show extends ListCommand {
    Show(Context context) {
      super(
          context,
          "No stages. Declare some in a pipeline, then: hosu apply",
          Column.text("name"),
          Column.text("status"),
          Column.number("waiting"),
          Column.number("in_flight"),
          Column.text("failing_since"),
          Column.text("removed_at"));
    }

    @Override
    ApiPath path() {
      return STAGES;
    }
  }

  /** Forgets those that were removed. */
  @Command(
      name = "drop",
      description = "Drops removed stages for good, with the messages that wait for their return.")
  static final class Drop extends DeleteCommand {
    Drop(Context context) {
      super(context, STAGES, "dropped");
    }
  }
}
