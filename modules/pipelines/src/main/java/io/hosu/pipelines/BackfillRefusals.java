package io.hosu.pipelines;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Instants;
import java.util.List;

/** Why a backfill is not done, and what does instead. */
final class BackfillRefusals {
  private BackfillRefusals() {}

  static Invalid noTime(Backfill.Wanted wanted) {
    return new Invalid(
        PipelinesError.BACKFILL_INVALID,
        "No time lies between %s and %s."
            .formatted(Instants.print(wanted.from()), Instants.print(wanted.to())),
        "Let the end be later than the beginning.");
  }

  static Invalid noConcurrency(Backfill.Wanted wanted) {
    return new Invalid(
        PipelinesError.BACKFILL_INVALID,
        "%d executions at the same time do nothing.".formatted(wanted.concurrency().orElse(0)),
        "Give at least 1, or none for as many as the stage lets run.");
  }

  static Invalid tooMany(long objects, long most) {
    return new Invalid(
        PipelinesError.BACKFILL_INVALID,
        "%d objects or more were made in that time; a backfill takes at most %d."
            .formatted(objects, most),
        "Do it in several, each with a shorter time or with one --stage.");
  }

  /** Nothing of what is meant is started by objects. */
  static Conflict notOverObjects(Backfill.Wanted wanted, List<StageSpec> chosen) {
    if (chosen.size() > 1) {
      return new Conflict(
          PipelinesError.BACKFILL_NOT_OVER_OBJECTS,
          "No stage of %s is started by objects, and a backfill processes objects again."
              .formatted(wanted.target()),
          "Have one work on all there is with: hosu run STAGE; send events again with: hosu replay"
              + " STAGE");
    }
    StageSpec stage = chosen.getFirst();
    String by =
        switch (stage.on().source()) {
          case Trigger.Tables _ -> "commits to tables";
          case Trigger.Pattern _ -> "a pattern of events";
          case Trigger.Scheduled _, Trigger.Gathered _ -> "a schedule";
          case Trigger.ByHand _ -> "hand";
          case Trigger.Objects _, Trigger.OfSets _ -> "objects";
        };
    boolean byEvents = stage.on().source() instanceof Trigger.Pattern;
    return new Conflict(
        PipelinesError.BACKFILL_NOT_OVER_OBJECTS,
        "Stage %s is started by %s, and a backfill processes objects again."
            .formatted(stage.name(), by),
        byEvents
            ? "Send the events of that time again with: hosu replay %s --from TIME"
                .formatted(stage.name())
            : "Have it work on its tables as they are with: hosu run " + stage.name());
  }

  static Conflict wouldDouble(StageSpec stage, Backfill.Wanted wanted) {
    String others =
        wanted.stage().isEmpty() ? "; or backfill another stage alone with: --stage STAGE" : "";
    return new Conflict(
        PipelinesError.BACKFILL_WOULD_DOUBLE,
        "Stage %s adds rows and keeps those of earlier versions: each row would be there twice."
            .formatted(stage.name()),
        "Declare 'versions: replace' in stage %s, then: hosu apply; or have it work on what it has not processed with: hosu run %s%s"
            .formatted(stage.name().stage(), stage.name(), others));
  }

  static Conflict ended(Backfill backfill) {
    return new Conflict(
        PipelinesError.BACKFILL_ENDED,
        "Backfill %s has ended: %s.".formatted(backfill.id(), backfill.status()),
        "See what it did with: hosu backfills show " + backfill.id());
  }
}
