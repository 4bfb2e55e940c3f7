package io.hosu.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The stages of the lake. */
@Command(
    name = "stages",
    description = "The stages of the lake, and what waits for them. Without a verb: list.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      StagesCommand.Show.class,
      StagesCommand.Detail.class,
      StagesCommand.Sets.class,
      StagesCommand.Pause.class,
      StagesCommand.Drain.class,
      StagesCommand.Resume.class,
      DropStageCommand.class,
      RereadCommand.class
    })
final class StagesCommand {
  private static final ApiPath STAGES = ApiPath.of("/v1/stages");

  /** Lists them. */
  @Command(
      name = "list",
      description = {
        "Lists stages, also those that were removed and for which messages wait.",
        "With --since: those that were declared, removed or held back since."
      })
  static final class Show extends RecentCommand {
    Show(Context context) {
      super(
          context,
          "No stages. Declare some in a pipeline, then: hosu apply",
          Column.text("name"),
          Column.text("status"),
          Column.number("waiting"),
          Column.number("delayed"),
          Column.number("in_flight"),
          Column.millis("oldest_ms"),
          Column.number("running"),
          Column.number("retrying"),
          Column.text("failing_since"),
          Column.text("circuit.state").headed("CIRCUIT"),
          Column.text("hold.by"),
          Column.text("hold.why"),
          Column.text("removed_at"));
    }

    @Override
    ApiPath all() {
      return STAGES;
    }
  }

  /** Lists the sets of objects of one. */
  @Command(
      name = "sets",
      description = {
        "Lists the sets of objects that a stage waits for, with what is there and what is missing.",
        "A set of which an execution takes care is RUNNING."
      })
  static final class Sets extends ListCommand {
    @Parameters(paramLabel = "STAGE", description = "The stage, as DOMAIN.PIPELINE.STAGE.")
    String stage = "";

    Sets(Context context) {
      super(
          context,
          "No set of objects waits.",
          Column.text("key"),
          Column.text("status"),
          Column.text("there"),
          Column.text("missing"),
          Column.text("since"),
          Column.text("times_out_at"));
    }

    @Override
    ApiPath path() {
      return STAGES.part(stage).part("sets");
    }
  }

  /** Shows one. */
  @Command(
      name = "show",
      description = "Shows a stage: what waits for it, what it does, what holds it back, limits.")
  static final class Detail extends ShowCommand {
    Detail(Context context) {
      super(context, STAGES);
    }
  }

  /** Holds them back at once. */
  @Command(
      name = "pause",
      description = {
        "Pauses stages: nothing new starts, what runs goes on, and what comes waits.",
        "Neither a restart nor 'hosu apply' changes that; 'hosu stages resume' does."
      })
  static final class Pause extends HoldCommand {
    Pause(Context context) {
      super(context, STAGES, "pause");
    }
  }

  /** Holds them back once they are done. */
  @Command(
      name = "drain",
      description = {
        "Drains stages: what waits now is worked off, what comes after waits.",
        "When nothing of it is left, the stage is paused."
      })
  static final class Drain extends HoldCommand {
    Drain(Context context) {
      super(context, STAGES, "drain");
    }
  }

  /** Lets them go on. */
  @Command(name = "resume", description = "Lets stages go on that were paused or drained.")
  static final class Resume extends HoldCommand {
    Resume(Context context) {
      super(context, STAGES, "resume");
    }
  }
}
