package io.hosu.pipelines;

import io.hosu.kernel.Durations;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Place;
import io.hosu.kernel.TableName;
import io.hosu.query.Guard;
import io.hosu.query.Guarded;
import io.hosu.query.Scope;
import io.hosu.query.TableRef;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.Engines;
import io.hosu.query.engine.SessionRequest;
import io.hosu.tables.PreparedCommit;
import io.hosu.tables.ScanPlan;
import io.hosu.tables.StagedTables;
import io.hosu.tables.Tables;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Runs the rules of a stage over its tables as they would be once what an execution made was
 * published. May be used from any thread.
 */
final class Auditing {
  /** What the branch or tag is called under which a rejected state can be read. */
  private static final String TAG = "audit_";

  private static final TableRef.At MAIN = new TableRef.At("VERSION", "main");

  private static final int SAMPLES = 3;

  private static final int MOST_SAMPLE = 2_000;

  private final Engines engines;
  private final Guard guard;
  private final StagedTables staged;
  private final StageTables readable;
  private final InstantSource clock;

  Auditing(Engines engines, Guard guard, Tables tables, StageTables readable, InstantSource clock) {
    this.engines = engines;
    this.guard = guard;
    this.staged = tables.open().staged();
    this.readable = readable;
    this.clock = clock;
  }

  /** That a rule is broken. */
  private record Broken(AuditRule rule, long rows, String sample) {
    String told() {
      return "%s (%d %s)".formatted(rule.name(), rows, rows == 1 ? "row" : "rows");
    }
  }

  /**
   * What was made, with what the stage's rules say of it; closed, when they cannot be asked.
   *
   * @param commit what {@code made} would publish
   */
  Transforming.Prepared audited(
      Transforming.Work work, Transforming.Prepared made, PreparedCommit commit) {
    if (!work.stage().audit().isAny() || commit.isNothing()) {
      return made;
    }
    try {
      List<Broken> broken = work.steps().time("audit", () -> broken(work, commit));
      List<Broken> errors = ofSeverity(broken, AuditRule.Severity.ERROR);
      return new AuditedPrepared(
          made,
          ofSeverity(broken, AuditRule.Severity.WARNING).stream().map(Auditing::warning).toList(),
          errors.isEmpty() ? Optional.empty() : Optional.of(rejection(work, commit, errors)));
    } catch (RuntimeException | Error e) {
      made.close();
      throw e;
    }
  }

  private static List<Broken> ofSeverity(List<Broken> all, AuditRule.Severity severity) {
    return all.stream().filter(one -> one.rule().severity() == severity).toList();
  }

  private List<Broken> broken(Transforming.Work work, PreparedCommit commit) {
    Map<AuditRule, Guarded> rules = new LinkedHashMap<>();
    for (AuditRule rule : work.stage().audit().rules()) {
      rules.put(rule, guarded(work.stage(), rule));
    }
    List<EngineView> views =
        readable
            .plan(work.stage(), work.execution(), rules.values(), ref -> rows(commit, ref))
            .stream()
            .map(StageTables.ReadTable::view)
            .toList();
    Duration rest = Duration.between(clock.instant(), work.deadline());
    SessionRequest request =
        new SessionRequest(
            "",
            views,
            null,
            null,
            work.stage().running().memory(),
            rest.isPositive() ? rest : Duration.ofMillis(1));
    try (EngineSession session = engines.open(request, work.steps().engine())) {
      return work.stop()
          .during(
              session::cancel,
              () -> {
                List<Broken> broken = new ArrayList<>();
                rules.forEach((rule, guarded) ->
                    asked(session, work.stage(), rule, guarded).ifPresent(broken::add));
                return broken;
              });
    }
  }

  /** A table that is not there yet has no rows, rather than no state that a rule can name. */
  private Optional<ScanPlan> rows(PreparedCommit commit, TableRef ref) {
    TableRef.At at = ref.at();
    if (at == null) {
      return staged.plan(commit, ref.table());
    }
    return at.equals(MAIN) ? staged.planUnmade(commit, ref.table()) : Optional.empty();
  }

  private Guarded guarded(StageSpec stage, AuditRule rule) {
    try {
      return guard.check(rule.violations(), Scope.overTables(stage.name().domain()));
    } catch (Invalid e) {
      throw named(stage, rule, e);
    }
  }

  private Optional<Broken> asked(
      EngineSession session, StageSpec stage, AuditRule rule, Guarded guarded) {
    try {
      String rows = "FROM (%s) AS violations".formatted(guarded.sql());
      long count =
          EngineRows.of(session, "SELECT count(*) AS rows " + rows)
              .getFirst()
              .path("rows")
              .asLong();
      return count == 0
          ? Optional.empty()
          : Optional.of(new Broken(rule, count, sample(session, rows)));
    } catch (Invalid e) {
      throw named(stage, rule, guard.explain(guarded, e));
    }
  }

  private static String sample(EngineSession session, String rows) {
    String all =
        EngineRows.of(session, "SELECT * %s LIMIT %d".formatted(rows, SAMPLES)).stream()
            .map(Object::toString)
            .collect(Collectors.joining("\n"));
    return all.length() <= MOST_SAMPLE ? all : all.substring(0, MOST_SAMPLE) + "...";
  }

  private static Invalid named(StageSpec stage, AuditRule rule, HosuException failure) {
    return new Invalid(
        failure.code(),
        "The rule '%s' of stage %s cannot be asked: %s"
            .formatted(rule.name(), stage.name(), failure.what()),
        failure.remedy());
  }

  private static String warning(Broken broken) {
    return "The rule '%s' is broken by %d %s; the first: %s"
        .formatted(
            broken.rule().name(),
            broken.rows(),
            broken.rows() == 1 ? "row" : "rows",
            broken.sample().lines().findFirst().orElse(""));
  }

  private Rejection rejection(Transforming.Work work, PreparedCommit commit, List<Broken> errors) {
    StageSpec stage = work.stage();
    TableName table = stage.into().table();
    String tag = TAG + work.execution();
    Duration keep = stage.audit().keep();
    Optional<PreparedCommit> kept = staged.aside(commit, table, tag, keep);
    String names = errors.stream().map(Broken::told).collect(Collectors.joining(", "));
    Invalid failure =
        new Invalid(
            PipelinesError.RULES_BROKEN,
            "Nothing of it was published: %s would break %s of stage %s: %s."
                .formatted(table, errors.size() == 1 ? "a rule" : "rules", stage.name(), names),
            remedy(table, tag, keep, kept.isPresent()),
            new Place(null, 0, 0, errors.getFirst().sample()));
    return new Rejection(failure, kept);
  }

  private static String remedy(TableName table, String tag, Duration keep, boolean isKept) {
    String mend = "Correct the data, the SQL or the rule; then: hosu dlq redrive --all";
    return isKept
        ? "See what it would have been, for %s: hosu sql -c \"SELECT * FROM %s FOR VERSION AS OF '%s'\". %s"
            .formatted(Durations.print(keep), table, tag, mend)
        : mend;
  }
}
