package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who acts within bounds may do what its own rights and each of the bounds allow, and no more. */
class BoundsTest {
  private static final int QUESTIONS = 5_000;
  private static final TableName TABLE = TableName.parse("air.stage.t");

  @Test
  void whatASessionShowsIsWhatTheRoleAndThePolicyShowBoth() {
    int limited = 0;
    for (long seed = 1; seed <= QUESTIONS; seed++) {
      RandomPolicies policies = new RandomPolicies(seed);
      NaiveRules rules = policies.next();
      List<Grant> session = toAnn(policies);
      Principal ann = policies.principal();
      Principal bounded = ann.acting(Acting.AS_ITSELF.within(new Bound.Session(session)));
      NaiveRules alone = new NaiveRules(session, Map.of(), rules.tags, rules.datasets, rules.now);
      Principal plain = Principal.user("ann").in(ann.groups()).with(ann.attributes());
      limited += agrees(seed, policies, rules, ann, alone, plain, bounded);
    }
    assertThat(limited).isGreaterThan(QUESTIONS / 20);
  }

  @Test
  void whoActsAsAnotherSeesWhatBothSee() {
    int limited = 0;
    for (long seed = 1; seed <= QUESTIONS; seed++) {
      RandomPolicies policies = new RandomPolicies(seed + QUESTIONS);
      NaiveRules rules = policies.next();
      Principal ann = policies.principal();
      Principal other = policies.principal();
      Principal bounded = ann.acting(Acting.AS_ITSELF.within(new Bound.Other(other)));
      limited += agrees(seed, policies, rules, ann, rules, other, bounded);
    }
    assertThat(limited).isGreaterThan(QUESTIONS / 20);
  }

  /** Compares one table, one row and the other things; returns 1 when there were limits. */
  private static int agrees(
      long seed,
      RandomPolicies policies,
      NaiveRules own,
      Principal itself,
      NaiveRules bound,
      Principal boundedBy,
      Principal bounded) {
    Rights rights = CompiledPolicyTest.compile(own);
    TableName table = policies.one(RandomPolicies.TABLES);
    Map<String, @Nullable String> row = policies.row();
    Decision decision = rights.sight(bounded, table, RandomPolicies.COLUMNS);
    String asked = "seed %d: %s of %s, %s".formatted(seed, bounded, table, decision);
    if (decision instanceof Decision.Denied denied && denied.reason().contains("would look at")) {
      Decision alone = rights.sight(itself, table, RandomPolicies.COLUMNS);
      assertThat(alone).as(asked).isInstanceOf(Decision.Allowed.class);
      assertThat(((Decision.Allowed) alone).limits().isNone()).as(asked).isFalse();
      return 1;
    }

    assertThat(CompiledPolicyTest.seen(decision, itself, row))
        .as(asked)
        .isEqualTo(
            both(
                own.row(itself, table, RandomPolicies.COLUMNS, row),
                bound.row(boundedBy, table, RandomPolicies.COLUMNS, row)));
    for (String other : RandomPolicies.OTHERS) {
      Permission permission = policies.one(List.of(Permission.RUN, Permission.INSERT));
      assertThat(may(rights, bounded, permission, other))
          .as("%s, %s on %s", asked, permission, other)
          .isEqualTo(own.may(itself, permission, other) && bound.may(boundedBy, permission, other));
    }
    return decision instanceof Decision.Allowed(_, Limits limits) && !limits.isNone() ? 1 : 0;
  }

  /** The cells that both show, each so that neither shows more of it. */
  private static Optional<Map<String, String>> both(
      Optional<Map<String, String>> one, Optional<Map<String, String>> other) {
    Map<String, String> both = new TreeMap<>();
    if (one.isPresent() && other.isPresent()) {
      one.get()
          .forEach((column, cell) -> {
            String its = other.get().get(column);
            if (its != null) {
              Mask mask = Masks.and(mask(cell), mask(its));
              both.put(column, mask == null ? "clear" : mask.toString());
            }
          });
    }
    return both.isEmpty() ? Optional.empty() : Optional.of(both);
  }

  private static @Nullable Mask mask(String seen) {
    return seen.equals("clear") ? null : Mask.parse(seen);
  }

  /** Grants of a policy that speaks of nobody. */
  private static List<Grant> toAnn(RandomPolicies policies) {
    List<Grant> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Grant some = policies.grant(100 + i);
      all.add(
          new Grant(
              some.id(),
              some.effect(),
              Grantee.user("ann"),
              some.permissions(),
              some.on(),
              some.terms(),
              some.source()));
    }
    return all;
  }

  @ParameterizedTest
  @CsvSource({
    "hash, hash, hash",
    "last(2), last(4), last(2)",
    "first(3), first(1), first(1)",
    "last(2), first(2), null",
    "year, month, year",
    "range(100), range(10), range(100)",
    "range(10), range(4), null",
    "constant(x), email, constant(x)",
    "null, hash, null",
    "email, phone, null",
    "sql(upper(a)), sql(upper(a)), sql(upper(a))",
    "sql(upper(a)), first(1), null",
  })
  void twoMasksShowTogetherOnlyWhatFollowsFromEach(String one, String other, String both) {
    assertThat(String.valueOf(Masks.and(Mask.parse(one), Mask.parse(other)))).isEqualTo(both);
    assertThat(String.valueOf(Masks.and(Mask.parse(other), Mask.parse(one)))).isEqualTo(both);
    assertThat(Masks.and(null, Mask.parse(one))).isEqualTo(Mask.parse(one));
    assertThat(Masks.and(Mask.parse(one), null)).isEqualTo(Mask.parse(one));
  }

  @Test
  void aBoundOfDomainsLeavesWhatTheRightsAreThere() {
    Principal ann = Principal.user("ann");
    Rights rights =
        CompiledPolicyTest.compile(
            new NaiveRules(
                List.of(grant(ann, Permission.SELECT, "lake"), grant(ann, Permission.RUN, "air")),
                Map.of(),
                Map.of(),
                Map.of(),
                RandomPolicies.NOW));
    Principal bounded = ann.acting(new Scope(Set.of(), new TreeSet<>(Set.of("air"))).acting());

    assertThat(may(rights, bounded, Permission.SELECT, "air.stage.t")).isTrue();
    assertThat(may(rights, bounded, Permission.RUN, "pipeline:air.p")).isTrue();
    assertThat(may(rights, bounded, Permission.INSERT, "air.stage.t")).isFalse();
    assertThat(may(rights, bounded, Permission.SELECT, "sea.stage.t")).isFalse();
    assertThat(may(rights, bounded, Permission.SELECT, "lake")).isFalse();
    assertThat(rights.visible(bounded, Resource.parse("air.stage.t"))).isTrue();
    assertThat(rights.visible(bounded, Resource.parse("sea.stage.t"))).isFalse();
  }

  @Test
  void anAdministratorWithinADomainIsOneThereAlone() {
    Rights rights =
        CompiledPolicyTest.compile(
            new NaiveRules(List.of(), Map.of(), Map.of(), Map.of(), RandomPolicies.NOW));
    Principal bounded =
        Principal.user("ann")
            .asAdministrator()
            .acting(new Scope(Set.of(), new TreeSet<>(Set.of("air"))).acting());

    assertThat(may(rights, bounded, Permission.ADMIN, "air")).isTrue();
    assertThat(may(rights, bounded, Permission.ADMIN, "lake")).isFalse();
    assertThat(may(rights, bounded, Permission.SELECT, "air.stage.t")).isFalse();
    assertThat(rights.visible(bounded, Resource.parse("sea"))).isFalse();
  }

  @Test
  void aRefusalSaysWhichBoundIsInTheWay() {
    Principal ann = Principal.user("ann");
    Rights rights =
        CompiledPolicyTest.compile(
            new NaiveRules(
                List.of(grant(ann, Permission.SELECT, "lake")),
                Map.of(),
                Map.of(),
                Map.of(),
                RandomPolicies.NOW));

    assertThat(refusal(rights, ann, new Bound.Domains(new TreeSet<>(Set.of("sea")))))
        .contains("good for sea alone", "hosu token create ann --domain");
    assertThat(refusal(rights, ann, new Bound.Session(List.of())))
        .contains("its policy does not allow it", "hosu role assume ann --policy");
    assertThat(refusal(rights, ann, new Bound.Other(Principal.user("bob"))))
        .contains("only what user:bob may do too", "hosu grant user:bob SELECT air.stage.t");
  }

  /**
   * A policy that its user chooses speaks of a hidden column or of its tag, and of what is nowhere.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'allow': ['SELECT'], 'on': 'air.stage.t', 'columns': ['%s']} | ssn | zzz",
        "{'allow': ['SELECT'], 'on': 'air.stage.t', 'columns': ['%s'], 'rows': 'x = 1'} | ssn | zzz",
        "{'allow': ['SELECT'], 'on': 'air.stage.t', 'masks': {'%s': 'sql(1)'}} | ssn | zzz",
        "{'deny': ['SELECT'], 'on': 'air.stage.t', 'columns': ['%s']} | ssn | zzz",
        "{'allow': ['SELECT'], 'on': 'tag:\"pii = %s\"'} | high | nope",
        "{'allow': ['SELECT'], 'on': 'tag:\"pii = %s\"', 'rows': 'x = 1'} | high | nope",
        "{'allow': ['SELECT'], 'on': 'air', 'where': 'resource.pii = %s'} | high | nope",
        "{'allow': ['DESCRIBE'], 'on': 'tag:\"pii = %s\"'} | high | nope",
      })
  void thePolicyOfASessionTellsNothingOfColumnsThatItsRoleDoesNotSee(
      String policy, String there, String nowhere) {
    Principal analyst = Principal.role("analyst");
    Rights rights =
        CompiledPolicyTest.compile(
            new NaiveRules(
                List.of(
                    new Grant(
                        "1",
                        Grant.Effect.ALLOW,
                        Grantee.of(analyst),
                        EnumSet.of(Permission.SELECT),
                        Resource.of(TABLE),
                        Terms.none().with(Columns.only(Set.of("id", "city"))),
                        Grant.CLI)),
                Map.of(),
                Map.of("air.stage.t.ssn", Map.of("pii", "high")),
                Map.of(),
                RandomPolicies.NOW));

    assertThat(told(rights, analyst, policy.formatted(there)).replace(there, nowhere))
        .isEqualTo(told(rights, analyst, policy.formatted(nowhere)));
  }

  /** All that a session with one grant, and with one more that shows what can be, is told. */
  private static String told(Rights rights, Principal role, String grant) {
    StringBuilder told = new StringBuilder();
    for (String more : List.of("", ", {'allow': ['SELECT'], 'on': 'air.stage.t'}")) {
      SessionPolicy policy =
          SessionPolicy.parse(
              Json.parse(
                  "{'grants': [%s%s]}"
                      .formatted(grant, more)
                      .replace("\"", "\\\"")
                      .replace('\'', '"')),
              role);
      Principal asking = role.acting(Acting.AS_ITSELF.within(new Bound.Session(policy.grants())));
      List<String> columns = List.of("id", "city", "ssn");
      Decision decision = rights.sight(asking, TABLE, columns);
      told.append(
          decision instanceof Decision.Allowed(_, Limits limits)
              ? limits.toString()
              : decision.toString());
      for (String place : List.of("lake", "air", "air.stage", "air.stage.t")) {
        told.append("\n").append(rights.visible(asking, Resource.parse(place)));
      }
      for (Permission permission : List.of(Permission.DESCRIBE, Permission.SELECT)) {
        told.append("\n")
            .append(
                rights.decide(asking, permission, Resource.of(TABLE)) instanceof Decision.Allowed);
      }
      for (String column : columns) {
        told.append("\n").append(rights.visible(asking, new Resource.Column(TABLE, column)));
      }
    }
    return told.toString();
  }

  @Test
  void theAttributesOfAnotherAreHisInHisConditions() {
    Limits limits =
        new Limits(
            Map.of("a", List.of(new Limits.Sight("b = principal.region", null))),
            List.of(
                "region = principal.region",
                "note = 'principal.region' OR \"Principal\" . \"my region\" = x.principal.region",
                "principal = region"),
            List.of("PRINCIPAL.team IS NULL"));

    Limits resolved = limits.resolved(Map.of("region", "O'Neil", "my region", "EU"));

    assertThat(resolved.columns().get("a"))
        .extracting(Limits.Sight::when)
        .containsExactly("b = 'O''Neil'");
    assertThat(resolved.rows())
        .containsExactly(
            "region = 'O''Neil'",
            "note = 'principal.region' OR 'EU' = x.principal.region",
            "principal = region");
    assertThat(resolved.deniedRows()).containsExactly("NULL IS NULL");
  }

  private static String refusal(Rights rights, Principal principal, Bound bound) {
    Decision decision =
        rights.decide(
            principal.acting(Acting.AS_ITSELF.within(bound)),
            Permission.SELECT,
            Resource.of(TABLE));
    return decision.toString();
  }

  private static Grant grant(Principal to, Permission permission, String on) {
    return new Grant(
        permission + on, Grantee.of(to), EnumSet.of(permission), Resource.parse(on), Grant.CLI);
  }

  private static boolean may(Rights rights, Principal who, Permission what, String on) {
    return rights.decide(who, what, Resource.parse(on)) instanceof Decision.Allowed;
  }
}
