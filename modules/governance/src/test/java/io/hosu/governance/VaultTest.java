package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hosu.governance.TestApi.Answer;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Ids;
import io.hosu.store.Database;
import io.hosu.store.Databases;
import io.hosu.store.Transaction;
import io.hosu.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tokens and the values behind them, over the API where it has it. */
@Timeout(60)
@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class VaultTest {
  private static final String SSN = "078-05-1120";

  private final TestDatabase kind;
  @TempDir Path data;
  @TempDir Path elsewhere;
  private TestApi api;
  private Vault vault;
  private String alice;

  VaultTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() throws Exception {
    api = new TestApi(kind, data);
    vault = api.governance.vault();
    api.domain("hr");
    api.user("alice");
    alice = api.token("alice");
    api.grant("user:alice", Permission.DETOKENIZE, "hr");
  }

  @AfterEach
  void close() {
    api.close();
  }

  private String token(String domain, String value) {
    return vault.tokens(domain, List.of(value)).getFirst();
  }

  private Answer detokenize(String who, String... tokens) throws Exception {
    return api.post(
        who, "/v1/detokenize", "{'tokens':['%s']}".formatted(String.join("','", tokens)));
  }

  /** Another server on the same database, with the same root key. */
  private Vault another(long seed) {
    return on(api.database, seed);
  }

  @Test
  void aTokenIsRandomAndOfAShapeThatIsKnown() {
    List<String> values = IntStream.range(0, 600).mapToObj(i -> "v" + i).toList();
    List<String> tokens = vault.tokens("hr", values);

    assertThat(tokens)
        .hasSize(600)
        .doesNotHaveDuplicates()
        .allMatch(t -> t.matches("tok_[0-9a-z]{26}"));
    assertThat(another(1).tokens("air", values)).doesNotContainAnyElementsOf(tokens);
    assertThat(another(2).tokens("sea", values)).isNotEqualTo(another(1).tokens("air", values));
  }

  @Test
  void aValueHasOneTokenInADomainInWhateverOrderAndAnotherInAnother() {
    List<String> first = vault.tokens("hr", List.of("a", "b", "a", ""));

    assertThat(first.get(2)).isEqualTo(first.get(0));
    assertThat(vault.tokens("hr", List.of("c", "")).get(1)).isEqualTo(first.get(3));
    assertThat(vault.tokens("hr", List.of("b", "a"))).containsExactly(first.get(1), first.get(0));
    assertThat(vault.tokens("air", List.of("a"))).doesNotContainAnyElementsOf(first);
  }

  @Test
  void serversThatMaskTheSameValuesAtOnceGiveThemTheSameTokens() throws Exception {
    List<Callable<List<String>>> servers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Vault server = another(i);
      List<String> values =
          new ArrayList<>(IntStream.range(0, 300).mapToObj(n -> "v" + n).toList());
      Collections.shuffle(values, new Random(i));
      servers.add(() -> {
        server.tokens("hr", values);
        return server.tokens("hr", values.stream().sorted().toList());
      });
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      HashSet<List<String>> answers = new HashSet<>();
      for (Future<List<String>> answer : threads.invokeAll(servers)) {
        answers.add(answer.get());
      }
      assertThat(answers).hasSize(1);
    }
    assertThat(vault.list()).extracting(Vault.Summary::tokens).containsExactly(300L);
  }

  @Test
  void soDoTwoServersWithConnectionsOfTheirOwn() throws Exception {
    assumeTrue(kind == TestDatabase.POSTGRES);
    String url = kind.newUrl(elsewhere);
    List<String> values = IntStream.range(0, 500).mapToObj(i -> "v" + i).toList();
    try (Database one = Databases.temporary(url, GovernanceMigrations.all());
        Database two = Databases.temporary(url, GovernanceMigrations.all());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<List<String>> first = threads.submit(() -> on(one, 1).tokens("hr", values));
      Future<List<String>> second =
          threads.submit(() -> on(two, 2).tokens("hr", values.reversed()));

      assertThat(second.get().reversed()).isEqualTo(first.get());
      assertThat(on(two, 3).find(first.get())).hasSize(500);
    }
  }

  private Vault on(Database database, long seed) {
    Random random = new Random(seed);
    RootKey rootKey = RootKey.open(data, database, new SecureRandom());
    return new Vault(database, rootKey, api.clock, new Ids(api.clock, random), random);
  }

  @Test
  void nothingInTheDatabaseTellsTheValue() {
    token("hr", SSN);

    List<byte[]> kept =
        api.database.read(
            tx -> tx.list("SELECT value FROM vault_tokens", row -> row.bytes("value")));
    assertThat(kept).hasSize(1);
    assertThat(new String(kept.getFirst(), StandardCharsets.ISO_8859_1)).doesNotContain("078");
    String fingerprint =
        api.database
            .read(tx ->
                tx.find("SELECT fingerprint FROM vault_tokens", row -> row.text("fingerprint")))
            .orElseThrow();
    assertThat(fingerprint).isNotEqualTo(TokenText.hash(SSN));
  }

  @Test
  void whoMayDetokenizeGetsTheValuesBackAndThatIsOnRecord() throws Exception {
    String one = token("hr", SSN);
    String two = token("hr", "ünï\n'\"");

    Answer answer = detokenize(alice, two, one, two);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().path("values").findValuesAsText("value"))
        .containsExactly("ünï\n'\"", SSN, "ünï\n'\"");
    AuditRow record = newest();
    assertThat(record.text("principal")).isEqualTo("user:alice");
    assertThat(record.text("action")).isEqualTo("DETOKENIZE");
    assertThat(record.text("resource")).isEqualTo("hr");
    assertThat(record.text("detail")).isEqualTo("{\"tokens\":\"2\"}");
    assertThat(record.text("grants")).contains("user:alice DETOKENIZE on hr");
  }

  private AuditRow newest() {
    return api.governance
        .auditRecords()
        .newest(AuditRecords.Filter.all(), Long.MAX_VALUE, 1)
        .getFirst();
  }

  @Test
  void whoMayNotIsToldWhatIsMissingAndThatIsOnRecord() throws Exception {
    api.user("bob");
    api.grant("user:bob", Permission.DESCRIBE, "hr");
    String bob = api.token("bob");

    Answer answer = detokenize(bob, token("hr", SSN));
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text("code")).isEqualTo("PERMISSION_DENIED");
    assertThat(answer.json().path("missing").path("permission").asText()).isEqualTo("DETOKENIZE");
    assertThat(answer.text("command")).isEqualTo("hosu grant user:bob DETOKENIZE hr");
    assertThat(newest().text("decision")).isEqualTo("DENIED");
  }

  @Test
  void anAdministratorIsNotByThatOneWhoMayDetokenize() throws Exception {
    String token = token("hr", SSN);
    api.database.perform(tx ->
        api.governance.principals().put(tx, Principal.user("root").asAdministrator(), Grant.CLI));

    assertThat(detokenize(api.token("root"), token).status()).isEqualTo(403);
  }

  @Test
  void ofADomainThatMustNotBeKnownThereIsNoToken() throws Exception {
    String token = token("air", SSN);

    Answer hidden = detokenize(alice, token);
    assertThat(hidden.status()).isEqualTo(404);
    assertThat(hidden.text("code")).isEqualTo("VAULT_TOKEN_NOT_FOUND");
    Answer unknown = detokenize(alice, "tok_" + "0".repeat(26));
    assertThat(unknown.text("detail").replace("0".repeat(26), ""))
        .isEqualTo(hidden.text("detail").replace(token.substring(4), ""));
  }

  @Test
  void theRightEndsWithItsGrantAtTheNextRequest() throws Exception {
    String token = token("hr", SSN);
    assertThat(detokenize(alice, token).status()).isEqualTo(200);

    String grant =
        api.governance.grants().list().stream()
            .filter(g -> g.to().toString().equals("user:alice"))
            .findFirst()
            .orElseThrow()
            .id();
    assertThat(api.delete(api.admin, "/v1/grants/" + grant).status()).isEqualTo(204);

    assertThat(detokenize(alice, token).status()).isNotEqualTo(200);
  }

  @Test
  void aDestroyedKeyMakesTokensFinalAndValuesGetNewOnes() throws Exception {
    String before = token("hr", SSN);
    String elsewhere = token("air", SSN);
    assertThat(api.delete(api.admin, "/v1/vaults/hr").status()).isEqualTo(204);
    assertThat(newestOf("DESTROY_VAULT").text("resource")).isEqualTo("hr");

    Answer gone = detokenize(alice, before);
    assertThat(gone.status()).isEqualTo(409);
    assertThat(gone.text("code")).isEqualTo("VAULT_KEY_DESTROYED");
    String after = token("hr", SSN);
    assertThat(after).isNotEqualTo(before);
    assertThat(detokenize(alice, after).json().findValuesAsText("value")).containsExactly(SSN);
    assertThat(token("air", SSN)).isEqualTo(elsewhere);
    List<byte[]> left =
        api.database.read(tx ->
            tx.list(
                "SELECT secret FROM vault_keys WHERE destroyed_at IS NOT NULL",
                row -> row.bytes("secret")));
    assertThat(left).hasSize(1).allMatch(secret -> secret.length == 0);
  }

  private AuditRow newestOf(String action) {
    return api
        .governance
        .auditRecords()
        .newest(AuditRecords.Filter.all(), Long.MAX_VALUE, 10)
        .stream()
        .filter(row -> action.equals(row.text("action")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void onlyAdministratorsListAndDestroyVaultsAndOnlyThoseThatAreThere() throws Exception {
    token("hr", SSN);
    token("hr", "other");

    assertThat(api.get(api.admin, "/v1/vaults").json().path("items").path(0).path("tokens").asInt())
        .isEqualTo(2);
    assertThat(api.get(alice, "/v1/vaults").status()).isEqualTo(403);
    assertThat(api.delete(alice, "/v1/vaults/hr").status()).isEqualTo(403);
    assertThat(api.delete(api.admin, "/v1/vaults/air").text("code")).isEqualTo("VAULT_NOT_FOUND");
  }

  @Test
  void aListOfTokensThatIsEmptyOrTooLongIsRefused() throws Exception {
    assertThat(api.post(alice, "/v1/detokenize", "{'tokens':[]}").text("code"))
        .isEqualTo("BODY_INVALID");
    assertThat(detokenize(alice, "t,".repeat(1001).split(",")).text("code"))
        .isEqualTo("BODY_INVALID");
  }

  @Test
  void withoutTheRightRootKeyTheServerDoesNotStart() throws Exception {
    token("hr", SSN);
    api.database.perform(tx -> tx.update("DELETE FROM access_keys"));
    assertThatThrownBy(() -> RootKey.open(elsewhere, api.database, new SecureRandom()))
        .isInstanceOfSatisfying(
            Invalid.class, e -> assertThat(e.code()).isEqualTo(GovernanceError.ROOT_KEY_MISSING));

    Files.write(elsewhere.resolve("root.key"), new byte[32]);
    assertThatThrownBy(() -> RootKey.open(elsewhere, api.database, new SecureRandom()))
        .isInstanceOfSatisfying(
            Invalid.class, e -> assertThat(e.code()).isEqualTo(GovernanceError.ROOT_KEY_WRONG));
  }

  @Test
  void olderGrantsOfDetokenizeOnTablesGoAsTheyNeverAllowedAnything() {
    String url = kind.newUrl(elsewhere);
    try (Database older = Databases.temporary(url, GovernanceMigrations.all().subList(0, 7))) {
      older.perform(tx -> {
        keepGrant(tx, "1", "[\"DETOKENIZE\"]", "hr.stage.people");
        keepGrant(tx, "2", "[\"SELECT\",\"DETOKENIZE\"]", "hr.stage");
        keepGrant(tx, "3", "[\"DETOKENIZE\",\"RUN\"]", "hr");
        keepGrant(tx, "4", "[\"DETOKENIZE\"]", "tag:\"pii = v1.0\"");
      });
    }
    try (Database newer = Databases.temporary(url, GovernanceMigrations.all())) {
      assertThat(new Grants(newer, api.clock, new Ids(api.clock, new Random(1))).list())
          .extracting(Grant::id, Grant::permissions)
          .containsExactlyInAnyOrder(
              tuple("2", Set.of(Permission.SELECT)),
              tuple("3", Set.of(Permission.DETOKENIZE, Permission.RUN)),
              tuple("4", Set.of(Permission.DETOKENIZE)));
    }
  }

  private static void keepGrant(Transaction tx, String id, String permissions, String on) {
    tx.update(
        """
        INSERT INTO grants (id, grantee, permissions, resource, source, created_at, place)
        VALUES (?, 'user:alice', ?, ?, 'cli', 0, ?)
        """,
        id,
        permissions,
        on,
        id);
  }

  @Test
  void aGrantOfDetokenizeIsOnADomainOrTheLake() throws Exception {
    for (String on : List.of("hr.stage", "hr.stage.people", "dataset:hr.people")) {
      assertThatThrownBy(() -> api.grant("user:alice", Permission.DETOKENIZE, on))
          .isInstanceOf(Invalid.class)
          .hasMessageContaining("DETOKENIZE means nothing on");
    }
    assertThatThrownBy(() -> api.database.perform(tx -> vault.destroy(tx, "nowhere")))
        .isInstanceOf(NotFound.class);
  }
}
