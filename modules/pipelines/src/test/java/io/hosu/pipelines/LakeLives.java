package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.governance.Principal;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.TableName;
import io.hosu.testing.CrashPoints;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Lives with real objects, engines and Iceberg tables. */
final class LakeLives {
  private static final String ROWS = "a.stage.rows";
  private static final String SUM = "a.analytics.sum";
  private static final Trigger CSV = new Trigger.Objects(List.of("raw/a/*.csv"));

  private LakeLives() {}

  /** A life in a lake in which nothing moves by itself. */
  abstract static class LakeLife extends CrashLife<Lake.Life> {
    final Lake lake;

    LakeLife(Lake lake, StageSpec... stages) {
      this.lake = lake;
      lake.stop();
      lake.apply(stages);
    }

    @Override
    Lake.Life start(CrashPoints points) {
      return lake.life(new MortalDatabase(lake.database, points, () -> {}));
    }

    @Override
    void begin(Lake.Life process) {
      process.pipelines.begin();
    }

    /** An object comes, and all that follows from it is done before anything dies. */
    final void processed(String object, String text) {
      lake.put(object, text);
      Lake.Life first = lake.life(lake.database);
      first.pipelines.begin();
      first.settle();
    }

    final List<String> ids() {
      return lake.query(ROWS, "SELECT id FROM t ORDER BY id");
    }

    @Override
    public void close() {
      lake.close();
    }
  }

  private static StageSpec rows(String select, BadRecords badRecords) {
    Target into = Lake.into(ROWS, Target.Mode.APPEND, List.of(), List.of());
    return Lake.stage("a.p.rows", CSV, select, into, badRecords);
  }

  /**
   * One stage appends to an Iceberg table, another overwrites one from it; then what the first
   * published is rolled back with what stands on it.
   */
  static final class Publish extends LakeLife {
    private String rollback = "";
    private String found = "";

    /** What may be found after a crash, from now on. */
    private List<String> possible = List.of();

    Publish(Lake lake) {
      super(lake, rows("SELECT id FROM input", BadRecords.FAIL), sum());
      processed("raw/a/1.csv", "id\n1\n");
      outside(() -> {
        lake.put("raw/a/2.csv", "id\n2\n");
        possible =
            List.of(
                "rows [1], sum [1], 1 of 1 and 1 of 1 stand, 1 processed",
                "rows [1, 2], sum [1], 2 of 2 and 1 of 1 stand, 2 processed",
                "rows [1, 2], sum [2], 2 of 2 and 2 of 2 stand, 2 processed");
      });
      step(Lake.Life::settle);
      holds(
          CrashInvariant.COMMITTED_WHOLE, () -> assertThat(found()).isEqualTo(possible.getLast()));
      outside(() -> {
        rollback = newest("a.p.rows").id();
        possible =
            List.of(
                "rows [1, 2], sum [2], 2 of 2 and 2 of 2 stand, 2 processed",
                "rows [1], sum [1], 1 of 2 and 1 of 2 stand, 1 processed");
      });
      step(this::rollBack);
      holds(CrashInvariant.ROLLED_BACK, () -> assertThat(found()).isEqualTo(possible.getLast()));
    }

    private static StageSpec sum() {
      return Lake.stage(
          "a.q.sum",
          new Trigger.Tables(List.of(TableName.parse(ROWS)), Trigger.Tables.When.ALL),
          "SELECT count(*) AS n FROM stage.rows",
          Lake.into(SUM, Target.Mode.OVERWRITE, List.of(), List.of()));
    }

    /** Who got no answer may be told that it is done. */
    private void rollBack(Lake.Life process) {
      var request = new Rollbacks.Request(rollback, "user:ann", Seen.ALL, Rollbacks.Reach.CASCADE);
      try {
        process.rollbacks.rollback(request, _ -> {});
      } catch (Conflict e) {
        assertThat(e.code()).isEqualTo(PipelinesError.NOTHING_TO_ROLL_BACK);
        assertThat(found()).isEqualTo(possible.getLast());
      }
    }

    private Execution newest(String stage) {
      return of(stage).getFirst();
    }

    private List<Execution> of(String stage) {
      return lake.executions().stream()
          .filter(one -> one.stage().toString().equals(stage))
          .filter(one -> one.origin().by() == Execution.By.EVENTS)
          .filter(one -> one.status() == ExecutionStatus.SUCCEEDED)
          .toList();
    }

    private String standing(String stage) {
      List<Execution> all = of(stage);
      long standing = all.stream().filter(one -> one.result().rolledBackBy() == null).count();
      return standing + " of " + all.size();
    }

    /** What a reader finds, and what the state database says of it. */
    private String found() {
      return "rows %s, sum %s, %s and %s stand, %d processed"
          .formatted(
              ids(),
              lake.query(SUM, "SELECT n FROM t"),
              standing("a.p.rows"),
              standing("a.q.sum"),
              lake.database.<Long>read(
                  tx -> tx.number("SELECT COUNT(*) FROM stage_inputs WHERE version <> ''")));
    }

    @Override
    void died() {
      found = found();
      check(
          rollback.isEmpty() ? CrashInvariant.COMMITTED_WHOLE : CrashInvariant.ROLLED_BACK,
          () -> assertThat(found).isIn(possible));
    }

    @Override
    String told() {
      return found.replaceFirst(", \\d+ of .*", "");
    }
  }

  /** A batch breaks a rule of its stage. */
  static final class Audited extends LakeLife {
    private static final String NEGATIVE = "SELECT id FROM stage.rows WHERE id < 0";

    Audited(Lake lake) {
      super(lake, audited());
      processed("raw/a/1.csv", "id\n1\n");
      outside(() -> lake.put("raw/a/2.csv", "id\n-2\n"));
      step(Lake.Life::settle);
      holds(
          CrashInvariant.AUDITED,
          () -> {
            assertThat(ids()).containsExactly("1");
            assertThat(rejected()).containsExactly("{\"id\":-2}", "{\"id\":1}");
          });
    }

    private static StageSpec audited() {
      StageSpec plain = rows("SELECT id FROM input", BadRecords.FAIL);
      AuditRule rule =
          AuditRule.of(
              "positive", AuditRule.Severity.ERROR, NEGATIVE, Set.of(TableName.parse(ROWS)));
      return new StageSpec(
          plain.name(),
          plain.on(),
          plain.batch(),
          plain.input(),
          plain.transform(),
          plain.into(),
          plain.running(),
          new Audit(List.of(rule), Audit.STANDARD_KEEP));
    }

    private List<String> rejected() {
      String failed =
          lake.executions().stream()
              .filter(one -> one.status() == ExecutionStatus.FAILED)
              .findFirst()
              .orElseThrow()
              .id();
      return lake.sql(
          Principal.user("root").asAdministrator(),
          "SELECT id FROM %s FOR VERSION AS OF 'audit_%s' ORDER BY id".formatted(ROWS, failed));
    }

    @Override
    void died() {
      check(CrashInvariant.AUDITED, () -> assertThat(ids()).containsExactly("1"));
    }

    @Override
    String told() {
      return WorldLife.told(
          lake.database.<Long>read(
              tx -> tx.number("SELECT COUNT(*) FROM attempts WHERE outcome = 'LOST'")));
    }
  }

  /** Executions that ended move to an Iceberg table. */
  static final class Archive extends LakeLife {
    private static final Principal ADMIN = Principal.user("root").asAdministrator();
    private static final String EXECUTIONS = "SELECT * FROM system.executions ORDER BY id";

    private final List<String> whole;
    private int left;

    Archive(Lake lake) {
      super(lake, rows("SELECT id FROM input", BadRecords.FAIL));
      processed("raw/a/1.csv", "id\n1\n");
      processed("raw/a/2.csv", "id\n2\n");
      whole = lake.sql(ADMIN, EXECUTIONS);
      assertThat(whole).hasSize(2);
      step(life -> life.archive.sweep(Duration.ZERO));
      holds(
          CrashInvariant.ARCHIVED,
          () -> {
            assertThat(lake.sql(ADMIN, EXECUTIONS)).isEqualTo(whole);
            assertThat(lake.executions()).isEmpty();
          });
    }

    @Override
    void died() {
      left = lake.executions().size();
      check(
          CrashInvariant.ARCHIVED,
          () -> {
            assertThat(lake.sql(ADMIN, EXECUTIONS)).isEqualTo(whole);
            assertThat(left).isIn(0, 2);
          });
    }

    @Override
    String told() {
      return "%d of 2 executions moved".formatted(2 - left);
    }
  }

  /** Records are taken out of quarantine, corrected, and worked on once more. */
  static final class Records extends LakeLife {
    private static final String QUARANTINE = ROWS + "_quarantine";

    Records(Lake lake) {
      super(lake, rows("SELECT id, v FROM input", BadRecords.QUARANTINE));
      processed("raw/a/1.csv", "id,v\n1,a\n2;b\n3;c\n");
      step(life -> {
        if (lake.executions().size() < 2) {
          life.redrives.begin(request());
        }
      });
      step(Lake.Life::settle);
      holds(
          CrashInvariant.RECORDS,
          () -> {
            assertThat(lake.query(ROWS, "SELECT id, v FROM t ORDER BY id"))
                .containsExactly("1,a", "2,b");
            assertThat(lake.query(QUARANTINE, "SELECT line, text FROM t")).containsExactly("4,3;c");
          });
    }

    private static Redrives.Request request() {
      return new Redrives.Request(
          TableName.parse(QUARANTINE),
          Optional.empty(),
          "",
          List.of("text = replace(text, '2;', '2,')"),
          "user:ann");
    }

    @Override
    void died() {
      List<String> kept = ids().contains("2") ? List.of("3;c") : List.of("2;b", "3;c");
      check(
          CrashInvariant.RECORDS,
          () ->
              assertThat(lake.query(QUARANTINE, "SELECT text FROM t ORDER BY text"))
                  .isEqualTo(kept));
    }

    @Override
    String told() {
      return WorldLife.told(
          lake.database.<Long>read(
              tx -> tx.number("SELECT COUNT(*) FROM attempts WHERE outcome = 'LOST'")));
    }
  }
}
