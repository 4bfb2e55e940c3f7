package io.hosu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.cli.CommandLines.Result;
import io.hosu.testing.OidcServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** login, logout, whoami, with a real OIDC provider. */
@Timeout(60)
class LoginTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path folder;
  private FakeServer server;
  private CommandLines lines;
  private OidcServer provider;
  private Path kept;

  @BeforeEach
  void begin() throws Exception {
    server = new FakeServer();
    lines = new CommandLines(folder);
    provider = new OidcServer(lines.clock);
    lines.environment.put("HOSU_URL", server.url().toString());
    lines.environment.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
    kept = folder.resolve("config/hosu/logins.json");
    server.on(
        "GET /v1/sign-in",
        """
        {"issuer":"ISSUER","client_id":"hosu-cli","scope":"openid","token_endpoint":"ISSUER/token",
         "device_authorization_endpoint":"ISSUER/device","revocation_endpoint":"ISSUER/revoke"}\
        """
            .replace("ISSUER", provider.issuer()));
    server.on("GET /v1/me", "{\"name\":\"ann\",\"kind\":\"user\",\"groups\":[\"ops\"]}");
  }

  @AfterEach
  void end() {
    server.close();
    provider.close();
  }

  private Result login() {
    provider.devices().letIn("ann", Map.of(), HOUR);
    return lines.run("login");
  }

  /** The token that the last request showed. */
  private String shown() {
    return server.lastAsked().headers().getOrDefault("Authorization", "nothing");
  }

  @Test
  void whoSignsInIsToldTheCodeFirstAndActsAsThemselvesFromThenOn() throws Exception {
    Result result = login();

    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .isEqualTo(
            """
            Open %s/enter in a browser and enter the code WDJB-MJHT
            signed in at %s as user:ann until 2026-11-25T18:00:05.000Z, and renewed
            """
                .formatted(provider.issuer(), server.url()));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
        .isEqualTo("rw-------");
    String signedIn = shown();
    assertThat(lines.run("whoami").out()).contains("ann", "ops");
    assertThat(shown()).isEqualTo(signedIn).startsWith("Bearer eyJ");
  }

  @Test
  void aServerThatHasTheSecretOfTheClientIsAskedInThePlaceOfTheProvider() throws Exception {
    try (FakeServer own = new FakeServer()) {
      own.on(
          "GET /v1/sign-in",
          server
              .answer("GET /v1/sign-in")
              .replaceAll("\"[^\"]*/(token|device|revoke)\"", "\"/v1/sign-in/$1\""));
      own.on("GET /v1/me", server.answer("GET /v1/me"));
      own.on(
          "POST /v1/sign-in/device",
          """
          {"device_code":"d","user_code":"AB-CD","verification_uri":"https://id/enter"}\
          """);
      own.on(
          "POST /v1/sign-in/token",
          "{\"id_token\":\"%s\",\"refresh_token\":\"r\"}"
              .formatted(provider.token("ann", Map.of())));
      own.on("POST /v1/sign-in/revoke", "{}");
      lines.environment.put("HOSU_URL", own.url().toString());

      Result result = lines.run("login");

      assertThat(result.err()).isEmpty();
      assertThat(result.out()).contains("the code AB-CD", "as user:ann");
      lines.clock.advance(HOUR);
      assertThat(lines.run("whoami").out()).as("renewed at the server").contains("ann");
      assertThat(own.asked())
          .filteredOn(asked -> asked.body().contains("grant_type=refresh_token"))
          .extracting(asked -> asked.line())
          .containsExactly("POST /v1/sign-in/token");
      assertThat(lines.run("logout").out()).contains("signed out");
      assertThat(own.lastAsked().line()).isEqualTo("POST /v1/sign-in/revoke");
    }
  }

  @Test
  void itAsksAsSlowlyAsItIsTold() {
    Instant begin = lines.clock.instant();
    provider.devices().answer("authorization_pending").answer("slow_down");

    assertThat(login().exit()).isZero();
    assertThat(lines.clock.instant()).isEqualTo(begin.plusSeconds(5 + 5 + 10));
  }

  @Test
  void whatTheProviderOrThePersonDoesNotWantEndsIt() {
    provider.devices().answer("access_denied");
    Result denied = lines.run("login");
    assertThat(denied.exit()).isEqualTo(1);
    assertThat(denied.err()).contains("refused in the browser", "hosu login", "LOGIN_REFUSED");

    provider.devices().answer("expired_token");
    assertThat(lines.run("login").err()).contains("not entered in time");
    provider.devices().answer("invalid_grant");
    assertThat(lines.run("login").err()).contains("(invalid_grant)");
    assertThat(kept).doesNotExist();
  }

  @Test
  void aCodeThatNobodyEntersIsNotWaitedForWithoutEnd() {
    Instant begin = lines.clock.instant();

    assertThat(lines.run("login").err()).contains("not entered in time");
    assertThat(lines.clock.instant()).isEqualTo(begin.plusSeconds(600));
  }

  @Test
  void aProviderThatIsAwayForAMomentIsAskedAgainEverLater() {
    Instant begin = lines.clock.instant();
    provider.devices().letIn("ann", Map.of(), HOUR);
    lines.pausing(now -> {
      if (now.equals(begin.plusSeconds(5))) {
        provider.goAway();
      } else if (now.equals(begin.plusSeconds(15))) {
        provider.comeBack();
      }
    });

    assertThat(lines.run("login").exit()).isZero();
    assertThat(lines.clock.instant()).isEqualTo(begin.plusSeconds(5 + 10));
  }

  @Test
  void theProviderThatIsNamedIsTheOneThatIsAskedFor() {
    server.on("GET /v1/sign-in?provider=partner", server.answer("GET /v1/sign-in"));
    provider.devices().letIn("ann", Map.of(), HOUR);

    assertThat(lines.run("login", "--provider", "partner").exit()).isZero();
    assertThat(server.asked())
        .extracting(asked -> asked.line())
        .startsWith("GET /v1/sign-in?provider=partner");
  }

  @Test
  void aServerThatSlowsSignInsIsAskedAgainLaterAndSaysWhy() throws Exception {
    try (FakeServer slow = new FakeServer()) {
      slow.on(
          "GET /v1/sign-in",
          server
              .answer("GET /v1/sign-in")
              .replaceAll("\"[^\"]*/device\"", "\"/v1/sign-in/device\""));
      slow.on(
          "POST /v1/sign-in/device",
          429,
          "application/problem+json",
          "{\"code\":\"SIGN_INS_SLOWED\",\"detail\":\"Too many.\"}");
      lines.environment.put("HOSU_URL", slow.url().toString());

      assertThat(lines.run("login").err())
          .contains("it answers 429 (SIGN_INS_SLOWED: Too many.)", "PROVIDER_UNREACHABLE");
    }
  }

  @Test
  void whomTheServerDoesNotTakeIsNotSignedIn() throws Exception {
    try (FakeServer strict = new FakeServer()) {
      strict.on("GET /v1/sign-in", server.answer("GET /v1/sign-in"));
      strict.on(
          "GET /v1/me",
          403,
          "application/problem+json",
          "{\"code\":\"OIDC_SIGN_IN_REFUSED\",\"detail\":\"Not you.\",\"remedy\":\"Ask.\"}");
      lines.environment.put("HOSU_URL", strict.url().toString());

      assertThat(login().err()).contains("Not you.", "OIDC_SIGN_IN_REFUSED");
      assertThat(kept).doesNotExist();
    }
  }

  @Test
  void aServerWithoutAProviderSaysSo() throws Exception {
    try (FakeServer without = new FakeServer()) {
      without.on(
          "GET /v1/sign-in",
          404,
          "application/problem+json",
          "{\"code\":\"OIDC_MISSING\",\"detail\":\"None.\",\"remedy\":\"Set oidc.issuer.\"}");
      lines.environment.put("HOSU_URL", without.url().toString());
      assertThat(lines.run("login").err()).contains("OIDC_MISSING", "Set oidc.issuer.");
    }
  }

  @Test
  void theTokenIsRenewedBeforeItEnds() {
    login();
    String first = shown();
    lines.clock.advance(HOUR.minusSeconds(31));
    lines.run("whoami");
    assertThat(shown()).isEqualTo(first);

    provider.next("ann", Map.of(), HOUR);
    lines.clock.advance(Duration.ofSeconds(1));
    assertThat(lines.run("whoami").err()).isEmpty();
    String renewed = shown();
    assertThat(renewed).startsWith("Bearer eyJ").isNotEqualTo(first);
    lines.run("whoami");
    assertThat(shown()).isEqualTo(renewed);
  }

  @Test
  void whoIsNotRenewedIsToldToSignInAnew() {
    login();
    provider.goAway();
    lines.clock.advance(HOUR.minusSeconds(10));
    assertThat(lines.run("whoami").exit()).isZero();

    lines.clock.advance(Duration.ofSeconds(10));
    assertThat(lines.run("whoami").err()).contains("PROVIDER_UNREACHABLE");
    provider.comeBack();
    provider.devices().noRenewal();
    Result ended = lines.run("whoami");
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.err()).contains("LOGIN_ENDED", "invalid_grant", "hosu login --url");
  }

  @Test
  void whatIsGivenGoesBeforeASignInAndThatBeforeTheAdministratorOfTheFolder() throws Exception {
    Files.createDirectories(folder.resolve(".hosu"));
    Files.write(
        folder.resolve(".hosu/admin.env"),
        List.of("HOSU_URL=" + server.url(), "HOSU_TOKEN=administrator"));
    lines.environment.remove("HOSU_URL");
    lines.run("whoami");
    assertThat(shown()).isEqualTo("Bearer administrator");

    login();
    lines.run("whoami");
    assertThat(shown()).startsWith("Bearer eyJ");
    lines.environment.put("HOSU_TOKEN", "variable");
    lines.run("whoami");
    assertThat(shown()).isEqualTo("Bearer variable");
    lines.run("whoami", "--token", "option");
    assertThat(shown()).isEqualTo("Bearer option");
    assertThat(login().err()).contains("HOSU_TOKEN is set and goes before it");
  }

  @Test
  void whereNothingNamesAServerItIsTheOneOfTheSignIn() {
    login();
    lines.environment.remove("HOSU_URL");

    assertThat(lines.run("whoami").exit()).isZero();
    lines.run("logout");
    assertThat(lines.run("whoami").err()).contains("SERVER_UNKNOWN", "hosu login --url URL");
  }

  @Test
  void whoSignsOutIsForgottenHereAndAtTheProvider() throws Exception {
    login();

    assertThat(lines.run("logout").out()).isEqualTo("signed out of %s\n".formatted(server.url()));
    assertThat(provider.devices().revoked()).containsExactly("refresh-ann");
    assertThat(Files.readString(kept)).doesNotContain("ann", "eyJ");
    lines.run("whoami");
    assertThat(shown()).isEqualTo("nothing");
    assertThat(lines.run("logout").out()).startsWith("you are not signed in at");
  }

  @Test
  void aProviderThatIsAwayDoesNotKeepAnybodySignedIn() throws Exception {
    login();
    provider.goAway();

    Result result = lines.run("logout");
    assertThat(result.exit()).isZero();
    assertThat(result.err()).contains("The provider did not end its part");
    assertThat(Files.readString(kept)).doesNotContain("eyJ");
  }

  @Test
  void aFileThatIsNoneIsNotTakenForNobody() throws Exception {
    Files.createDirectories(kept.getParent());
    Files.writeString(kept, "{");

    assertThat(lines.run("whoami").err()).contains(kept.toString(), "FILE_UNREADABLE");
  }
}
