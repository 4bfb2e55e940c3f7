package io.hosu.pipelines;

import io.hosu.governance.GovernanceError;
import io.hosu.kernel.Discreet;
import io.hosu.kernel.Durations;
import io.hosu.kernel.ErrorCode.Fault;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Place;
import io.hosu.query.engine.QueryError;
import io.hosu.tables.TablesError;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What failures mean for the execution in which they happen. */
final class Causes {
  private static final Logger log = LoggerFactory.getLogger(Causes.class);

  private static final int MOST_STACK = 8_000;

  /** Codes of failures that the input has no part in, though they are hard. */
  private static final Set<String> OF_THE_STAGE =
      Set.of(
          QueryError.SQL_INVALID.name(),
          QueryError.SQL_REFUSED.name(),
          GovernanceError.PERMISSION_DENIED.name(),
          TablesError.TABLE_NOT_FOUND.name(),
          TablesError.PARTITION_INVALID.name(),
          TablesError.DELETES_UNSUPPORTED.name(),
          PipelinesError.COLUMN_NOT_IN_RECORDS.name(),
          PipelinesError.RULES_BROKEN.name(),
          PipelinesError.STAGE_INVALID.name());

  /** Codes of soft failures that the input may have a part in. */
  private static final Set<String> OF_THE_INPUT = Set.of(PipelinesError.EXECUTION_TIMED_OUT.name());

  /** How many of the objects that a set lacks are named. */
  private static final int NAMED = 5;

  private Causes() {}

  static StageOutcome.Failed of(RuntimeException failure, StageSpec stage, Course course) {
    return switch (failure) {
      case HosuException known -> failed(known, stage, course);
      default -> unexpected(failure, stage, course);
    };
  }

  private static StageOutcome.Failed failed(HosuException failure, StageSpec stage, Course course) {
    String code = failure.code().name();
    Fault fault = failure.code().fault();
    boolean ofTheInput =
        fault == Fault.HARD ? !OF_THE_STAGE.contains(code) : OF_THE_INPUT.contains(code);
    return new StageOutcome.Failed(
        new Cause(code, failure.what(), failure.remedy(), place(failure)),
        stage.running().retry().faults().of(failure.code()),
        ofTheInput ? StageOutcome.Blame.INPUT : StageOutcome.Blame.STAGE,
        null,
        course);
  }

  /** A place without an object is one in the SQL, which the sentence names already. */
  private static Cause.Place place(HosuException failure) {
    if (failure.code() == PipelinesError.RULES_BROKEN) {
      return new Cause.Place(null, null, failure.place().map(Place::text).orElse(null));
    }
    return failure
        .place()
        .filter(place -> place.object() != null)
        .map(place ->
            EventPlaces.isEvent(place)
                ? new Cause.Place(null, null, place.text())
                : new Cause.Place(
                    place.object(), place.line() > 0 ? place.line() : null, place.text()))
        .orElse(Cause.Place.UNKNOWN);
  }

  private static StageOutcome.Failed unexpected(
      RuntimeException failure, StageSpec stage, Course course) {
    log.atError()
        .setMessage("stage failed in a way that nobody foresaw")
        .addKeyValue("stage", stage.name())
        .setCause(Discreet.of(failure))
        .log();
    Cause cause =
        new Cause(
            PipelinesError.EXECUTION_BROKEN.name(),
            "The attempt broke: %s.".formatted(failure),
            "See the server's log; when it is mended: hosu dlq redrive --all",
            Cause.Place.UNKNOWN,
            stack(failure));
    Fault fault = stage.running().retry().faults().of(PipelinesError.EXECUTION_BROKEN);
    return new StageOutcome.Failed(cause, fault, StageOutcome.Blame.INPUT, null, course);
  }

  private static String stack(RuntimeException failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    String all = text.toString().replace("\t", "  ");
    return all.substring(0, Math.min(all.length(), MOST_STACK));
  }

  /** Stands for a failure that the database does not take. */
  static StageOutcome.Failed unrecorded(StageOutcome.Failed failed, Invalid refusal) {
    Cause cause =
        new Cause(
            failed.cause().code(),
            "The attempt failed, and what is known of it cannot be kept: %s"
                .formatted(refusal.what()),
            "See the server's log for the failure itself; when it is mended: hosu dlq redrive"
                + " --all",
            Cause.Place.UNKNOWN);
    return new StageOutcome.Failed(
        cause, Fault.HARD, failed.blame(), failed.guilty(), failed.course());
  }

  /** What a set lacks, in a sentence without a stop. */
  static String lacking(ObjectSet set) {
    List<String> missing = set.missing();
    String names = String.join(", ", missing.subList(0, Math.min(NAMED, missing.size())));
    String more = missing.size() > NAMED ? " and %d more".formatted(missing.size() - NAMED) : "";
    return "the set%s lacks %s%s"
        .formatted(set.key().isEmpty() ? "" : " " + set.key(), names, more);
  }

  static Invalid incomplete(StageSpec stage, ObjectSet set) {
    return new Invalid(
        PipelinesError.SET_INCOMPLETE,
        "Stage %s cannot start: %s.".formatted(stage.name(), lacking(set)),
        "Put what is missing: the set starts then; what is there stays part of it.");
  }

  static Exhausted timedOut(StageSpec stage) {
    return new Exhausted(
        PipelinesError.EXECUTION_TIMED_OUT,
        "The attempt took longer than the %s that stage %s allows."
            .formatted(Durations.print(stage.running().timeout()), stage.name()),
        "Let the stage's batch be smaller, or its timeout longer.");
  }

  static Conflict inputsChanged(StageSpec stage) {
    return new Conflict(
        PipelinesError.INPUTS_CHANGED,
        "Other executions of stage %s keep processing the same objects.".formatted(stage.name()),
        "Wait for them to end: hosu executions list --status RUNNING");
  }
}
