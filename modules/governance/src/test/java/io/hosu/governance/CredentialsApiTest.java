package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.governance.TestApi.Answer;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of keys and tokens, over the API. */
@Timeout(60)
@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class CredentialsApiTest {
  private static final String KEYS = "/v1/principals/alice/keys";
  private static final String TOKENS = "/v1/principals/alice/tokens";

  private final TestDatabase kind;
  @TempDir Path data;
  private TestApi api;

  CredentialsApiTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() throws IOException {
    api = new TestApi(kind, data);
    api.user("alice");
    api.domain("air");
  }

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void aRotatedKeyWorksBesideTheNewOneUntilTheOverlapIsOver() throws Exception {
    String old = api.post(api.admin, KEYS, "").text("access_key_id");
    api.clock.advance(Duration.ofDays(90));
    Answer made = api.post(api.admin, KEYS + "/" + old + "/rotate", "{'overlap':'1h'}");
    String fresh = made.text("access_key_id");

    assertThat(made.status()).isEqualTo(201);
    assertThat(made.json().path("expires_at").isNull()).isTrue();
    assertThat(fresh).isNotEqualTo(old);
    assertThat(isGood(old)).isTrue();
    assertThat(isGood(fresh)).isTrue();
    api.clock.advance(Duration.ofHours(1));
    assertThat(isGood(old)).isFalse();
    assertThat(isGood(fresh)).isTrue();
    assertThat(statuses(api.get(api.admin, KEYS))).containsExactly("expired", "active");
    assertThat(api.post(api.admin, KEYS + "/" + old + "/rotate", "").text("code"))
        .isEqualTo("CREDENTIAL_ENDED");
  }

  @Test
  void aRotatedKeyDoesNotLiveLongerForIt() throws Exception {
    String old = api.post(api.admin, KEYS, "{'ttl':'1h'}").text("access_key_id");
    api.clock.advance(Duration.ofMinutes(30));
    Answer made = api.post(api.admin, KEYS + "/" + old + "/rotate", "{'overlap':'7d'}");

    assertThat(made.text("expires_at")).isEqualTo("2026-01-01T13:30:00.000Z");
    api.clock.advance(Duration.ofMinutes(30));
    assertThat(isGood(old)).isFalse();
    assertThat(isGood(made.text("access_key_id"))).isTrue();
  }

  @Test
  void aRotatedTokenIsGoodForTheSameAsTheOldOne() throws Exception {
    Answer old =
        api.post(
            api.admin, TOKENS, "{'name':'nightly','ttl':'2h','doors':['sql'],'domains':['air']}");
    Answer made =
        api.post(api.admin, TOKENS + "/" + old.text("id") + "/rotate", "{'overlap':'0s'}");

    assertThat(api.get(old.text("token"), "/v1/sql").status()).isEqualTo(401);
    assertThat(api.get(made.text("token"), "/v1/sql").status()).isEqualTo(200);
    assertThat(api.get(made.text("token"), "/v1/me").status()).isEqualTo(403);
    JsonNode listed = api.get(api.admin, TOKENS).json().path("items").path(1);
    assertThat(listed.path("name").asText()).isEqualTo("nightly");
    assertThat(listed.path("doors").toString()).isEqualTo("[\"sql\"]");
    assertThat(listed.path("domains").toString()).isEqualTo("[\"air\"]");
    assertThat(listed.path("expires_at").asText()).isEqualTo("2026-01-01T14:00:00.000Z");
  }

  @Test
  void whatIsDisabledIsRefusedUntilItIsEnabledAgain() throws Exception {
    String key = api.post(api.admin, KEYS, "").text("access_key_id");
    Answer token = api.post(api.admin, TOKENS, "");

    assertThat(api.post(api.admin, KEYS + "/" + key + "/disable", "").status()).isEqualTo(204);
    assertThat(api.post(api.admin, TOKENS + "/" + token.text("id") + "/disable", "").status())
        .isEqualTo(204);
    assertThat(isGood(key)).isFalse();
    assertThat(api.get(token.text("token"), "/v1/me").status()).isEqualTo(401);
    assertThat(statuses(api.get(api.admin, KEYS))).containsExactly("disabled");
    assertThat(api.post(api.admin, KEYS + "/" + key + "/rotate", "").status()).isEqualTo(409);

    assertThat(api.post(api.admin, KEYS + "/" + key + "/enable", "").status()).isEqualTo(204);
    assertThat(api.post(api.admin, TOKENS + "/" + token.text("id") + "/enable", "").status())
        .isEqualTo(204);
    assertThat(isGood(key)).isTrue();
    assertThat(api.get(token.text("token"), "/v1/me").status()).isEqualTo(200);
  }

  @Test
  void aKeyEndsAtItsTime() throws Exception {
    String key = api.post(api.admin, KEYS, "{'ttl':'1h'}").text("access_key_id");
    assertThat(isGood(key)).isTrue();
    api.clock.advance(Duration.ofHours(1).minusMillis(1));
    assertThat(isGood(key)).isTrue();
    api.clock.advance(Duration.ofMillis(1));
    assertThat(isGood(key)).isFalse();
  }

  @Test
  void listsAreForAdministratorsAndOneselfAndHaveNoSecrets() throws Exception {
    api.user("bob");
    Answer key = api.post(api.admin, KEYS, "");
    api.post(api.admin, KEYS, "");
    Answer token = api.post(api.admin, TOKENS, "");
    String alice = token.text("token");

    for (String path : List.of(KEYS, TOKENS, "/v1/principals/alice")) {
      Answer own = api.get(alice, path);
      assertThat(own.status()).isEqualTo(200);
      assertThat(own.text())
          .doesNotContain(key.text("secret_access_key"), alice)
          .doesNotContain(TokenText.hash(alice));
      assertThat(api.get(api.token("bob"), path).status()).isEqualTo(404);
    }
    JsonNode first = api.get(alice, KEYS + "?limit=1").json();
    assertThat(first.path("items")).hasSize(1);
    JsonNode second = api.get(alice, KEYS + "?limit=1&next=" + first.path("next").asText()).json();
    assertThat(second.path("items")).hasSize(1);
    assertThat(second.at("/items/0/id")).isNotEqualTo(first.at("/items/0/id"));
    assertThat(second.path("next").isNull()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/rotate", "/disable", "/enable", ""})
  void onlyAdministratorsChangeThem(String verb) throws Exception {
    String key = api.post(api.admin, KEYS, "").text("access_key_id");
    String method = verb.isEmpty() ? "DELETE" : "POST";
    String alice = api.token("alice");

    assertThat(api.send(alice, method, KEYS + "/" + key + verb, "").status()).isEqualTo(403);
    assertThat(api.send(api.admin, method, KEYS + "/HOSUNONE" + verb, "").status()).isEqualTo(404);
    assertThat(api.send(api.admin, method, "/v1/principals/admin/keys/" + key + verb, "").status())
        .isEqualTo(404);
    assertThat(isGood(key)).isTrue();
    assertThat(api.send(api.admin, method, KEYS + "/" + key + verb, "").status()).isIn(201, 204);
  }

  @Test
  void aTokenOpensOnlyTheDoorsItIsMadeFor() throws Exception {
    String sql = api.post(api.admin, TOKENS, "{'doors':['SQL']}").text("token");
    String both = api.post(api.admin, TOKENS, "{'doors':['sql','api']}").text("token");

    assertThat(api.get(sql, "/v1/sql").text()).isEqualTo("\"alice\"");
    Answer refused = api.get(sql, "/v1/me");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.text("code")).isEqualTo("SCOPE_EXCEEDED");
    assertThat(refused.text("remedy")).contains("hosu token create alice --door api");
    assertThat(api.get(both, "/v1/sql").status()).isEqualTo(200);
    assertThat(api.get(both, "/v1/me").status()).isEqualTo(200);
  }

  @Test
  void aTokenReachesOnlyTheDomainsItIsMadeFor() throws Exception {
    api.grant("user:alice", Permission.GRANT, "lake");
    api.grant("user:alice", Permission.SELECT, "lake");
    String air = api.post(api.admin, TOKENS, "{'domains':['air']}").text("token");
    String grant = "{'principal':'alice','permissions':['SELECT'],'on':'%s'}";

    assertThat(decision(air, "air.stage.t")).isEqualTo("allowed");
    assertThat(decision(air, "sea.stage.t")).isEqualTo("denied");
    assertThat(api.post(air, "/v1/grants", grant.formatted("air")).status()).isEqualTo(201);
    Answer refused = api.post(air, "/v1/grants", grant.formatted("sea"));
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.text("detail")).contains("good for air alone");
    assertThat(api.post(air, "/v1/grants", grant.formatted("lake")).status()).isEqualTo(403);
  }

  private String decision(String token, String on) throws Exception {
    return api.get(token, "/v1/can?permission=SELECT&resource=" + on).text("decision");
  }

  @Test
  void anAdministratorsTokenForOneDoorMakesNoneForOthers() throws Exception {
    String narrow =
        api.post(api.admin, "/v1/principals/admin/tokens", "{'doors':['api']}").text("token");
    String wide = api.post(api.admin, TOKENS, "").text("id");

    assertThat(api.post(narrow, TOKENS, "{'doors':['api']}").status()).isEqualTo(201);
    for (String body : List.of("", "{'doors':['sql']}", "{'doors':['api','sql']}")) {
      assertThat(api.post(narrow, TOKENS, body).text("code")).isEqualTo("SCOPE_EXCEEDED");
    }
    assertThat(api.post(narrow, TOKENS + "/" + wide + "/rotate", "").status()).isEqualTo(403);
    assertThat(api.post(narrow, KEYS, "").status()).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'ttl':'0s'}|'ttl' cannot be 0s",
        "{'ttl':'5000d'}|'ttl' cannot be 5000d",
        "{'doors':['sqk']}|did you mean 'sql'?",
        "{'domains':['airs']}|did you mean 'air'?",
        "{'domain':['air']}|did you mean 'domains'?",
      })
  void aMistakenTokenIsRefusedWithWhatIsWrong(String body, String told) throws Exception {
    Answer answer = api.post(api.admin, TOKENS, body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text("detail")).contains(told);
    assertThat(api.get(api.admin, TOKENS).json().path("items")).isEmpty();
  }

  @Test
  void everyChangeIsInTheAuditRecord() throws Exception {
    String key = api.post(api.admin, KEYS, "").text("access_key_id");
    api.post(api.admin, KEYS + "/" + key + "/rotate", "");
    api.post(api.admin, KEYS + "/" + key + "/disable", "");
    api.delete(api.admin, KEYS + "/" + key);

    assertThat(
            api.get(api.admin, "/v1/audit")
                .json()
                .path("items")
                .valueStream()
                .map(record -> record.path("action").asText()))
        .containsExactly(
            "DELETE_ACCESS_KEY",
            "DISABLE_ACCESS_KEY",
            "ROTATE_ACCESS_KEY",
            "CREATE_ACCESS_KEY",
            "SIGN_IN");
  }

  private boolean isGood(String key) {
    return api.governance.accessKeys().find(key).isPresent();
  }

  private static List<String> statuses(Answer list) {
    return list.json()
        .path("items")
        .valueStream()
        .map(item -> item.path("status").asText())
        .toList();
  }
}
