package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.hosu.governance.TestApi.Answer;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Settings;
import io.hosu.testing.OidcServer;
import io.hosu.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Two real OIDC providers at one lake, the second of which wants to be the first. */
@Timeout(120)
@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class SeveralOidcProvidersTest {
  private static final Map<String, Object> ANN = Map.of("preferred_username", "ann");
  private static final String CAN = "/v1/can?permission=SELECT&resource=air";

  private final List<OidcServer> providers = new ArrayList<>();
  private final TestApi api;
  private final OidcServer first;
  private final OidcServer partner;

  SeveralOidcProvidersTest(TestDatabase kind, @TempDir Path data) throws Exception {
    api =
        new TestApi(
            kind,
            data,
            clock -> {
              providers.add(new OidcServer(clock));
              providers.add(new OidcServer(clock));
              return GovernanceConfig.from(new Settings(settings(Map.of())));
            });
    first = providers.getFirst();
    partner = providers.getLast();
    partner.rotate(); // to a key of its own
  }

  private Map<String, String> settings(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(providers.getFirst().settings());
    all.putAll(providers.getLast().settings("partner"));
    all.putAll(more);
    return all;
  }

  @AfterEach
  void close() {
    api.close();
    providers.forEach(OidcServer::close);
  }

  @Test
  void peopleOfBothSignInAndAreApartWhateverTheyAreCalled() throws Exception {
    Answer ours = api.get(first.token("1", ANN), "/v1/me");
    Answer theirs = api.get(partner.token("1", ANN), "/v1/me");

    assertThat(ours.text("name")).as(ours.text()).isEqualTo("ann");
    assertThat(theirs.text("name")).as(theirs.text()).isEqualTo("partner.ann");
    assertThat(theirs.json().at("/attributes/oidc").asText()).isEqualTo(partner.issuer() + "/1");
    assertThat(api.get(first.token("1", ANN), "/v1/me").text("name")).isEqualTo("ann");
  }

  @Test
  void aTokenThatOneProviderMakesForSomebodyOfTheOtherIsRefused() throws Exception {
    api.get(first.token("1", ANN), "/v1/me");
    api.grant("user:ann", Permission.SELECT, "air");
    assertThat(api.get(first.token("1", ANN), CAN).text("decision")).isEqualTo("allowed");

    assertThat(api.get(partner.token("1", ANN), CAN).text("decision")).isEqualTo("denied");
    Answer unknownKey = api.get(forged(partner.key()), "/v1/me");
    assertThat(unknownKey.status()).isEqualTo(401);
    assertThat(unknownKey.text("detail")).contains("a key that " + first.issuer(), "not show");
    RSAKey sameName = new RSAKeyGenerator(2048).keyID(first.key().getKeyID()).generate();
    Answer wrong = api.get(forged(sameName), "/v1/me");
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.text("detail")).contains("a signature that does not fit");
    assertThat(api.get(forged(first.key()), CAN).text("decision"))
        .as("the same, signed by the first itself")
        .isEqualTo("allowed");
  }

  /** What the first would say of ann, signed with a key. */
  private String forged(RSAKey key) throws Exception {
    Date now = Date.from(api.clock.instant());
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(first.issuer())
            .subject("1")
            .audience(OidcServer.CLIENT)
            .issueTime(now)
            .expirationTime(Date.from(api.clock.instant().plus(Duration.ofHours(1))))
            .build();
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(), claims);
    token.sign(new RSASSASigner(key));
    return token.serialize();
  }

  @Test
  void noProviderGivesNamesOrGroupsOfAnother() throws Exception {
    api.grant("group:analysts", Permission.SELECT, "air");
    api.grant("group:partner.analysts", Permission.SELECT, "sea");
    String sea = "/v1/can?permission=SELECT&resource=sea";
    var ours = Map.of("preferred_username", "ann", "groups", List.of("partner.analysts"));
    var theirs = Map.of("preferred_username", "ann", "groups", List.of("analysts"));

    assertThat(api.get(partner.token("1", theirs), CAN).text("decision")).isEqualTo("denied");
    assertThat(api.get(partner.token("1", theirs), sea).text("decision")).isEqualTo("allowed");
    assertThat(api.get(first.token("1", ours), sea).text("decision")).isEqualTo("denied");
    Answer taken = api.get(first.token("2", Map.of("preferred_username", "partner.bob")), "/v1/me");
    assertThat(taken.status()).isEqualTo(403);
    assertThat(taken.text("code")).isEqualTo("OIDC_SIGN_IN_REFUSED");
    assertThat(api.governance.principals().find("partner.bob")).isEmpty();
  }

  @Test
  void aPrincipalThatSaysItIsOfOneProviderIsNotOfTheOther() throws Exception {
    api.keep(Principal.user("boss").with(new TreeMap<>(Map.of("oidc", partner.issuer() + "/248"))));

    assertThat(api.get(partner.token("248", ANN), "/v1/me").text("name")).isEqualTo("boss");
    assertThat(api.get(first.token("248", ANN), "/v1/me").text("name")).isEqualTo("ann");
  }

  @Test
  void aTokenOfAProviderThatNobodyNamedIsRefused() throws Exception {
    try (OidcServer stranger = new OidcServer(api.clock)) {
      Answer refused = api.get(stranger.token("1", ANN), "/v1/me");

      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.text("detail"))
          .contains(stranger.issuer(), "'%s' or '%s'".formatted(first.issuer(), partner.issuer()));
      assertThat(stranger.timesAsked()).isZero();
      assertThat(first.timesAsked()).isZero();
    }
  }

  @Test
  void aProviderThatIsAwayKeepsNobodyOfTheOtherOut() throws Exception {
    String theirs = partner.token("1", ANN);
    partner.goAway();

    assertThat(api.get(theirs, "/v1/me").text("code")).isEqualTo("OIDC_UNAVAILABLE");
    assertThat(api.get(first.token("1", ANN), "/v1/me").status()).isEqualTo(200);
    assertThat(api.get("", "/v1/sign-in").text("issuer")).isEqualTo(first.issuer());
    partner.comeBack();
  }

  @Test
  void eachHasItsOwnAudienceClaimsAndPrefix(@TempDir Path other) throws Exception {
    Map<String, String> settings =
        settings(
            Map.of(
                "oidc.partner.audience", "lake",
                "oidc.partner.name-claim", "email",
                "oidc.partner.groups-claim", "roles",
                "oidc.partner.prefix", "p-"));
    try (TestApi lake =
        new TestApi(
            TestDatabase.SQLITE, other, _ -> GovernanceConfig.from(new Settings(settings)))) {
      Map<String, Object> claims = Map.of("email", "a@b.c", "roles", List.of("ops"));
      Duration hour = Duration.ofHours(1);

      Answer me = lake.get(partner.token("1", List.of("lake"), claims, hour), "/v1/me");
      assertThat(me.text("name")).as(me.text()).isEqualTo("p-a@b.c");
      assertThat(me.json().at("/groups/0").asText()).isEqualTo("p-ops");
      assertThat(lake.get(first.token("1", List.of("lake"), ANN, hour), "/v1/me").status())
          .isEqualTo(401);
    }
  }

  @Test
  void whoSignsInSaysWithWhich() throws Exception {
    Answer without = api.get("", "/v1/sign-in");
    assertThat(without.text("issuer")).isEqualTo(first.issuer());
    Answer named = api.get("", "/v1/sign-in?provider=partner");
    assertThat(named.text("issuer")).as(named.text()).isEqualTo(partner.issuer());
    assertThat(named.text("token_endpoint")).isEqualTo(partner.issuer() + "/token");

    Answer misspelt = api.get("", "/v1/sign-in?provider=partnr");
    assertThat(misspelt.status()).isEqualTo(404);
    assertThat(misspelt.text("detail")).contains("'partnr'", "did you mean 'partner'?");
    assertThat(misspelt.text("remedy")).contains("hosu login --provider partner");
  }

  @Test
  void whereNoneIsTheUsualOneItMustBeSaidWhichIsMeant(@TempDir Path other) throws Exception {
    Map<String, String> settings = new HashMap<>(partner.settings("partner"));
    try (TestApi one =
        new TestApi(
            TestDatabase.SQLITE, other, _ -> GovernanceConfig.from(new Settings(settings)))) {
      assertThat(one.get("", "/v1/sign-in").text("issuer")).isEqualTo(partner.issuer());
    }
    settings.putAll(first.settings("staff"));
    settings.put("oidc.providers", "staff, partner");
    try (TestApi two =
        new TestApi(
            TestDatabase.SQLITE,
            Files.createDirectory(other.resolve("two")),
            _ -> GovernanceConfig.from(new Settings(settings)))) {
      Answer which = two.get("", "/v1/sign-in");
      assertThat(which.text("code")).isEqualTo("OIDC_PROVIDER_NEEDED");
      assertThat(which.text("remedy")).contains("hosu login --provider staff|partner");
    }
  }

  @Test
  void theServerAsksTheOneThatWasNamedInThePlaceOfPeople(@TempDir Path other) throws Exception {
    Path file = Files.writeString(other.resolve("secret"), "hidden");
    partner.devices().requireSecret("client_secret_post", "hidden");
    Map<String, String> settings =
        settings(Map.of("oidc.partner.client-secret-file", file.toString()));
    try (TestApi lake =
        new TestApi(
            TestDatabase.SQLITE, other, _ -> GovernanceConfig.from(new Settings(settings)))) {
      String device =
          lake.get("", "/v1/sign-in?provider=partner").text("device_authorization_endpoint");
      assertThat(device).isEqualTo("/v1/sign-in/device?provider=partner");

      assertThat(lake.form(device, Map.of()).text("verification_uri"))
          .isEqualTo(partner.issuer() + "/enter");
      assertThat(lake.form("/v1/sign-in/device", Map.of()).status()).isEqualTo(404);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "oidc.partner.issuer, https://a.example",
    "oidc.partner.issuer, https://a.example/people",
    "oidc.partner.issuer, https://a.example/",
    "oidc.partner.issuer, ''",
    "oidc.partner.client-id, ''",
    "oidc.partner.prefix, ''",
    "oidc.providers, 'partner,partner'",
    "oidc.providers, 'Partner'"
  })
  void providersThatCouldClaimPeopleOfOneAnotherAreRefusedAtTheStart(String key, String value) {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "oidc.issuer", "https://a.example",
                "oidc.client-id", "hosu",
                "oidc.providers", "partner",
                "oidc.partner.issuer", "https://b.example",
                "oidc.partner.client-id", "hosu"));
    GovernanceConfig.from(new Settings(settings)).oidc().check();
    settings.put(key, value);

    assertThatExceptionOfType(Invalid.class)
        .isThrownBy(() -> GovernanceConfig.from(new Settings(settings)).oidc().check())
        .satisfies(e -> assertThat(e.code()).isEqualTo(GovernanceError.OIDC_INVALID));
  }
}
