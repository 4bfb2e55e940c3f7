package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.testing.ManualClock;
import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Grants with terms, and tags, as they are kept, and decisions that follow them. */
@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class AccessStateTest {
  private static final TableName PEOPLE = new TableName("air", "stage", "people");
  private static final List<String> COLUMNS = List.of("id", "Ssn", "email");

  private final TestDatabase kind;
  @TempDir Path data;
  private final ManualClock clock = new ManualClock();
  private final Ids ids = new Ids(clock, new Random(1));
  private Database database;
  private Governance governance;
  private final Principal alice = Principal.user("alice").with(Map.of("region", "EU"));

  AccessStateTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() {
    database = Databases.temporary(kind.newUrl(data), GovernanceMigrations.all());
    governance = new Governance(database, data, clock, ids);
  }

  @AfterEach
  void close() {
    governance.close();
    database.close();
  }

  @Test
  void aGrantIsKeptWithAllItsTerms() {
    Grant grant =
        select("principal:\"region = EU\"", "tag:\"pii = high\"")
            .with(
                Terms.fromJson(
                    Json.parse(
                        """
                        {"columns": {"except": ["SSN"]}, "rows": "region = principal.region",
                         "masks": {"email": "email", "Name": {"mask": "last(4)", "when": "vip"}},
                         "where": "principal.project = resource.project",
                         "until": "2027-01-01"}
                        """)));
    Grant kept = put(grant);

    assertThat(governance.grants().require(kept.id())).isEqualTo(kept);
    assertThat(kept.withId("")).isEqualTo(grant);
    assertThat(put(grant.with(Terms.none()).asDeny()).denies()).isTrue();
    assertThat(put(grant)).isEqualTo(kept);
    assertThat(governance.grants().list()).hasSize(2);
  }

  @Test
  void grantsThatDifferInTermsStandBesideEachOther() {
    Grant bare = select("user:alice", "air");
    Grant some = bare.with(Terms.none().with(Columns.only(List.of("id"))));
    database.perform(tx -> governance.grants().replaceGit(tx, List.of(bare, some, bare)));
    assertThat(governance.grants().list()).hasSize(2);
    List<Change<Grant>> changes =
        database.write(tx -> governance.grants().replaceGit(tx, List.of(some)));
    assertThat(changes).singleElement().isInstanceOf(Change.Removed.class);
  }

  @Test
  void grantsThatMeanNothingAreRefused() {
    Terms rows = Terms.none().with(new Condition("a = 1"));
    Terms masks = Terms.none().with("a", masked("hash"));
    assertThatThrownBy(() -> select("user:alice", "raw/air/").with(rows))
        .isInstanceOf(Invalid.class);
    assertThatThrownBy(() ->
            Grant.declared(
                    Grantee.user("alice"), EnumSet.of(Permission.INSERT), Resource.of(PEOPLE))
                .with(rows))
        .hasMessageContaining("INSERT on air.stage.people cannot be limited");
    assertThatThrownBy(() -> select("user:alice", "air").with(masks).asDeny())
        .hasMessageContaining("has masks");
    assertThatThrownBy(
            () -> select("user:alice", "air").with(masks.with(Columns.only(List.of("b")))))
        .hasMessageContaining("'a' is masked, but not among the columns");
    assertThatThrownBy(() -> select("user:alice", "air.stage.people.ssn"))
        .isInstanceOf(Invalid.class)
        .satisfies(e ->
            assertThat(((HosuException) e).remedy())
                .contains("on: air.stage.people, columns: [ssn]"));
    for (String json :
        List.of(
            "{\"columns\": 1}",
            "{\"columns\": []}",
            "{\"columns\": {\"exept\": [\"a\"]}}",
            "{\"rows\": 1}",
            "{\"rows\": \"(\"}",
            "{\"masks\": [\"a\"]}",
            "{\"masks\": {\"a\": 1}}",
            "{\"masks\": {\"a\": {\"mask\": \"hash\", \"wenn\": \"b\"}}}",
            "{\"where\": \"a = b\"}",
            "{\"until\": \"tomorrow\"}")) {
      assertThatThrownBy(() -> Terms.fromJson(Json.parse(json)))
          .as(json)
          .isInstanceOf(Invalid.class);
    }
  }

  @Test
  void aGrantEndsByItselfAtItsTime() {
    put(select("user:alice", "air").with(Terms.none().until(clock.instant().plusSeconds(60))));
    assertThat(may(Permission.SELECT, "air.stage.people")).isTrue();
    clock.advance(Duration.ofSeconds(59));
    assertThat(may(Permission.SELECT, "air.stage.people")).isTrue();
    clock.advance(Duration.ofSeconds(1));
    assertThat(may(Permission.SELECT, "air.stage.people")).isFalse();
    assertThat(governance.policy().visible(alice, Resource.of(PEOPLE))).isFalse();
  }

  @Test
  void aColumnThatIsTaggedTomorrowIsCoveredWithoutANewGrant() {
    put(select("user:alice", "tag:\"pii = low\""));
    assertThat(columns()).isEmpty();
    assertThat(governance.policy().visible(alice, Resource.of(PEOPLE))).isFalse();

    tag("air.stage.people.email", "pii", "low");
    assertThat(columns()).containsExactly("email");
    assertThat(governance.policy().visible(alice, new Resource.Domain("air"))).isTrue();

    tag("air", "pii", "low");
    assertThat(columns()).containsExactly("id", "Ssn", "email");
    tag("air.stage.people.SSN", "pii", "high");
    assertThat(columns()).containsExactly("id", "email");
    database.perform(tx -> governance.tags().remove(tx, Resource.parse("air"), "pii"));
    assertThat(columns()).containsExactly("email");
  }

  @Test
  void theTablesOfADatasetAreThoseThatLieInIt() {
    put(select("user:alice", "dataset:air.hr"));
    assertThat(columns()).isEmpty();
    database.perform(tx -> governance.tags().replaceDatasets(tx, Map.of(PEOPLE, "hr")));
    assertThat(columns()).hasSize(3);
    database.perform(tx -> governance.tags().replaceDatasets(tx, Map.of()));
    assertThat(columns()).isEmpty();
  }

  @Test
  void whatIsLimitedIsNotSelectedAsAWhole() {
    put(select("user:alice", "air").with(Terms.none().with("ssn", masked("last(4)"))));

    assertThat(may(Permission.SELECT, "air.stage.people")).isFalse();
    assertThat(may(Permission.DESCRIBE, "air.stage.people")).isTrue();
    assertThat(may(Permission.SELECT, "air")).isFalse();
    Limits limits = limits();
    assertThat(limits.columns().get("Ssn"))
        .containsExactly(new Limits.Sight(null, Mask.parse("last(4)")));
    assertThat(limits.columns().get("id")).containsExactly(Limits.Sight.CLEAR);
    assertThat(limits.isFiltered()).isFalse();
  }

  @Test
  void severalGrantsShowTheUnionOfWhatEachShows() {
    put(
        select("user:alice", "air")
            .with(
                Terms.none()
                    .with(new Condition("region = principal.region"))
                    .with("ssn", masked("hash"))));
    put(select("user:alice", "air.stage").with(Terms.none().with(new Condition("vip"))));
    Limits limits = limits();

    assertThat(limits.rows()).containsExactly("region = principal.region", "vip");
    assertThat(limits.columns().get("Ssn"))
        .containsExactly(
            new Limits.Sight("vip", null),
            new Limits.Sight("region = principal.region", new Mask.Hash()));
  }

  @Test
  void aDenyHidesColumnsRowsOrCells() {
    put(select("user:alice", "air"));
    put(select("user:alice", "air").with(Terms.none().with(Columns.only(List.of("ssn")))).asDeny());
    put(select("user:alice", "lake").with(Terms.none().with(new Condition("secret"))).asDeny());
    put(
        select("user:alice", "air.stage.people")
            .with(Terms.none().with(Columns.only(List.of("email"))).with(new Condition("vip")))
            .asDeny());
    Limits limits = limits();

    assertThat(limits.columns()).containsOnlyKeys("id", "email");
    assertThat(limits.deniedRows()).containsExactly("secret");
    assertThat(limits.columns().get("email"))
        .containsExactly(new Limits.Sight("(vip) IS FALSE", null));
    put(select("principal:\"region = EU\"", "lake").asDeny());
    assertThat(governance.policy().sight(alice, PEOPLE, COLUMNS))
        .isInstanceOfSatisfying(
            Decision.Denied.class,
            denied -> assertThat(denied.reason()).contains("denied to principal:\"region = EU\""));
  }

  @Test
  void anAdministratorReadsDataByAGrantThatCanBeTaken() {
    Principal admin = governance.administrator().atFirstStart(_ -> {}).orElseThrow().principal();
    Grant grant = governance.grants().list().getFirst();

    assertThat(grant.source()).isEqualTo(Grant.BUILT_IN);
    assertThat(may(admin, Permission.SELECT, "air.stage.people")).isTrue();
    database.perform(tx -> governance.grants().remove(tx, grant.id()));
    assertThat(may(admin, Permission.SELECT, "air.stage.people")).isFalse();
    assertThat(may(admin, Permission.READ_OBJECTS, "raw/air/x")).isFalse();
    assertThat(may(admin, Permission.GRANT, "air.stage.people")).isTrue();
    assertThat(governance.administrator().atFirstStart(_ -> {})).isEmpty();
    assertThat(governance.grants().list()).isEmpty();
  }

  @Test
  void whatAnAdministratorHasAsSuchCannotBeDenied() {
    Principal admin = Principal.user("root").asAdministrator();
    put(
        new Grant(
                "", Grantee.user("root"), Set.of(Permission.ADMIN), new Resource.Lake(), Grant.CLI)
            .asDeny());
    assertThat(may(admin, Permission.ADMIN, "lake")).isTrue();
    put(select("user:root", "lake"));
    assertThat(may(admin, Permission.SELECT, "air.stage.people")).isFalse();
  }

  @Test
  void tagsOfTheProjectAreReplacedAsAWholeAndNotChangedPastIt() {
    var ofCli = tag("air", "team", "sales");
    var one = new Tags.Tag(Resource.parse("air"), "pii", "low", Grant.GIT);
    var two = new Tags.Tag(Resource.parse("air.stage.people.ssn"), "pii", "high", Grant.GIT);

    assertThat(replaceTags(one, two)).hasSize(2);
    assertThat(replaceTags(two, one)).isEmpty();
    assertThatThrownBy(() -> tag("air", "pii", "none"))
        .isInstanceOfSatisfying(
            HosuException.class,
            e -> {
              assertThat(e.code()).isEqualTo(GovernanceError.TAG_DECLARED);
              assertThat(e.remedy()).contains("access/", "hosu apply");
            });
    assertThatThrownBy(() ->
            database.perform(tx -> governance.tags().remove(tx, Resource.parse("air"), "pii")))
        .extracting(e -> ((HosuException) e).code())
        .isEqualTo(GovernanceError.TAG_DECLARED);
    assertThatThrownBy(
            () -> database.perform(tx -> governance.tags().remove(tx, Resource.parse("air"), "pi")))
        .isInstanceOf(NotFound.class);
    assertThat(replaceTags()).hasSize(2);
    assertThat(governance.tags().list()).containsExactly(ofCli);
    for (String on : List.of("raw/", "raw/air/x", "pipeline:air.p", "tag:\"a = b\"")) {
      assertThatThrownBy(() -> tag(on, "pii", "low")).isInstanceOf(Invalid.class);
    }
    assertThatThrownBy(() -> tag("air", "PII", "low")).isInstanceOf(Invalid.class);
    assertThatThrownBy(() -> tag("air", "pii", "")).isInstanceOf(Invalid.class);
  }

  @Test
  void aServerThatReadOnlyWhatChangedDecidesAsOneThatReadAll() {
    RandomPolicies policies = new RandomPolicies(7);
    List<String> kept = new ArrayList<>();
    for (int step = 0; step < 60; step++) {
      change(policies, kept);
      try (Governance fresh = new Governance(database, data, clock, ids)) {
        for (int i = 0; i < 5; i++) {
          Principal principal = policies.principal();
          TableName table = policies.one(RandomPolicies.TABLES);
          assertThat(seen(governance, principal, table)).isEqualTo(seen(fresh, principal, table));
        }
      }
    }
    Random random = policies.random;
    database.perform(tx -> {
      for (int i = 0; i < PolicyVersion.MOST + 10; i++) {
        governance
            .tags()
            .put(
                tx, new Tags.Tag(Resource.parse("air"), "pii", "v" + random.nextInt(9), Grant.CLI));
      }
    });
    try (Governance fresh = new Governance(database, data, clock, ids)) {
      assertThat(governance.policy().rights().state().version())
          .isEqualTo(fresh.policy().rights().state().version());
      assertThat(governance.policy().rights().state().tags().tags(Resource.parse("air")))
          .isEqualTo(fresh.policy().rights().state().tags().tags(Resource.parse("air")));
    }
  }

  private void change(RandomPolicies policies, List<String> kept) {
    switch (policies.random.nextInt(4)) {
      case 0 -> tag(policies.one(RandomPolicies.TABLES) + ".a", "pii", policies.one(xy()));
      case 1 -> tag("air", "team", policies.one(xy()));
      case 2 -> {
        if (!kept.isEmpty()) {
          String id = kept.remove(policies.random.nextInt(kept.size()));
          database.perform(tx -> governance.grants().remove(tx, id));
        }
      }
      default -> {
        String id = put(policies.grant(0)).id();
        kept.remove(id);
        kept.add(id);
      }
    }
  }

  private static List<String> xy() {
    return List.of("x", "y");
  }

  private static Object seen(Governance governance, Principal principal, TableName table) {
    Decision decision = governance.policy().sight(principal, table, RandomPolicies.COLUMNS);
    return decision instanceof Decision.Allowed(_, Limits limits) ? limits : "denied";
  }

  private List<String> columns() {
    return governance.policy().sight(alice, PEOPLE, COLUMNS)
            instanceof Decision.Allowed(_, Limits limits)
        ? (limits.isNone() ? COLUMNS : List.copyOf(limits.columns().keySet()))
        : List.of();
  }

  private Limits limits() {
    return ((Decision.Allowed) governance.policy().sight(alice, PEOPLE, COLUMNS)).limits();
  }

  private static Terms.Masking masked(String mask) {
    return new Terms.Masking(Mask.parse(mask), Optional.empty());
  }

  private static Grant select(String to, String on) {
    return new Grant(
        "", Grantee.parse(to), EnumSet.of(Permission.SELECT), Resource.parse(on), Grant.CLI);
  }

  private Grant put(Grant grant) {
    return database.write(tx -> governance.grants().put(tx, grant));
  }

  private Tags.Tag tag(String on, String key, String value) {
    var tag = new Tags.Tag(Resource.parse(on), key, value, Grant.CLI);
    database.perform(tx -> governance.tags().put(tx, tag));
    return tag;
  }

  private List<Change<Tags.Tag>> replaceTags(Tags.Tag... tags) {
    return database.write(tx -> governance.tags().replaceGit(tx, List.of(tags)));
  }

  private boolean may(Permission permission, String on) {
    return may(alice, permission, on);
  }

  private boolean may(Principal principal, Permission permission, String on) {
    return governance.policy().decide(principal, permission, Resource.parse(on))
        instanceof Decision.Allowed;
  }
}
