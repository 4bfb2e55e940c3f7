package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Nobody sees in a clone what the source does not show. */
class CloneRightsTest {
  private static final int POLICIES = 20_000;
  private static final String SOURCE = "air";
  private static final String CLONE = "sea";
  private static final ClonedDomains.Cloned CLONED =
      new ClonedDomains.Cloned(Map.of(CLONE, Set.of(SOURCE)), Set.of(CLONE));
  private static final TableName TABLE = new TableName(SOURCE, "stage", "t");
  private static final TableName COPY = new TableName(CLONE, "stage", "t");
  private static final Resource FILE =
      new Resource.ObjectKey(new ObjectName("stage", "sea/t/data/1.parquet"));
  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e", "other");

  private static Rights rights(NaiveRules rules) {
    return CompiledPolicyTest.rights(CompiledPolicyTest.state(rules).withCloned(CLONED));
  }

  /**
   * Every policy is one moment of two domains: after any grants, tags and denials; whatever columns
   * the tables have come to have by then, and whether or not the source's tables are still there.
   */
  @Test
  void whatSomebodySeesInTheCloneItSeesInTheSourceByWhateverNames() {
    int seen = 0;
    int kept = 0;
    for (long seed = 1; seed <= POLICIES; seed++) {
      RandomPolicies policies =
          seed % 2 == 0 ? RandomPolicies.renaming(seed) : new RandomPolicies(seed);
      NaiveRules rules = policies.next();
      rules = withMoreOnBoth(policies, rules);
      Principal principal = policies.principal();
      Rights rights = rights(rules);
      Rights without = CompiledPolicyTest.compile(rules);
      List<String> columns = columns(policies);

      boolean sees = sees(rights, principal, columns);
      seen += sees ? 1 : 0;
      kept += !sees && sees(without, principal, columns) ? 1 : 0;
      if (sees) {
        List<String> ofSource = columns(policies);
        Map<String, @Nullable String> row = policies.row(ofSource);
        assertThat(rules.row(principal, TABLE, ofSource, row))
            .as("seed %d: %s in %s", seed, principal, rules.grants)
            .isEqualTo(Optional.of(clear(row)));
      }
      assertThat(wholly(rights, principal, CLONE))
          .as("seed %d", seed)
          .isEqualTo(wholly(without, principal, CLONE) && wholly(without, principal, SOURCE));
    }
    assertThat(seen).as("policies that show something of the clone").isGreaterThan(POLICIES / 50);
    assertThat(kept).as("policies of which the clone hides it").isGreaterThan(POLICIES / 20);
  }

  private static final Principal ANN = Principal.user("ann");

  private static Grant allow(Grantee to, Resource on, Permission first, Permission... more) {
    return new Grant(on.toString() + first, to, EnumSet.of(first, more), on, Grant.CLI);
  }

  private static Rights rights(Grant... grants) {
    return rights(
        new NaiveRules(List.of(grants), Map.of(), Map.of(), Map.of(), RandomPolicies.NOW));
  }

  @Test
  void whatIsGrantedInTheCloneIsWorthNothingWithoutAllOfTheSource() {
    Resource source = new Resource.Domain(SOURCE);
    Grant inClone =
        allow(Grantee.of(ANN), new Resource.Domain(CLONE), Permission.SELECT, Permission.DROP);
    Grant all = allow(Grantee.of(ANN), source, Permission.SELECT);

    assertThat(may(rights(inClone, all), ANN, Permission.SELECT, Resource.of(COPY))).isTrue();
    List<Rights> less =
        List.of(
            rights(inClone),
            rights(inClone, allow(Grantee.of(ANN), Resource.of(TABLE), Permission.SELECT)),
            rights(inClone, all.with(Terms.none().with(new Condition("a = 'x'")))),
            rights(inClone, all.with(Terms.none().with(Columns.allBut(Set.of("ssn"))))),
            rights(
                inClone,
                all,
                allow(Grantee.of(ANN), Resource.parse("tag:\"pii = high\""), Permission.SELECT)
                    .asDeny()),
            rights(
                inClone,
                all,
                allow(Grantee.of(ANN), Resource.of(TABLE), Permission.SELECT)
                    .with(Terms.none().with(Columns.only(Set.of("renamed_away"))))
                    .asDeny()),
            rights(
                inClone,
                allow(Grantee.of(ANN), Resource.parse("tag:\"not team = x\""), Permission.SELECT)));
    for (Rights rights : less) {
      assertThat(sees(rights, ANN, List.of("a", "b"))).isFalse();
      assertThat(rights.visible(ANN, new Resource.Domain(CLONE))).isTrue();
      assertThat(may(rights, ANN, Permission.DROP, new Resource.Domain(CLONE))).isFalse();
      assertThat(rights.wholly(ANN, Permission.DROP, new Resource.Domain(CLONE))).isFalse();
    }
  }

  @Test
  void aCloneOfACloneTakesAllOfBoth() {
    ClonedDomains.Cloned twice =
        new ClonedDomains.Cloned(
            Map.of(CLONE, Set.of(SOURCE), "bay", Set.of(CLONE)), Set.of(CLONE, "bay"));
    Resource copy = Resource.of(new TableName("bay", "stage", "t"));
    Grant inBay = allow(Grantee.of(ANN), new Resource.Domain("bay"), Permission.SELECT);
    Grant inClone = allow(Grantee.of(ANN), new Resource.Domain(CLONE), Permission.SELECT);
    Grant inSource = allow(Grantee.of(ANN), new Resource.Domain(SOURCE), Permission.SELECT);
    for (List<Grant> grants :
        List.of(
            List.of(inBay, inClone, inSource),
            List.of(inBay, inClone),
            List.of(inBay, inSource),
            List.of(inClone, inSource))) {
      NaiveRules rules = new NaiveRules(grants, Map.of(), Map.of(), Map.of(), RandomPolicies.NOW);
      Rights rights = CompiledPolicyTest.rights(CompiledPolicyTest.state(rules).withCloned(twice));
      assertThat(may(rights, ANN, Permission.SELECT, copy)).isEqualTo(grants.size() == 3);
    }
  }

  @Test
  void theRefusalNamesTheSourceToWhoMayKnowIt() {
    Grant inClone = allow(Grantee.of(ANN), new Resource.Domain(CLONE), Permission.SELECT);
    Grant some = allow(Grantee.of(ANN), Resource.of(TABLE), Permission.SELECT);

    assertThat(rights(inClone, some).decide(ANN, Permission.SELECT, Resource.of(COPY)))
        .isInstanceOfSatisfying(
            Decision.Denied.class,
            denied -> {
              assertThat(denied.reason()).contains("clone of air", "SELECT on all of air");
              assertThat(denied.remedy()).contains("hosu grant user:ann SELECT air");
            });
    assertThat(rights(inClone).decide(ANN, Permission.SELECT, Resource.of(COPY)))
        .isInstanceOfSatisfying(
            Decision.Denied.class, denied -> assertThat(denied.reason()).doesNotContain(SOURCE));
  }

  @Test
  void aStageOfTheCloneReadsWhatItWasGrantedAndOneOfAnotherDomainDoesNot() {
    for (String domain : List.of(CLONE, "other")) {
      Principal stage = Principal.role(domain + ".trips.load");
      Rights rights = rights(allow(Grantee.of(stage), Resource.of(COPY), Permission.SELECT));
      assertThat(may(rights, stage, Permission.SELECT, Resource.of(COPY)))
          .isEqualTo(domain.equals(CLONE));
    }
  }

  @Test
  void anAdministratorMayDropWhatItMayNotRead() {
    Principal admin = ANN.asAdministrator();
    Rights rights = rights(allow(Grantee.of(ANN), new Resource.Lake(), Permission.INSERT));

    assertThat(may(rights, admin, Permission.DROP, Resource.of(COPY))).isTrue();
    assertThat(rights.wholly(admin, Permission.DROP, new Resource.Domain(CLONE))).isTrue();
    assertThat(rights.visible(admin, Resource.of(COPY))).isTrue();
    assertThat(may(rights, admin, Permission.SELECT, Resource.of(COPY))).isFalse();
    assertThat(may(rights, admin, Permission.INSERT, Resource.of(COPY))).isFalse();
  }

  @Test
  void anEngineSeesWhatBothOfThemMaySee() {
    Principal engine = Principal.service("engine");
    Grant[] ofEngine = {
      allow(Grantee.of(engine), new Resource.Lake(), Permission.SELECT),
      allow(Grantee.of(ANN), new Resource.Domain(CLONE), Permission.SELECT)
    };
    Principal both = engine.acting(engine.acting().within(new Bound.Other(ANN)));

    assertThat(may(rights(ofEngine), engine, Permission.SELECT, Resource.of(COPY))).isTrue();
    assertThat(may(rights(ofEngine), both, Permission.SELECT, Resource.of(COPY))).isFalse();
  }

  /** So that many see all of something. */
  private static NaiveRules withMoreOnBoth(RandomPolicies policies, NaiveRules rules) {
    if (policies.random.nextBoolean()) {
      return rules;
    }
    List<Grant> grants = new ArrayList<>(rules.grants);
    for (String on : List.of(SOURCE, CLONE)) {
      if (policies.random.nextInt(3) > 0) {
        grants.add(
            new Grant(
                "more" + on,
                Grantee.parse("principal:\"region = x\""),
                EnumSet.of(Permission.SELECT, Permission.READ_OBJECTS),
                new Resource.Domain(on),
                Grant.CLI));
      }
    }
    return new NaiveRules(grants, rules.owners, rules.tags, rules.datasets, rules.now)
        .withPlaces(rules.places);
  }

  private static List<String> columns(RandomPolicies policies) {
    TreeSet<String> some = new TreeSet<>();
    for (int i = 0; i < 3; i++) {
      some.add(policies.one(NAMES));
    }
    return List.copyOf(some);
  }

  /** By any way to it: rows, a column, files, or that it is there at all. */
  private static boolean sees(Rights rights, Principal principal, List<String> columns) {
    Resource table = Resource.of(COPY);
    boolean asAdministrator = principal.administrator();
    return rights.sight(principal, COPY, columns) instanceof Decision.Allowed
        || may(rights, principal, Permission.SELECT, table)
        || may(rights, principal, Permission.DELETE, table)
        || may(rights, principal, Permission.READ_OBJECTS, FILE)
        || may(rights, principal, Permission.SELECT, new Resource.Column(COPY, columns.getFirst()))
        || rights.seesPart(principal, COPY)
        || rights.reaches(principal, Permission.READ_OBJECTS, "stage", "sea/t/")
        || (!asAdministrator && rights.visible(principal, table))
        || (!asAdministrator && may(rights, principal, Permission.ALTER, table));
  }

  private static boolean may(Rights rights, Principal who, Permission what, Resource on) {
    return rights.decide(who, what, on) instanceof Decision.Allowed;
  }

  private static boolean wholly(Rights rights, Principal principal, String domain) {
    return rights.wholly(principal, Permission.SELECT, new Resource.Domain(domain));
  }

  private static Map<String, String> clear(Map<String, @Nullable String> row) {
    Map<String, String> clear = new HashMap<>();
    row.keySet().forEach(column -> clear.put(column, "clear"));
    return clear;
  }
}
