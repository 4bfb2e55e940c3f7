package io.hosu.delivery;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.governance.AccessChange;
import io.hosu.governance.AccessChanges;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Resource;
import io.hosu.governance.Terms;
import io.hosu.kernel.HosuException;
import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a plan tells about who will be able to do what. */
@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class AccessPlanTest {
  private static final String PEOPLE =
      """
      tables:
        stage.people:
          columns:
            id: BIGINT
            ssn: { type: VARCHAR, tags: { pii: high } }
            region: VARCHAR
        stage.places:
          columns: { id: BIGINT }
      """;
  private static final String WHO =
      """
      groups: [analysts, nobody]
      principals:
        - { name: alice, groups: [analysts] }
        - { name: bob, groups: [analysts] }
        - { name: carol, attributes: { region: EU } }
      """;

  private final TestDatabase kind;
  private final Map<String, String> files = new TreeMap<>();
  private TestServer server;

  AccessPlanTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open(@TempDir Path folder) {
    server = new TestServer(kind, folder);
    files.put("lake.yaml", "name: x");
    files.put("domains/air/domain.yaml", "description: Flights.");
    files.put("domains/air/datasets/hr.yaml", PEOPLE);
    grant();
    server.apply(files);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private void grant(String... grants) {
    String list = grants.length == 0 ? "" : "grants:\n";
    files.put("access/a.yaml", WHO + list + String.join("", List.of(grants)));
  }

  private AccessChanges plan() {
    return server.delivery.plan(TestServer.sound(files)).access();
  }

  private List<String> planned() {
    return plan().changes().stream()
        .map(change ->
            "%s %s %s: %s -> %s %s"
                .formatted(
                    change.effect(),
                    change.permission(),
                    change.on(),
                    change.before(),
                    change.after(),
                    change.principals()))
        .toList();
  }

  private List<String> warned() {
    return plan().warnings().stream().map(one -> one.about() + ": " + one.what()).toList();
  }

  @Test
  void whoGainsATableIsToldOnceForAllToWhomItHappens() {
    grant(
        "  - { to: group:analysts, allow: [SELECT], on: air.stage.people, masks: { ssn: hash }"
            + " }\n");

    assertThat(planned())
        .containsExactly(
            "GAINS SELECT air.stage.people: nothing -> ssn as hash [user:alice, user:bob]");
    assertThat(plan().changes().getFirst().people()).isEqualTo(2);
  }

  private Grant byCommand(String to, String on) {
    return server.database.write(tx ->
        server
            .governance
            .grants()
            .put(
                tx,
                new Grant(
                    "",
                    Grant.Effect.ALLOW,
                    Grantee.parse(to),
                    Set.of(Permission.SELECT),
                    Resource.parse(on),
                    Terms.none(),
                    "request:1")));
  }

  @Test
  void aPrincipalThatHoldsGrantsByCommandIsNotDroppedByTheProject() {
    Grant held = byCommand("user:carol", "air.stage.places");
    String before = requireNonNull(files.get("access/a.yaml"));
    files.put("access/a.yaml", before.lines().limit(4).collect(Collectors.joining("\n")));

    for (ThrowingCallable one : List.<ThrowingCallable>of(this::plan, () -> server.apply(files))) {
      assertThatThrownBy(one)
          .isInstanceOfSatisfying(
              HosuException.Conflict.class,
              e -> {
                assertThat(e.what())
                    .contains("user:carol")
                    .contains("the grant user:carol SELECT on air.stage.places");
                assertThat(e.remedy())
                    .contains("hosu principals hand-over carol --to NAME")
                    .contains("hosu grants revoke " + held.id());
              });
    }
    server.database.perform(tx -> server.governance.grants().remove(tx, held.id()));
    server.apply(files);
    assertThat(server.governance.principals().find("carol")).isEmpty();
  }

  @Test
  void aPrincipalThatChangesItsKindMustHoldNothingByCommand() {
    byCommand("user:carol", "air.stage.places");
    files.computeIfPresent(
        "access/a.yaml", (_, text) -> text.replace("name: carol", "kind: service, name: carol"));

    assertThatThrownBy(this::plan).isInstanceOf(HosuException.Conflict.class);
  }

  @Test
  void aPrincipalMadeAnewHasNoGrantThatWaitedForItsName() {
    byCommand("user:dora", "air.stage.places");
    files.computeIfPresent("access/a.yaml", (_, text) -> text + "  - { name: dora }\n");

    assertThat(planned()).isEmpty();
    server.apply(files);

    assertThat(server.governance.grants().list()).noneMatch(one -> one.to().name().equals("dora"));
  }

  @Test
  void oneMoreRowFilterIsAGainAndNoLoss() {
    String first =
        "  - { to: user:carol, allow: [SELECT], on: air.stage.people, rows: \"region = 'EU'\" }\n";
    grant(first);
    server.apply(files);
    grant(
        first,
        "  - { to: user:carol, allow: [SELECT], on: air.stage.people, rows: \"region = 'US'\" }\n");

    assertThat(planned())
        .containsExactly(
            "GAINS SELECT air.stage.people: rows where region = 'EU' -> rows where (region = 'EU')"
                + " or (region = 'US') [user:carol]");
    server.apply(files);
    grant(first);
    assertThat(plan().changes())
        .extracting(AccessChange::effect)
        .containsExactly(AccessChange.Effect.LOSES);
  }

  @Test
  void whoMayActAsARoleGainsWhatItSees() {
    String grants = "  - { to: role:loader, allow: [SELECT, INSERT], on: air.stage.places }\n";
    grant(grants);
    files.computeIfPresent("access/a.yaml", (_, text) -> text + "roles:\n  - { name: loader }\n");
    server.apply(files);
    files.computeIfPresent(
        "access/a.yaml",
        (_, text) -> text.replace("{ name: loader }", "{ name: loader, trust: [group:analysts] }"));

    assertThat(planned())
        .containsExactly(
            "GAINS SELECT air.stage.places: nothing -> as role:loader: all of it [user:alice,"
                + " user:bob]",
            "GAINS INSERT air.stage.places: nothing -> as role:loader: allowed [user:alice,"
                + " user:bob]");
    server.apply(files);
    files.computeIfPresent(
        "access/a.yaml", (_, text) -> text.replace(", trust: [group:analysts]", ""));
    assertThat(plan().changes())
        .extracting(AccessChange::effect)
        .containsOnly(AccessChange.Effect.LOSES)
        .hasSize(2);
  }

  @Test
  void aPlanChangesNothing() {
    grant("  - { to: group:analysts, allow: [SELECT], on: air }\n");
    List<String> first = planned();

    assertThat(first).hasSize(2);
    assertThat(planned()).isEqualTo(first);
    assertThat(server.governance.grants().list()).noneMatch(grant -> grant.source().equals("git"));
  }

  @Test
  void applyingTellsTheSameAndThenThereIsNoDifference() {
    grant("  - { to: user:carol, allow: [SELECT, INSERT], on: air.stage.places }\n");
    AccessChanges planned = plan();

    assertThat(server.apply(files).access()).isEqualTo(planned);
    assertThat(planned.changes())
        .extracting(change -> change.permission() + " " + change.after())
        .containsExactly("SELECT all of it", "INSERT allowed");
    assertThat(plan().changes()).isEmpty();
  }

  @Test
  void rowsColumnsAndMasksAreToldWhereTheyDiffer() {
    grant(
        "  - { to: user:carol, allow: [SELECT], on: air.stage.people, columns: [id, region], rows:"
            + " \"region = 'EU'\" }\n");
    server.apply(files);
    grant(
        "  - { to: user:carol, allow: [SELECT], on: air.stage.people, columns: [id, ssn], masks: {"
            + " id: \"range(10)\", ssn: last(2) } }\n");

    assertThat(planned())
        .containsExactly(
            "GAINS SELECT air.stage.people: rows where region = 'EU' -> all rows [user:carol]",
            "GAINS SELECT air.stage.people.ssn: nothing -> last(2) [user:carol]",
            "LOSES SELECT air.stage.people.id: in the clear -> range(10) [user:carol]",
            "LOSES SELECT air.stage.people.region: in the clear -> nothing [user:carol]");
  }

  @Test
  void whatGroupsTagsAttributesAndOwnersMakeIsEffectiveToo() {
    grant(
        "  - { to: group:analysts, allow: [SELECT], on: air.stage.places }\n",
        "  - { to: 'principal:\"region = EU\"', allow: [SELECT], on: 'tag:\"pii = high\"' }\n");
    server.apply(files);
    files.computeIfPresent(
        "access/a.yaml",
        (_, text) ->
            text.replace("bob, groups: [analysts]", "bob").replace("region: EU", "region: US"));
    files.put("domains/air/domain.yaml", "owner: bob");

    assertThat(planned())
        .contains(
            "GAINS SELECT air.stage.people: nothing -> all of it [user:bob]",
            "GAINS ADMIN air: nothing -> allowed [user:bob]",
            "LOSES SELECT air.stage.people: only ssn -> nothing [user:carol]")
        .noneMatch(line -> line.contains("air.stage.places"));
  }

  @Test
  void aTagAloneChangesWhoSeesAColumn() {
    grant("  - { to: user:carol, allow: [SELECT], on: 'tag:\"pii = high\"' }\n");
    server.apply(files);
    files.put("domains/air/datasets/hr.yaml", PEOPLE.replace("pii: high", "pii: none"));

    assertThat(planned())
        .containsExactly("LOSES SELECT air.stage.people: only ssn -> nothing [user:carol]");
  }

  @Test
  void aPrincipalThatGoesLosesWhatItHad() {
    grant("  - { to: user:carol, allow: [RUN], on: air }\n");
    server.apply(files);
    files.put("access/a.yaml", "principals: [{ name: alice }, { name: bob }]");

    assertThat(planned()).containsExactly("LOSES RUN air: allowed -> nothing [user:carol]");
  }

  @Test
  void personalColumnsThatBecomeReadableInTheClearAreWarnedOf() {
    grant("  - { to: group:analysts, allow: [SELECT], on: air.stage }\n");

    assertThat(warned())
        .containsExactly(
            "air.stage.people.ssn: It is tagged as personal, and will be readable in the clear by"
                + " user:alice, user:bob.");
    server.apply(files);
    assertThat(warned()).isEmpty();
  }

  @Test
  void personalColumnsWhoseTokensCanBeTurnedBackAreWarnedOf() {
    String tokens =
        "  - { to: group:analysts, allow: [SELECT], on: air.stage.people, masks: { ssn: token } }\n";
    grant(tokens);
    assertThat(warned()).isEmpty();
    server.apply(files);
    grant(tokens, "  - { to: user:bob, allow: [DETOKENIZE], on: air }\n");
    List<String> expected =
        List.of(
            "air.stage.people.ssn: It is tagged as personal, and its tokens will be turned back to"
                + " values by user:bob.");

    assertThat(warned()).isEqualTo(expected);
    server.apply(files);
    assertThat(warned()).isEmpty();
    grant();
    server.apply(files);
    grant(tokens, "  - { to: user:bob, allow: [DETOKENIZE], on: lake }\n");
    assertThat(warned()).isEqualTo(expected);
    grant("  - { to: user:bob, allow: [DETOKENIZE], on: air }\n");
    assertThat(warned()).isEmpty();
  }

  @Test
  void aGrantOfColumnsThatAreAllDeniedIsCalledUnreachable() {
    String some = "  - { to: user:alice, allow: [SELECT], on: %s, columns: [%s] }\n";
    String deny =
        "  - { to: group:analysts, deny: [SELECT], on: air.stage, columns: [ssn, region] }\n";
    grant(
        deny,
        some.formatted("air.stage.people", "ssn"),
        some.formatted("air.stage", "region, ssn"),
        some.formatted("air.stage.people", "ssn, id"),
        some.formatted("air.stage.places", "id"),
        "  - { to: user:carol, allow: [SELECT], on: air.stage.people, columns: [ssn] }\n");

    assertThat(warned())
        .filteredOn(warning -> warning.contains("cannot be reached"))
        .containsExactlyInAnyOrder(
            "user:alice SELECT on air.stage.people {\"columns\":[\"ssn\"]}: It cannot be reached:"
                + " all of it is denied to everybody who has it.",
            "user:alice SELECT on air.stage {\"columns\":[\"region\",\"ssn\"]}: It cannot be"
                + " reached: all of it is denied to everybody who has it.");
  }

  @Test
  void aGrantOfWhichADenyTakesEveryColumnThatItsTablesHaveIsCalledUnreachable() {
    grant(
        "  - { to: group:analysts, deny: [SELECT], on: air.stage.people, columns: [COLUMNS] }\n"
            .replace("COLUMNS", "id, ssn, region"),
        "  - { to: user:alice, allow: [SELECT], on: air.stage.people }\n",
        "  - { to: user:alice, allow: [SELECT], on: air.stage.people, columns: { except: [id] } }\n",
        "  - { to: user:alice, allow: [SELECT], on: air.stage }\n",
        "  - { to: user:carol, allow: [SELECT], on: air.stage.people }\n");

    assertThat(warned())
        .filteredOn(warning -> warning.contains("cannot be reached"))
        .containsExactlyInAnyOrder(
            "user:alice SELECT on air.stage.people: It cannot be reached: all of it is denied to"
                + " everybody who has it.",
            "user:alice SELECT on air.stage.people {\"columns\":{\"except\":[\"id\"]}}: It cannot be"
                + " reached: all of it is denied to everybody who has it.");
  }

  @Test
  void grantsWithoutEffectAreWarnedOf() {
    grant(
        "  - { to: group:nobody, allow: [RUN], on: air }\n",
        "  - { to: 'principal:\"region = ASIA\"', allow: [RUN], on: air }\n",
        "  - { to: user:carol, allow: [RUN], on: air, until: 1999-01-01 }\n",
        "  - { to: user:carol, allow: [SELECT], on: 'tag:\"pii = lowish\"' }\n",
        "  - { to: user:alice, allow: [SELECT], on: air.stage.places }\n",
        "  - { to: user:alice, allow: [SELECT], on: 'tag:\"not pii = high\"' }\n",
        "  - { to: group:analysts, deny: [SELECT], on: air.stage }\n");

    assertThat(warned())
        .containsExactlyInAnyOrder(
            "group:nobody RUN on air: It is to nobody: group:nobody has no member.",
            "principal:\"region = ASIA\" RUN on air: It is to nobody: principal:\"region = ASIA\""
                + " has no member.",
            "user:carol RUN on air {\"until\":\"1999-01-01T00:00:00Z\"}: It is over since"
                + " 1999-01-01T00:00:00Z.",
            "user:carol SELECT on tag:\"pii = lowish\": It is on nothing: nothing is tagged so.",
            "user:alice SELECT on air.stage.places: It cannot be reached: all of it is denied to"
                + " everybody who has it.");
  }

  @Test
  void aGrantWhoseConditionHoldsOfSomethingInItsPlaceIsNotCalledUnreachable() {
    String all = "  - { to: user:alice, allow: [SELECT], on: air, where: resource.pii = %s }\n";
    grant(all.formatted("high"));
    assertThat(warned()).noneMatch(warning -> warning.contains("cannot be reached"));
    grant(all.formatted("lowish"));
    assertThat(warned()).anyMatch(warning -> warning.contains("cannot be reached"));
  }

  @Test
  void anEngineThatIsTrustedFromNowOnIsWarnedOfOnce() {
    files.put(
        "access/b.yaml",
        "principals: [{ name: trino, kind: service, keeps_limits: true }, { name: cli, kind:"
            + " service }]");

    assertThat(warned())
        .singleElement()
        .asString()
        .startsWith("service:trino: It will be given all files of the tables");
    server.apply(files);
    assertThat(server.governance.principals().keepsLimits("trino")).isTrue();
    assertThat(server.governance.principals().keepsLimits("cli")).isFalse();
    assertThat(warned()).isEmpty();
    files.put("access/b.yaml", "principals: [{ name: trino, kind: service }]");
    server.apply(files);
    assertThat(server.governance.principals().keepsLimits("trino")).isFalse();
  }

  @Test
  void onlyAServiceIsDeclaredToKeepLimits() {
    files.put("access/b.yaml", "principals: [{ name: dora, keeps_limits: true }]");

    assertThat(LakeProject.read(ProjectFiles.of(files)).mistakes())
        .extracting(Mistake::why)
        .containsExactly(
            "Only a service keeps limits: people do not, and stages read whole tables.");
  }

  @Test
  void readObjectsThatCoversATableSeenInPartIsWarnedOf() {
    grant(
        "  - { to: group:analysts, allow: [SELECT], on: air.stage.people, masks: { ssn: hash } }\n",
        "  - { to: user:alice, allow: [READ_OBJECTS], on: stage/air/ }\n",
        "  - { to: user:bob, allow: [READ_OBJECTS], on: stage/air/places/ }\n",
        "  - { to: user:carol, allow: [READ_OBJECTS], on: air }\n");

    assertThat(warned())
        .containsExactly(
            "user:alice READ_OBJECTS on stage/air/: READ_OBJECTS does not open the files of"
                + " air.stage.people to user:alice, who may SELECT a part of it.");
  }

  @Test
  void aGrantThatShowsAPartOfALayerIsNotWarnedOf() {
    grant("  - { to: user:carol, allow: [SELECT], on: air.stage, masks: { ssn: hash } }\n");

    assertThat(warned()).isEmpty();
  }
}
