package io.hosu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** key, token, role, principals. */
class CredentialCommandsTest {
  private static final String KEYS = "/v1/principals/alice/keys";
  private static final String TOKENS = "/v1/principals/alice/tokens";

  @TempDir Path folder;
  private FakeServer server;
  private CommandLines lines;

  @BeforeEach
  void begin() throws Exception {
    server = new FakeServer();
    lines = new CommandLines(folder).with(server);
  }

  @AfterEach
  void end() {
    server.close();
  }

  @Test
  void aTokenIsMadeForDoorsAndDomains() {
    server.on("POST " + TOKENS, "{\"id\":\"1\",\"token\":\"hosu_abc\"}");

    var made =
        lines.run(
            "token",
            "create",
            "alice",
            "--name",
            "nightly",
            "--door",
            "SQL,s3",
            "--domain",
            "air",
            "--domain",
            "sea");

    assertThat(made.out()).isEqualTo("hosu_abc\n");
    assertThat(server.lastAsked().body())
        .isEqualTo(
            "{\"name\":\"nightly\",\"doors\":[\"sql\",\"s3\"],\"domains\":[\"air\",\"sea\"]}");
    assertThat(lines.run("token", "create", "alice", "--door", "icebreg").err())
        .contains("'icebreg' is no value of --door");
  }

  @Test
  void aKeyIsMadeForATimeAndRotated() {
    String key = "{\"access_key_id\":\"A\",\"secret_access_key\":\"S\"}";
    server.on("POST " + KEYS, key).on("POST " + KEYS + "/B/rotate", key);

    lines.run("key", "create", "alice", "--ttl", "90d");
    assertThat(server.lastAsked().body()).isEqualTo("{\"ttl\":\"90d\"}");
    assertThat(lines.run("key", "rotate", "alice", "B", "--overlap", "1h").out())
        .isEqualTo("AWS_ACCESS_KEY_ID=A\nAWS_SECRET_ACCESS_KEY=S\n");
    assertThat(server.lastAsked().body()).isEqualTo("{\"overlap\":\"1h\"}");
  }

  @Test
  void theValueOfATokenIsPrintedAloneAndThoseOfSeveralBesideThem() {
    server.on(
        "POST /v1/detokenize",
        "{\"values\":[{\"token\":\"tok_1\",\"value\":\"ada\"},"
            + "{\"token\":\"tok_2\",\"value\":\"b,c\"}]}");

    assertThat(lines.run("detokenize", "tok_1").out()).isEqualTo("ada\n");
    assertThat(server.lastAsked().body()).isEqualTo("{\"tokens\":[\"tok_1\"]}");
    assertThat(lines.run("detokenize", "tok_1", "tok_2", "-o", "csv").out())
        .isEqualTo("token,value\ntok_1,ada\ntok_2,\"b,c\"\n");
  }

  @Test
  void theKeyOfAVaultIsNotDestroyedWithoutAYes() {
    server.on("DELETE /v1/vaults/hr", "");

    var unsure = lines.run("vault", "destroy", "hr");
    assertThat(unsure.exit()).isEqualTo(2);
    assertThat(unsure.err()).contains("hosu vault destroy hr --yes");
    assertThat(server.asked()).isEmpty();

    assertThat(lines.run("vault", "destroy", "hr", "--yes").out())
        .isEqualTo("destroyed the key of the vault of hr\n");
  }

  @Test
  void aRotatedTokenIsPrintedAlone() {
    server.on("POST " + TOKENS + "/1/rotate", "{\"id\":\"2\",\"token\":\"hosu_abc\"}");

    assertThat(lines.run("token", "rotate", "alice", "1").out()).isEqualTo("hosu_abc\n");
    assertThat(server.lastAsked().body()).isEqualTo("{}");
  }

  @Test
  void theyAreListedWithWhatBecameOfThem() {
    server
        .on("GET " + KEYS, "{\"items\":[{\"id\":\"A\",\"status\":\"disabled\"}],\"next\":null}")
        .on(
            "GET " + TOKENS,
            "{\"items\":[{\"id\":\"1\",\"name\":\"nightly\",\"status\":\"active\","
                + "\"doors\":[\"sql\"],\"domains\":[]}],\"next\":null}");

    assertThat(lines.run("key", "list", "alice").out()).contains("A", "disabled");
    assertThat(lines.run("token", "list", "alice").out()).contains("nightly", "active", "sql");
  }

  @Test
  void severalAreSwitchedOffOnAndEnded() {
    server
        .on("POST " + KEYS + "/A/disable", 204, "", "")
        .on("POST " + KEYS + "/B/disable", 204, "", "")
        .on("POST " + TOKENS + "/1/enable", 204, "", "")
        .on("DELETE " + TOKENS + "/1", 204, "", "");

    assertThat(lines.run("key", "disable", "alice", "A", "B").out())
        .isEqualTo("disabled A\ndisabled B\n");
    assertThat(lines.run("token", "enable", "alice", "1").out()).isEqualTo("enabled 1\n");
    assertThat(lines.run("token", "delete", "alice", "1", "-o", "csv").out())
        .isEqualTo("id,outcome\n1,deleted\n");
  }

  @Test
  void theCredentialsOfARoleArePrintedAsVariables() throws Exception {
    server.on(
        "POST /v1/principals/loader/sessions",
        "{\"id\":\"K\",\"access_key_id\":\"K\",\"secret_access_key\":\"S\",\"session_token\":\"X\","
            + "\"token\":\"T\"}");
    Files.writeString(
        folder.resolve("policy.yaml"),
        """
        grants:
          - allow: [SELECT]
            on: shop.stage.orders
            columns: { except: [price] }
            masks: { customer: null }
        """);

    var assumed = lines.run("role", "assume", "loader", "--ttl", "15m", "--policy", "policy.yaml");

    assertThat(assumed.out())
        .isEqualTo(
            "AWS_ACCESS_KEY_ID=K\nAWS_SECRET_ACCESS_KEY=S\nAWS_SESSION_TOKEN=X\nHOSU_TOKEN=T\n");
    assertThat(server.lastAsked().body())
        .isEqualTo(
            "{\"ttl\":\"15m\",\"policy\":{\"grants\":[{\"allow\":[\"SELECT\"],"
                + "\"on\":\"shop.stage.orders\",\"columns\":{\"except\":[\"price\"]},"
                + "\"masks\":{\"customer\":\"null\"}}]}}");
  }

  @Test
  void theMistakesOfAPolicyAreToldWithTheirPlaces() throws Exception {
    Files.writeString(folder.resolve("policy.yaml"), "grants:\n  - { alow: [SELECT], on: shop }\n");

    var refused = lines.run("role", "assume", "loader", "--policy", "policy.yaml");

    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains("policy.yaml:2", "alow");
    assertThat(server.asked()).isEmpty();
    assertThat(lines.run("role", "assume", "loader", "--policy", "no.yaml").exit()).isEqualTo(1);
  }

  @Test
  void sessionsAreListedAndEnded() {
    server
        .on(
            "GET /v1/principals/loader/sessions",
            "{\"items\":[{\"id\":\"K\",\"person\":\"alice\",\"status\":\"active\"}],\"next\":null}")
        .on("DELETE /v1/principals/loader/sessions/K", 204, "", "");

    assertThat(lines.run("role", "sessions", "loader").out()).contains("K", "alice", "active");
    assertThat(lines.run("role", "end", "loader", "K").out()).isEqualTo("ended K\n");
  }

  @Test
  void aPrincipalIsMadeAndChangedWithWhatIsSaidOfIt() {
    server
        .on("POST /v1/principals", "{}")
        .on(
            "GET /v1/principals/loader",
            "{\"groups\":[\"a\",\"b\"],\"attributes\":{\"region\":\"EU\",\"team\":\"x\"},"
                + "\"trust\":[\"user:alice\"]}")
        .on("PUT /v1/principals/loader", "{}");

    lines.run(
        "principals",
        "create",
        "loader",
        "--kind",
        "role",
        "--trust",
        "user:alice",
        "--tag",
        "a=b");
    assertThat(server.lastAsked().body())
        .isEqualTo(
            "{\"name\":\"loader\",\"kind\":\"role\",\"attributes\":{\"a\":\"b\"},"
                + "\"trust\":[\"user:alice\"]}");

    var changed =
        lines.run(
            "principals",
            "change",
            "loader",
            "--no-group",
            "b",
            "--group",
            "c",
            "--attribute",
            "team=",
            "--attribute",
            "level=3",
            "--trust",
            "group:ops");
    assertThat(changed.out()).isEqualTo("changed loader\n");
    assertThat(server.lastAsked().body())
        .isEqualTo(
            "{\"groups\":[\"a\",\"c\"],\"attributes\":{\"region\":\"EU\",\"level\":\"3\"},"
                + "\"trust\":[\"group:ops\",\"user:alice\"]}");
    assertThat(lines.run("principals", "change", "loader", "--tag", "x").err())
        .contains("'x' is no attribute");
  }

  @Test
  void thatTheTokenHasEndedIsToldInTheServersWordsWhateverIsAsked() {
    String problem =
        "{\"status\":401,\"code\":\"UNAUTHENTICATED\",\"detail\":\"It has"
            + " ended.\",\"remedy\":\"Go.\"}";
    for (String line : List.of("POST /v1/queries", "POST " + KEYS, "GET " + KEYS)) {
      server.on(line, 401, "application/problem+json", problem);
    }
    for (String command : List.of("sql -c SELECT", "key create alice", "key list alice")) {
      assertThat(lines.run(command.split(" ", -1)).err())
          .as(command)
          .isEqualTo("hosu: It has ended.\n      Go. [UNAUTHENTICATED]\n");
    }
  }
}
