package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.Ids;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.store.Transaction;
import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whoever is made anew under an old name is somebody else, whatever the clocks say: those of
 * servers that are far apart may make the new one seem to be older than what the old one did.
 */
@Timeout(60)
@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class LivesTest {
  private static final Duration BACK = Duration.ofHours(-1);

  private final TestDatabase kind;
  @TempDir Path data;
  @TempDir Path other;
  private TestApi api;

  LivesTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() throws Exception {
    api = new TestApi(kind, data);
    api.user("zoe");
  }

  @AfterEach
  void close() {
    api.close();
  }

  private void madeAnew() throws Exception {
    assertThat(api.delete(api.admin, "/v1/principals/zoe").status()).isEqualTo(204);
    api.clock.advance(BACK);
    assertThat(api.post(api.admin, "/v1/principals", "{'name':'zoe'}").status()).isEqualTo(201);
  }

  /** As if a server had given credentials while another dropped who has them. */
  private void madeAnewBesideWhatWasLeft() {
    api.database.perform(tx -> tx.update("DELETE FROM principals WHERE name = 'zoe'"));
    api.user("zoe");
  }

  @Test
  void theRecordShowsNothingOfWhatTheOldOneDid() throws Exception {
    assertThat(api.get(api.token("zoe"), "/v1/grants").status()).isEqualTo(200);
    madeAnew();

    assertThat(api.get(api.token("zoe"), "/v1/principals").status()).isEqualTo(200);
    assertThat(api.get(api.token("zoe"), "/v1/audit").text())
        .contains("/v1/principals")
        .doesNotContain("/v1/grants");
    assertThat(api.as(api.admin, "zoe", "/v1/audit").text())
        .contains("/v1/principals")
        .doesNotContain("/v1/grants");
    assertThat(api.get(api.admin, "/v1/audit?principal=zoe").text()).contains("/v1/grants");
  }

  @Test
  void norOfWhatItDidAsARole() throws Exception {
    api.post(
        api.admin, "/v1/principals", "{'name':'loader','kind':'role','trust':['group:loaders']}");
    String groups = "{'groups':['loaders']}";
    api.send(api.admin, "PUT", "/v1/principals/zoe", groups);
    assertThat(api.get(session(), "/v1/tags").status()).isEqualTo(200);
    assertThat(api.get(api.token("zoe"), "/v1/audit").text()).contains("/v1/tags");
    madeAnew();
    api.send(api.admin, "PUT", "/v1/principals/zoe", groups);

    assertThat(api.get(session(), "/v1/audit").text()).doesNotContain("/v1/tags");
    assertThat(api.get(api.token("zoe"), "/v1/audit").text()).doesNotContain("/v1/tags");
  }

  private String session() throws Exception {
    return api.post(api.token("zoe"), "/v1/principals/loader/sessions", "{}").text("token");
  }

  @Test
  void whatTheOldOneAskedForIsNotTheNewOnes() throws Exception {
    api.domain("air");
    String wish = "{'permissions':['SELECT'],'on':'air','why':'work'}";
    String id = api.post(api.token("zoe"), "/v1/access/requests", wish).text("id");
    madeAnew();

    String zoe = api.token("zoe");
    assertThat(api.get(zoe, "/v1/access/requests?status=all").json().path("items")).isEmpty();
    assertThat(api.get(zoe, "/v1/access/requests/" + id).status()).isEqualTo(404);
  }

  @Test
  void aRequestThatWasLeftOpenGivesTheNewOneNothing() throws Exception {
    api.domain("air");
    String wish = "{'permissions':['SELECT'],'on':'air','why':'work'}";
    String id = api.post(api.token("zoe"), "/v1/access/requests", wish).text("id");
    madeAnewBesideWhatWasLeft();

    TestApi.Answer answer =
        api.post(api.admin, "/v1/access/requests/%s/approve".formatted(id), "{}");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text()).contains("is there no more");
  }

  @Test
  void noCredentialOfTheOldOneIsGoodForTheNewOne() throws Exception {
    api.post(api.admin, "/v1/principals", "{'name':'loader','kind':'role','trust':['user:zoe']}");
    String token = api.token("zoe");
    String session = session();
    AccessKeys.NewAccessKey key =
        api.database.write(tx -> api.governance.accessKeys().create(tx, "zoe"));
    assertThat(api.get(token, "/v1/me").status()).isEqualTo(200);
    assertThat(api.get(session, "/v1/me").status()).isEqualTo(200);
    assertThat(api.governance.accessKeys().find(key.id())).isPresent();
    madeAnewBesideWhatWasLeft();

    assertThat(api.get(token, "/v1/me").status()).isEqualTo(401);
    assertThat(api.get(session, "/v1/me").status()).isEqualTo(401);
    assertThat(api.governance.accessKeys().find(key.id())).isEmpty();
    assertThat(api.get(api.token("zoe"), "/v1/me").status()).isEqualTo(200);
  }

  @Test
  void aSessionEndsWithTheRoleThatItWasBegunAs() throws Exception {
    api.post(api.admin, "/v1/principals", "{'name':'loader','kind':'role','trust':['user:zoe']}");
    String session = session();
    api.database.perform(tx -> tx.update("DELETE FROM principals WHERE name = 'loader'"));
    api.post(api.admin, "/v1/principals", "{'name':'loader','kind':'role','trust':['user:zoe']}");

    assertThat(api.get(session, "/v1/me").status()).isEqualTo(401);
    assertThat(api.get(session(), "/v1/me").status()).isEqualTo(200);
  }

  @Test
  void whatWasDerivedFromASignInWithAProviderEndsWithTheOldOne() {
    Map<String, String> attributes = Map.of(Principals.IDENTITY, "https://id/7");
    Principal max =
        new Principal(
            "max", Principal.Kind.USER, false, new TreeSet<>(), new TreeMap<>(attributes));
    api.keep(max);
    Instant end = api.clock.instant().plus(Duration.ofHours(1));
    Principal kept = api.governance.principals().require("max");
    var facts =
        Credentials.facts(
            "oidc:https://id/7",
            kept.acting(Acting.claiming(new Acting.Claimed(new TreeSet<>(), end))));
    Credentials credentials =
        new Credentials(
            api.database,
            api.governance.principals(),
            api.governance.accessKeys(),
            api.governance.tokens(),
            api.governance.sessions());
    assertThat(credentials.find(facts, api.clock.instant())).isPresent();

    api.database.perform(tx -> api.governance.principals().remove(tx, "max"));
    api.keep(max);

    assertThat(credentials.find(facts, api.clock.instant())).isEmpty();
  }

  @Test
  void whoIsChangedStaysWhoItIs() throws Exception {
    assertThat(api.get(api.token("zoe"), "/v1/grants").status()).isEqualTo(200);
    String before = api.governance.principals().require("zoe").life();
    api.send(api.admin, "PUT", "/v1/principals/zoe", "{'groups':['others']}");

    assertThat(before).isNotEmpty();
    assertThat(api.governance.principals().require("zoe").life()).isEqualTo(before);
    assertThat(api.get(api.token("zoe"), "/v1/audit").text()).contains("/v1/grants");
  }

  @Test
  void whoIsThereWhenLivesComeKeepsWhatItHasAndWhatItDid() {
    String url = kind.newUrl(other);
    try (Database older = Databases.temporary(url, GovernanceMigrations.all().subList(0, 13))) {
      older.perform(LivesTest::keepOlder);
    }
    try (Database newer = Databases.temporary(url, GovernanceMigrations.all())) {
      Ids ids = new Ids(api.clock, new Random(1));
      Principals principals = new Principals(newer, api.clock, ids);
      Principal ann = principals.require("ann");
      assertThat(ann.life()).isNotEmpty().isNotEqualTo(principals.require("bob").life());
      assertThat(own(newer, principals, "ann")).containsExactly(3L);
      assertThat(asked(newer, "1")).isEqualTo(ann.life());
      assertThat(asked(newer, "0")).isEmpty();

      newer.perform(tx -> principals.remove(tx, "ann"));
      newer.perform(tx -> principals.create(tx, Principal.user("ann"), Grant.CLI));
      assertThat(own(newer, principals, "ann")).isEmpty();
      assertThat(principals.require("ann").life()).isNotEqualTo(ann.life());
    }
  }

  private static String asked(Database database, String id) {
    return database
        .read(tx ->
            tx.find("SELECT life FROM access_requests WHERE id = ?", row -> row.text("life"), id))
        .orElseThrow();
  }

  private Set<Long> own(Database database, Principals principals, String name) {
    Actor actor = Actor.of(principals.require(name));
    return database.read(tx -> {
      Doings own = new Doings.By(actor, Principals.unnamedSince(tx, actor));
      Set<Long> seen = new TreeSet<>();
      AuditRecords.next(tx, AuditRecords.Filter.of(own), 0, 10).forEach(row -> seen.add(row.seq()));
      return seen;
    });
  }

  /** Ann was made at 1000, after another of her name; the record is from before and after. */
  private static void keepOlder(Transaction tx) {
    for (String name : new String[] {"ann", "bob"}) {
      tx.update(
          """
          INSERT INTO principals
            (name, kind, administrator, member_of, attributes, source, created_at)
          VALUES (?, 'USER', 0, '[]', '{}', 'cli', 1000)
          """,
          name);
    }
    long[] times = {900, 950, 1000};
    for (int i = 0; i < times.length; i++) {
      tx.update(
          """
          INSERT INTO audit_records
            (seq, time, principal, door, request, action, resource, decision, detail, hash)
          VALUES (?, ?, 'user:ann', 'API', '', 'GRANT', 'lake', 'ALLOWED', '{}', '')
          """,
          i + 1,
          times[i]);
    }
    for (int i = 0; i < 2; i++) {
      tx.update(
          """
          INSERT INTO access_requests
            (id, principal, permissions, resource, why, wanted_until, made_at, status)
          VALUES (?, 'user:ann', '["SELECT"]', 'lake', 'work', 9000, ?, 'OPEN')
          """,
          Integer.toString(i),
          900 + i * 200);
    }
  }
}
