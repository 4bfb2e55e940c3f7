package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.groups.Tuple.tuple;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.hosu.governance.TestApi.Answer;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Settings;
import io.hosu.testing.OidcServer;
import io.hosu.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** People of a real OIDC provider, over the API. */
@Timeout(120)
@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class OidcTest {
  private final TestApi api;
  private final OidcServer provider;

  OidcTest(TestDatabase kind, @TempDir Path data) throws Exception {
    AtomicReference<OidcServer> started = new AtomicReference<>();
    api =
        new TestApi(
            kind,
            data,
            clock -> {
              OidcServer server = new OidcServer(clock);
              started.set(server);
              return config(server, Map.of());
            });
    provider = Objects.requireNonNull(started.get());
  }

  private static GovernanceConfig config(OidcServer server, Map<String, String> more) {
    Map<String, String> all = new HashMap<>(server.settings());
    all.putAll(more);
    return GovernanceConfig.from(new Settings(all));
  }

  @AfterEach
  void close() {
    api.close();
    provider.close();
  }

  private String ann(String... groups) {
    return provider.token(
        "248289", Map.of("preferred_username", "Ann@Example.com", "groups", List.of(groups)));
  }

  private String identity() {
    return provider.issuer() + "/248289";
  }

  @Test
  void whoSignsInForTheFirstTimeBecomesAUserWithoutRights() throws Exception {
    Answer me = api.get(ann(), "/v1/me");

    assertThat(me.status()).as(me.text()).isEqualTo(200);
    assertThat(me.text("name")).isEqualTo("ann@example.com");
    assertThat(me.text("kind")).isEqualTo("user");
    assertThat(api.get(ann(), "/v1/can?permission=SELECT&resource=air").text("decision"))
        .isEqualTo("denied");
    Answer kept = api.get(api.admin, "/v1/principals/ann@example.com");
    assertThat(kept.text("source")).isEqualTo("oidc");
    assertThat(kept.json().at("/attributes/oidc").asText()).isEqualTo(identity());
    assertThat(kept.json().path("administrator").asBoolean()).isFalse();
  }

  @Test
  void aPersonStaysTheSameUserWhateverTheProviderCallsItLater() throws Exception {
    api.get(ann(), "/v1/me");

    String renamed = provider.token("248289", Map.of("preferred_username", "anna"));
    assertThat(api.get(renamed, "/v1/me").text("name")).isEqualTo("ann@example.com");
    String other = provider.token("999", Map.of("preferred_username", "ann@example.com"));
    assertThat(api.get(other, "/v1/me").status()).isEqualTo(403);
  }

  @Test
  void theNameOfAPrincipalThatIsHereOtherwiseIsNotTakenOver() throws Exception {
    api.user("ann@example.com");
    api.grant("user:ann@example.com", Permission.SELECT, "air");

    Answer refused = api.get(ann(), "/v1/me");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.text("code")).isEqualTo("OIDC_SIGN_IN_REFUSED");
    assertThat(refused.text("remedy"))
        .contains(
            "hosu principals change ann@example.com --attribute 'oidc=%s'".formatted(identity()));
  }

  @Test
  void aPrincipalThatSaysWhoItIsIsSignedInAsUntilItSaysSoNoMore() throws Exception {
    identified("boss");
    assertThat(api.get(ann(), "/v1/me").text("name")).isEqualTo("boss");

    api.user("boss");
    Answer now = api.get(ann(), "/v1/me");
    assertThat(now.text("name")).isEqualTo("ann@example.com");

    identified("boss");
    assertThat(api.get(ann(), "/v1/me").text("name")).isEqualTo("boss");

    identified("chief");
    Answer two = api.get(ann(), "/v1/me");
    assertThat(two.status()).isEqualTo(403);
    assertThat(two.text("detail")).contains("user:boss and user:chief");
  }

  private void identified(String name) {
    api.keep(Principal.user(name).with(new TreeMap<>(Map.of("oidc", identity()))));
  }

  @Test
  void rightsThatWaitForANameAreNotHadByClaimingIt() throws Exception {
    api.grant("user:ann@example.com", Permission.SELECT, "air");

    Answer refused = api.get(ann(), "/v1/me");

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.text("detail")).contains("rights wait for one of this name");
    assertThat(api.governance.principals().find("ann@example.com")).isEmpty();
  }

  @Test
  void whereNewUsersAreNotWantedOnlyThoseSignInWhomAPrincipalNames(@TempDir Path other)
      throws Exception {
    try (TestApi strict =
        new TestApi(
            TestDatabase.SQLITE, other, _ -> config(provider, Map.of("oidc.new-users", "false")))) {
      assertThat(strict.get(ann(), "/v1/me").text("code")).isEqualTo("OIDC_SIGN_IN_REFUSED");
      strict.keep(Principal.service("nightly").with(new TreeMap<>(Map.of("oidc", identity()))));
      assertThat(strict.get(ann(), "/v1/me").text("kind")).isEqualTo("service");
    }
  }

  @Test
  void groupsOfTheClaimCountForTheRequestThatClaimsThem() throws Exception {
    api.grant("group:analysts", Permission.SELECT, "air");
    String can = "/v1/can?permission=SELECT&resource=air";

    assertThat(api.get(ann("analysts", "/People", "Ä"), can).text("decision")).isEqualTo("allowed");
    assertThat(api.get(ann("others"), can).text("decision")).isEqualTo("denied");
    String of = "/v1/access/of/ann@example.com";
    assertThat(api.get(ann("analysts"), of).text()).contains("group:analysts");
    assertThat(api.get(ann("others"), of).text()).doesNotContain("group:analysts");
    assertThat(api.get(api.admin, of).text()).doesNotContain("group:analysts");
    assertThat(api.governance.principals().require("ann@example.com").groups()).isEmpty();
    String alone =
        provider.token("248289", Map.of("preferred_username", "ann", "groups", "analysts"));
    assertThat(api.get(alone, can).text("decision")).isEqualTo("allowed");
  }

  @Test
  void whoAsksAboutSomebodyElseIsToldWithTheGroupsOfTheLastSignIn() throws Exception {
    api.grant("group:analysts", Permission.SELECT, "air");
    String can = "/v1/can?permission=SELECT&on=air&principal=ann@example.com";
    api.get(ann(), "/v1/me");
    assertThat(api.get(api.admin, can).text("decision")).isEqualTo("denied");

    api.get(ann("analysts", "others"), "/v1/me");

    Answer told = api.get(api.admin, can);
    assertThat(told.text("decision")).isEqualTo("allowed");
    assertThat(told.json().at("/grant/principal").asText()).isEqualTo("group:analysts");
    assertThat(told.json().path("claimed_groups")).hasSize(2);
    assertThat(told.text("claimed_at")).startsWith(api.clock.instant().toString().substring(0, 19));
    assertThat(api.get(api.admin, "/v1/access/who?on=air").text())
        .contains("user:ann@example.com", "claimed_groups");
    assertThat(api.get(api.admin, "/v1/access/of/ann@example.com").text())
        .contains("group:analysts");
    assertThat(api.get(api.admin, "/v1/principals/ann@example.com").json().path("groups"))
        .isEmpty();

    api.get(ann("others"), "/v1/me");
    assertThat(api.get(api.admin, can).text("decision")).isEqualTo("denied");
  }

  @Test
  void aSessionThatStandsOnAClaimedGroupEndsWithTheToken() throws Exception {
    Grantee trusted = Grantee.parse("group:loaders");
    api.database.perform(tx ->
        api.governance
            .principals()
            .put(
                tx,
                Principal.role("loader"),
                new Principals.About(new TreeSet<>(Set.of(trusted))),
                Grant.CLI));
    String sessions = "/v1/principals/loader/sessions";
    assertThat(api.post(ann(), sessions, "{}").status()).isEqualTo(404);

    Answer begun = api.post(ann("loaders"), sessions, "{'ttl':'5h'}");
    assertThat(begun.status()).as(begun.text()).isEqualTo(201);
    assertThat(begun.text("expires_at"))
        .startsWith(api.clock.instant().plus(Duration.ofHours(1)).toString().substring(0, 19));
    assertThat(api.get(begun.text("token"), "/v1/me").text("person"))
        .isEqualTo("user:ann@example.com");
    api.clock.advance(Duration.ofHours(1));
    assertThat(api.get(begun.text("token"), "/v1/me").status()).isEqualTo(401);
  }

  @Test
  void auditRecordsNameThePersonOfTheProvider() throws Exception {
    api.get(ann(), "/v1/me");
    api.get(ann(), "/v1/me");
    api.get(ann() + "x", "/v1/me");

    List<AuditRow> all =
        api.governance.auditRecords().newest(AuditRecords.Filter.all(), Long.MAX_VALUE, 100);
    assertThat(all.reversed())
        .extracting(
            row -> row.text("principal"), row -> row.text("action"), row -> row.text("credential"))
        .containsExactly(
            tuple("user:ann@example.com", "CREATE_PRINCIPAL", "oidc:" + identity()),
            tuple("user:ann@example.com", "SIGN_IN", "oidc:" + identity()),
            tuple("user:ann@example.com", "GET", "oidc:" + identity()),
            tuple("user:ann@example.com", "GET", "oidc:" + identity()),
            tuple("unknown", "SIGN_IN", null));
  }

  @Test
  void aProviderThatIsAwayIsNoFaultOfWhoSignsIn() throws Exception {
    String ann = ann();
    provider.goAway();
    for (int i = 0; i < SignInLimits.FREE_OF_ADDRESS + 1; i++) {
      Answer answer = api.get(ann, "/v1/me");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.text("code")).isEqualTo("OIDC_UNAVAILABLE");
    }
    assertThat(api.get(api.admin, "/v1/me").status()).isEqualTo(200);

    provider.comeBack();
    api.clock.advance(OidcProvider.PAUSE);
    assertThat(api.get(ann, "/v1/me").status()).isEqualTo(200);
  }

  @Test
  void whoSendsWrongTokensHasToWait() throws Exception {
    String wrong = provider.token("x", List.of("shop"), Map.of(), Duration.ofHours(1));
    for (int i = 0; i < SignInLimits.FREE_OF_ADDRESS; i++) {
      assertThat(api.get(wrong, "/v1/me").status()).isEqualTo(401);
    }
    assertThat(api.get(wrong, "/v1/me").text("code")).isEqualTo("SIGN_INS_SLOWED");
    assertThat(api.get(ann(), "/v1/me").status()).isEqualTo(200);
  }

  @Test
  void aServerWithoutAProviderTakesNoTokenOfOne(@TempDir Path other) throws Exception {
    try (TestApi without = new TestApi(TestDatabase.SQLITE, other)) {
      assertThat(without.get(ann(), "/v1/me").status()).isEqualTo(401);
      assertThat(without.get("", "/v1/sign-in").text("code")).isEqualTo("OIDC_MISSING");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://login.example.com, hosu, ''",
    "login.example.com, hosu, ''",
    "https://login.example.com, '', ' , '",
    "'', hosu, ''",
    "'', '', lake"
  })
  void settingsThatDoNotGoTogetherAreRefusedAtTheStart(
      String issuer, String client, String audience, @TempDir Path other) {
    var settings =
        Map.of("oidc.issuer", issuer, "oidc.client-id", client, "oidc.audience", audience);
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() ->
            new TestApi(
                TestDatabase.SQLITE, other, _ -> GovernanceConfig.from(new Settings(settings))))
        .satisfies(e -> assertThat(e.code()).isEqualTo(GovernanceError.OIDC_INVALID));
  }

  @Test
  void howToSignInIsToldToEverybody() throws Exception {
    Answer answer = api.get("", "/v1/sign-in");

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.text("issuer")).isEqualTo(provider.issuer());
    assertThat(answer.text("client_id")).isEqualTo(OidcServer.CLIENT);
    assertThat(answer.text("token_endpoint")).isEqualTo(provider.issuer() + "/token");
    assertThat(answer.text("device_authorization_endpoint"))
        .isEqualTo(provider.issuer() + "/device");
  }

  private static final String SECRET = "a secret+of:the client";
  private static final String DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

  /** A server whose client has a secret, which the provider wants to be shown in this way. */
  private TestApi confidential(Path folder, String method) throws Exception {
    Path file = Files.writeString(folder.resolve("oidc.secret"), SECRET + "\n");
    provider.devices().requireSecret(method, SECRET);
    return new TestApi(
        TestDatabase.SQLITE,
        folder,
        _ -> config(provider, Map.of("oidc.client-secret-file", file.toString())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"client_secret_basic", "client_secret_post"})
  void aServerWhoseClientHasASecretAsksTheProviderInThePlaceOfPeople(
      String method, @TempDir Path folder) throws Exception {
    try (TestApi server = confidential(folder, method)) {
      Answer told = server.get("", "/v1/sign-in");
      assertThat(told.text("device_authorization_endpoint")).isEqualTo("/v1/sign-in/device");
      assertThat(told.text("token_endpoint")).isEqualTo("/v1/sign-in/token");
      assertThat(told.text("revocation_endpoint")).isEqualTo("/v1/sign-in/revoke");

      Answer device = server.form("/v1/sign-in/device", Map.of("client_id", "other"));
      assertThat(device.status()).as(device.text()).isEqualTo(200);
      assertThat(device.text("user_code")).isNotEmpty();

      Map<String, String> poll = Map.of("grant_type", DEVICE_GRANT, "device_code", "device");
      assertThat(server.form("/v1/sign-in/token", poll).text("error"))
          .isEqualTo("authorization_pending");
      Instant now = server.clock.instant();
      assertThat(now).isEqualTo(api.clock.instant());
      provider.devices().letIn("7", Map.of("preferred_username", "zoe"), Duration.ofHours(1));
      Answer tokens = server.form("/v1/sign-in/token", poll);
      assertThat(server.get(tokens.text("id_token"), "/v1/me").text("name")).isEqualTo("zoe");

      provider.next("7", Map.of("preferred_username", "zoe"), Duration.ofHours(2));
      Answer renewed =
          server.form(
              "/v1/sign-in/token",
              Map.of("grant_type", "refresh_token", "refresh_token", tokens.text("refresh_token")));
      assertThat(renewed.status()).as(renewed.text()).isEqualTo(200);
      Answer revoked = server.form("/v1/sign-in/revoke", Map.of("token", "refresh-7"));
      assertThat(revoked.status()).isEqualTo(200);
      assertThat(provider.devices().revoked()).containsExactly("refresh-7");
      for (Answer answer : List.of(told, device, tokens, renewed, revoked)) {
        assertThat(answer.text()).doesNotContain("a secret");
      }
    }
  }

  @Test
  void theSecretIsGoodForSigningInOnADeviceAndRenewingAlone(@TempDir Path folder) throws Exception {
    try (TestApi server = confidential(folder, "client_secret_basic")) {
      Answer answer = server.form("/v1/sign-in/token", Map.of("grant_type", "client_credentials"));
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.text("error")).isEqualTo("unsupported_grant_type");
    }
    Answer without = api.form("/v1/sign-in/device", Map.of());
    assertThat(without.status()).isEqualTo(404);
    assertThat(without.text("code")).isEqualTo("OIDC_MISSING");
  }

  private static final Map<String, String> POLL =
      Map.of("grant_type", DEVICE_GRANT, "device_code", "device");

  private static Map<String, String> renewal(String token) {
    return Map.of("grant_type", "refresh_token", "refresh_token", token);
  }

  @Test
  void whoSignsInAtTheServerOrFailsToIsOnRecord(@TempDir Path folder) throws Exception {
    try (TestApi server = confidential(folder, "client_secret_basic")) {
      server.form("/v1/sign-in/device", Map.of());
      server.form("/v1/sign-in/token", POLL);
      provider.devices().letIn("7", Map.of("preferred_username", "zoe"), Duration.ofHours(1));
      Answer tokens = server.form("/v1/sign-in/token", POLL);
      server.get(tokens.text("id_token"), "/v1/me");
      provider.next("7", Map.of("preferred_username", "zoe"), Duration.ofHours(2));
      server.form("/v1/sign-in/token", renewal(tokens.text("refresh_token")));
      provider.devices().answer("access_denied");
      server.form("/v1/sign-in/token", POLL);
      server.form("/v1/sign-in/revoke", Map.of("token", "refresh-7"));

      List<AuditRow> all =
          server.governance.auditRecords().newest(AuditRecords.Filter.all(), Long.MAX_VALUE, 100);
      String zoe = "oidc:" + provider.issuer() + "/7";
      assertThat(all.reversed())
          .filteredOn(row -> !String.valueOf(row.text("resource")).equals("/v1/me"))
          .extracting(
              row -> row.text("principal"),
              row -> row.text("action"),
              row -> row.text("resource"),
              row -> row.text("decision"),
              row -> String.valueOf(row.text("credential")).replaceAll(":[0-9a-f]{16}$", ":..."))
          .containsExactly(
              tuple("unknown", "POST", "/v1/sign-in/device", "ALLOWED", "null"),
              tuple("unknown", "SIGN_IN", "lake", "ALLOWED", zoe),
              tuple("user:zoe", "CREATE_PRINCIPAL", "user:zoe", "ALLOWED", zoe),
              tuple("user:zoe", "SIGN_IN", "lake", "ALLOWED", zoe),
              tuple("user:zoe", "SIGN_IN", "lake", "ALLOWED", zoe),
              tuple("unknown", "SIGN_IN", "lake", "DENIED", "device:..."),
              tuple("unknown", "POST", "/v1/sign-in/revoke", "ALLOWED", "null"));
      assertThat(all).allSatisfy(row -> assertThat(row.text("address")).isEqualTo("127.0.0.1"));
      assertThat(all).allSatisfy(row -> assertThat(row.text("door")).isEqualTo("API"));
      assertThat(all).extracting(row -> row.text("detail")).anyMatch(d -> d.contains("access_den"));
    }
  }

  @Test
  void whoGuessesCodesAtTheServerHasToWaitBeforeTheProviderIsAsked(@TempDir Path folder)
      throws Exception {
    try (TestApi server = confidential(folder, "client_secret_basic")) {
      provider.devices().noRenewal();
      assertThat(server.form("/v1/sign-in/token", POLL).status()).isEqualTo(400);
      for (int i = 0; i < SignInLimits.FREE_OF_ADDRESS; i++) {
        assertThat(server.form("/v1/sign-in/token", renewal("guess" + i)).status()).isEqualTo(400);
      }

      Answer slowed = server.form("/v1/sign-in/token", renewal("guess"));
      assertThat(slowed.status()).isEqualTo(429);
      assertThat(slowed.text("code")).isEqualTo("SIGN_INS_SLOWED");
      assertThat(server.form("/v1/sign-in/token", POLL).text("error"))
          .as("a device that waited before")
          .isEqualTo("authorization_pending");
    }
  }

  @Test
  void oneCodeIsNotTriedAgainAndAgain(@TempDir Path folder) throws Exception {
    try (TestApi server = confidential(folder, "client_secret_basic")) {
      provider.devices().noRenewal();
      for (int i = 0; i < SignInLimits.FREE_OF_CREDENTIAL; i++) {
        assertThat(server.form("/v1/sign-in/token", renewal("old")).status()).isEqualTo(400);
      }

      assertThat(server.form("/v1/sign-in/token", renewal("old")).status()).isEqualTo(429);
      assertThat(server.form("/v1/sign-in/token", renewal("other")).status()).isEqualTo(400);
    }
  }

  @Test
  void whoBeginsManySignInsAndEndsNoneHasToWait(@TempDir Path folder) throws Exception {
    try (TestApi server = confidential(folder, "client_secret_basic")) {
      for (int i = 0; i < SignInLimits.FREE_OF_ADDRESS; i++) {
        server.form("/v1/sign-in/device", Map.of());
        provider.devices().letIn("7", Map.of(), Duration.ofHours(1));
        server.form("/v1/sign-in/token", POLL);
      }
      for (int i = 0; i < SignInLimits.FREE_OF_ADDRESS; i++) {
        assertThat(server.form("/v1/sign-in/device", Map.of()).status()).isEqualTo(200);
      }

      assertThat(server.form("/v1/sign-in/device", Map.of()).text("code"))
          .isEqualTo("SIGN_INS_SLOWED");
      assertThat(server.get(server.admin, "/v1/me").status()).isEqualTo(200);
      server.clock.advance(SignInLimits.FORGOTTEN_AFTER);
      assertThat(server.form("/v1/sign-in/device", Map.of()).status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "P-256", "P-384", "P-521"})
  void aClientWithAPrivateKeyShowsATokenThatItSignsEachTime(String kind, @TempDir Path folder)
      throws Exception {
    JWK key =
        kind.equals("RSA")
            ? new RSAKeyGenerator(2048).keyID("k").generate()
            : new ECKeyGenerator(Curve.parse(kind)).keyID("k").generate();
    Path file = Files.writeString(folder.resolve("oidc.jwk"), key.toJSONString());
    provider.devices().requireKey(key.toPublicJWK());
    try (TestApi server =
        new TestApi(
            TestDatabase.SQLITE,
            folder,
            _ -> config(provider, Map.of("oidc.client-key-file", file.toString())))) {
      for (int i = 0; i < 2; i++) {
        Answer device = server.form("/v1/sign-in/device", Map.of());
        assertThat(device.status()).as(device.text()).isEqualTo(200);
      }
      provider.devices().letIn("7", Map.of("preferred_username", "zoe"), Duration.ofHours(1));
      Answer tokens = server.form("/v1/sign-in/token", POLL);
      assertThat(server.get(tokens.text("id_token"), "/v1/me").text("name")).isEqualTo("zoe");

      provider.devices().requireKey(new RSAKeyGenerator(2048).generate().toPublicJWK());
      assertThat(server.form("/v1/sign-in/device", Map.of()).text("error"))
          .isEqualTo("invalid_client");
    }
  }

  @Test
  void aKeyThatSignsNothingIsRefusedAtTheStartWithoutBeingQuoted(@TempDir Path folder)
      throws Exception {
    JWK key = new ECKeyGenerator(Curve.P_256).generate();
    String secret = String.valueOf(key.toJSONObject().get("d"));
    Path known = Files.writeString(folder.resolve("known"), key.toJSONString());
    Map<String, String> wrong =
        Map.of(
            "public", key.toPublicJWK().toJSONString(),
            "broken", key.toJSONString().replace("\"kty\":\"EC\"", "\"kty\":\"" + secret + "\""),
            "none", "-----BEGIN PRIVATE KEY-----\n" + secret);
    for (var one : wrong.entrySet()) {
      Path file = Files.writeString(folder.resolve(one.getKey()), one.getValue());
      refused(Map.of("oidc.client-key-file", file.toString()), secret);
    }
    refused(
        Map.of(
            "oidc.client-key-file", known.toString(), "oidc.client-secret-file", known.toString()),
        secret);
    config(provider, Map.of("oidc.client-key-file", known.toString())).oidc().check();
  }

  private void refused(Map<String, String> settings, String secret) {
    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> config(provider, settings).oidc().check())
        .satisfies(e -> assertThat(e.code()).isEqualTo(GovernanceError.OIDC_INVALID))
        .satisfies(e -> assertThat(e.what() + e.remedy() + e.getCause()).doesNotContain(secret));
  }

  @Test
  void aSecretThatIsChangedInItsFileIsTheOneThatIsShown(@TempDir Path folder) throws Exception {
    try (TestApi server = confidential(folder, "client_secret_basic")) {
      provider.devices().requireSecret("client_secret_basic", "another");
      assertThat(server.form("/v1/sign-in/device", Map.of()).text("error"))
          .isEqualTo("invalid_client");
      Files.writeString(folder.resolve("oidc.secret"), "another");
      assertThat(server.form("/v1/sign-in/device", Map.of()).status()).isEqualTo(200);
    }
  }

  @Test
  void aSecretThatCannotBeReadOrIsNobodysIsRefusedAtTheStart(@TempDir Path folder) {
    String missing = folder.resolve("missing").toString();
    String id = "https://login.example.com";
    for (Map<String, String> settings :
        List.of(
            Map.of("oidc.client-secret-file", missing),
            Map.of("oidc.issuer", id, "oidc.audience", "lake", "oidc.client-secret-file", missing),
            Map.of("oidc.issuer", id, "oidc.client-id", "x", "oidc.client-secret-file", missing))) {
      assertThatExceptionOfType(Invalid.class)
          .isThrownBy(() -> GovernanceConfig.from(new Settings(settings)).oidc().check())
          .satisfies(e -> assertThat(e.code()).isEqualTo(GovernanceError.OIDC_INVALID));
    }
  }
}
