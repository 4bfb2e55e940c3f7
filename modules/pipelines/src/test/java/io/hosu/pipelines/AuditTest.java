package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.events.DeadLetter;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.AuditRule.Severity;
import io.hosu.pipelines.Target.Mode;
import io.hosu.tables.SnapshotPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Stages that publish after their rules. */
class AuditTest extends InLake {
  private static final TableName ORDERS = TableName.parse("shop.stage.orders");
  private static final SnapshotPolicy NOW = new SnapshotPolicy(Duration.ZERO, 1, 1, Duration.ZERO);
  private static final String IDS = "SELECT id FROM t ORDER BY id";

  private static AuditRule rule(String name, Severity severity, String violations) {
    return AuditRule.of(name, severity, violations, Set.of(ORDERS));
  }

  private static AuditRule positive(Severity severity) {
    return rule("positive", severity, "SELECT id, amount FROM stage.orders WHERE amount <= 0");
  }

  private static StageSpec stage(Target into, Duration keep, AuditRule... rules) {
    StageSpec plain =
        Lake.stage(
            "shop.p.load",
            new Trigger.Objects(List.of("raw/shop/*.csv")),
            "SELECT id, amount FROM input",
            into,
            BadRecords.QUARANTINE);
    return new StageSpec(
        plain.name(),
        plain.on(),
        plain.batch(),
        plain.input(),
        new Transform.Sql("q.sql", "SELECT id, amount FROM input").reading(Set.of()),
        plain.into(),
        plain.running(),
        new Audit(List.of(rules), keep));
  }

  private void apply(Mode mode, AuditRule... rules) {
    List<String> key = mode == Mode.MERGE ? List.of("id") : List.of();
    lake.apply(
        stage(Lake.into(ORDERS.toString(), mode, key, List.of()), Audit.STANDARD_KEEP, rules));
  }

  private List<String> ids() {
    return lake.query(ORDERS.toString(), IDS);
  }

  private Execution newest() {
    return lake.executions().getFirst();
  }

  private List<String> rejected() {
    return lake.sql(
        Principal.user("root").asAdministrator(),
        "SELECT id FROM %s FOR VERSION AS OF 'audit_%s' ORDER BY id"
            .formatted(ORDERS, newest().id()));
  }

  @Test
  void whatBreaksARuleIsNotPublishedAndCanBeRead() {
    apply(Mode.APPEND, positive(Severity.ERROR));
    put("raw/shop/1.csv", "id,amount\n1,10\n");
    String before = lake.tables.require(ORDERS).snapshot().toString();

    put("raw/shop/2.csv", "id,amount\n2,20\n3,0\n4,-1\n");

    assertThat(ids()).containsExactly("1");
    assertThat(lake.tables.require(ORDERS).snapshot()).hasToString(before);
    assertThat(lake.tables.history(ORDERS, 10, "").items()).hasSize(1);
    assertThat(newest().status()).isEqualTo(ExecutionStatus.FAILED);
    assertThat(newest().result().cause())
        .satisfies(cause -> {
          assertThat(cause.code()).isEqualTo("RULES_BROKEN");
          assertThat(cause.what()).contains("shop.stage.orders", "positive (2 rows)");
          assertThat(cause.place().sample()).contains("{\"id\":3,\"amount\":0}");
          assertThat(cause.remedy()).contains("audit_" + newest().id(), "7d");
        });
    assertThat(rejected()).containsExactly("{\"id\":1}", "{\"id\":2}", "{\"id\":3}", "{\"id\":4}");
  }

  @Test
  void theWholeBatchWaitsAsDeadLettersUntilItIsRedriven() {
    apply(Mode.APPEND, positive(Severity.ERROR));
    put("raw/shop/1.csv", "id,amount\n1,10\n");
    put("raw/shop/2.csv", "id,amount\n2,-20\n");
    List<DeadLetter> letters = lake.deadLetters();
    assertThat(letters)
        .singleElement()
        .satisfies(letter -> assertThat(letter.cause().code()).isEqualTo("RULES_BROKEN"));

    apply(
        Mode.APPEND, rule("some", Severity.ERROR, "SELECT id FROM stage.orders WHERE id IS NULL"));
    lake.redriving().redrive(letters.stream().map(DeadLetter::id).toList(), "user:ann");
    lake.finish();

    assertThat(ids()).containsExactly("1", "2");
    assertThat(lake.deadLetters()).isEmpty();
  }

  @Test
  void anObjectThatIsCorrectedIsPublished() {
    apply(Mode.APPEND, positive(Severity.ERROR));
    put("raw/shop/1.csv", "id,amount\n1,-10\n");
    put("raw/shop/1.csv", "id,amount\n1,10\n");

    assertThat(ids()).containsExactly("1");
    assertThat(lake.deadLetters()).isEmpty();
  }

  @Test
  void aRuleThatOnlyWarnsIsToldAndKeepsNothingBack() {
    apply(Mode.APPEND, positive(Severity.WARNING));
    put("raw/shop/1.csv", "id,amount\n1,0\n");

    assertThat(ids()).containsExactly("1");
    assertThat(newest().result().note())
        .contains("'positive' is broken by 1 row", "{\"id\":1,\"amount\":0}");
    assertThat(lake.tables.require(ORDERS).metadata().refs()).containsOnlyKeys("main");
  }

  @Test
  void rowsOfATableThatIsNotThereYetMakeNone() {
    apply(Mode.APPEND, positive(Severity.ERROR));
    put("raw/shop/1.csv", "id,amount\n1,0\n");

    assertThat(lake.tables.find(ORDERS)).isEmpty();
    assertThat(newest().result().cause())
        .satisfies(cause -> {
          assertThat(cause.code()).isEqualTo("RULES_BROKEN");
          assertThat(cause.remedy()).doesNotContain("audit_");
        });
  }

  @Test
  void aRuleComparesWithTheTableAsItIs() {
    apply(
        Mode.OVERWRITE,
        rule(
            "shrinks_little",
            Severity.ERROR,
            "SELECT before, after FROM (SELECT (SELECT count(*) FROM stage.orders FOR VERSION AS OF"
                + " 'main') AS before, (SELECT count(*) FROM stage.orders) AS after) WHERE after * 2"
                + " < before"));
    put("raw/shop/1.csv", "id,amount\n1,1\n2,1\n3,1\n4,1\n5,1\n");
    put("raw/shop/1.csv", "id,amount\n1,1\n");

    assertThat(ids()).hasSize(5);
    assertThat(newest().result().cause())
        .satisfies(
            cause -> assertThat(cause.place().sample()).isEqualTo("{\"before\":5,\"after\":1}"));
  }

  @Test
  void mergedRowsAreAskedAsTheTableWouldBe() {
    apply(
        Mode.MERGE,
        rule("few", Severity.ERROR, "SELECT count(*) AS n FROM stage.orders HAVING count(*) > 2"));
    put("raw/shop/1.csv", "id,amount\n1,1\n2,1\n");
    put("raw/shop/2.csv", "id,amount\n2,7\n");
    put("raw/shop/3.csv", "id,amount\n3,1\n");

    assertThat(lake.query(ORDERS.toString(), "SELECT id, amount FROM t ORDER BY id"))
        .containsExactly("1,1", "2,7");
    assertThat(rejected()).hasSize(3);
  }

  @Test
  void aTableThatWouldBecomeEmptyIsAskedToo() {
    apply(
        Mode.OVERWRITE,
        rule("some", Severity.ERROR, "SELECT count(*) AS n FROM stage.orders HAVING count(*) = 0"));
    put("raw/shop/1.csv", "id,amount\n1,1\n");
    lake.delete("raw/shop/1.csv");
    lake.finish();

    assertThat(ids()).containsExactly("1");
    assertThat(newest().result().cause())
        .satisfies(cause -> assertThat(cause.code()).isEqualTo("RULES_BROKEN"));
  }

  @Test
  void badRecordsOfARejectedBatchAreNotSetAside() {
    apply(Mode.APPEND, positive(Severity.ERROR));
    put("raw/shop/1.csv", "id,amount\n1,1\n");
    put("raw/shop/2.csv", "id,amount\n2,-1\n3;4\n");

    assertThat(lake.tables.find(ORDERS.quarantine())).isEmpty();
    assertThat(ids()).containsExactly("1");
  }

  @Test
  void aRuleThatCannotBeAskedPublishesNothingAndIsNamed() {
    apply(
        Mode.APPEND,
        rule("wrong", Severity.WARNING, "SELECT id FROM stage.orders WHERE amuont < 0"));
    put("raw/shop/1.csv", "id,amount\n1,1\n");

    assertThat(lake.tables.find(ORDERS)).isEmpty();
    assertThat(newest().result().cause())
        .satisfies(cause -> {
          assertThat(cause.code()).isEqualTo("SQL_INVALID");
          assertThat(cause.what()).contains("The rule 'wrong' of stage shop.p.load");
        });
  }

  @Test
  void newColumnsOfARejectedStateStayOutOfTheTable() {
    lake.apply(
        new StageSpec(
            StageName.parse("shop.p.load"),
            new Trigger.Objects(List.of("raw/shop/*.csv")),
            Batch.STANDARD,
            Input.STANDARD,
            new Transform.Sql("q.sql", "SELECT * FROM input"),
            Lake.into(ORDERS.toString(), Mode.APPEND, List.of(), List.of()),
            Running.STANDARD,
            new Audit(List.of(positive(Severity.ERROR)), Audit.STANDARD_KEEP)));
    put("raw/shop/1.csv", "id,amount\n1,1\n");
    put("raw/shop/2.csv", "id,amount,note\n2,-1,bad\n");

    assertThat(lake.query(ORDERS.toString(), "SELECT * FROM t")).containsExactly("1,1");
    assertThat(
            lake.sql(
                Principal.user("root").asAdministrator(),
                "SELECT note FROM %s FOR VERSION AS OF 'audit_%s' WHERE id = 2"
                    .formatted(ORDERS, newest().id())))
        .containsExactly("{\"note\":\"bad\"}");

    put("raw/shop/2.csv", "id,amount,other\n2,1,good\n");

    assertThat(lake.query(ORDERS.toString(), "SELECT id, other FROM t ORDER BY id"))
        .containsExactly("1,", "2,good");
  }

  @Test
  void anotherCommitMeanwhileHasTheRulesAskedAnew() {
    apply(
        Mode.APPEND,
        rule("few", Severity.ERROR, "SELECT count(*) AS n FROM stage.orders HAVING count(*) > 2"));
    put("raw/shop/1.csv", "id,amount\n1,1\n");
    lake.apply(
        Lake.stage(
            "shop.p.other",
            new Trigger.Objects(List.of("raw/shop/other/*.csv")),
            "SELECT id, amount FROM input",
            Lake.into(ORDERS.toString(), Mode.APPEND, List.of(), List.of())));
    put("raw/shop/other/2.csv", "id,amount\n2,1\n");
    put("raw/shop/3.csv", "id,amount\n3,1\n");

    assertThat(ids()).containsExactly("1", "2");
    assertThat(rejected()).hasSize(3);
  }

  @Test
  void whoMayNotReadTheTableIsNotToldWhatBrokeTheRule() {
    apply(Mode.APPEND, positive(Severity.ERROR));
    put("raw/shop/1.csv", "id,amount\n1,1\n");
    put("raw/shop/2.csv", "id,amount\n2,-4711\n");
    Principal ivy = Principal.user("ivy");
    lake.grant(ivy, Permission.DESCRIBE, "shop");

    assertThat(
            lake.sql(
                ivy, "SELECT cause_code, sample FROM system.executions WHERE status = 'FAILED'"))
        .singleElement()
        .satisfies(row -> assertThat(row).contains("RULES_BROKEN").doesNotContain("4711"));

    lake.grant(ivy, Permission.SELECT, ORDERS.toString());

    assertThat(lake.sql(ivy, "SELECT sample FROM system.executions WHERE status = 'FAILED'"))
        .singleElement()
        .satisfies(row -> assertThat(row).contains("-4711"));
  }

  @Test
  void aRejectedStateGoesWhenItsTimeIsOver() {
    lake.apply(
        stage(
            Lake.into(ORDERS.toString(), Mode.APPEND, List.of(), List.of()),
            Duration.ofMillis(1),
            positive(Severity.ERROR)));
    put("raw/shop/1.csv", "id,amount\n1,1\n");
    put("raw/shop/2.csv", "id,amount\n2,-1\n");
    String tag = "audit_" + newest().id();
    assertThat(lake.tables.require(ORDERS).metadata().refs()).containsKey(tag);

    expire();

    assertThat(lake.tables.require(ORDERS).metadata().refs()).containsOnlyKeys("main");
    assertThat(ids()).containsExactly("1");
  }

  private void expire() {
    lake.life(lake.database).upkeep.expire(ORDERS, "user:ann", NOW);
  }

  @Test
  void aStageWithRulesReadsBackAsItWasKept() {
    StageSpec stage =
        stage(
            Lake.into(ORDERS.toString(), Mode.APPEND, List.of(), List.of()),
            Duration.ofHours(3),
            positive(Severity.WARNING),
            rule("other", Severity.ERROR, "SELECT 1 FROM stage.orders WHERE false"));

    assertThat(StageSpec.fromJson(stage.toJson())).isEqualTo(stage);
  }

  @Test
  void rulesOfOneNameAreRefused() {
    List<AuditRule> twice = List.of(positive(Severity.ERROR), positive(Severity.WARNING));

    assertThatThrownBy(() -> new Audit(twice, Audit.STANDARD_KEEP))
        .isInstanceOfSatisfying(
            Invalid.class, e -> assertThat(e.code()).isEqualTo(PipelinesError.STAGE_INVALID));
  }
}
