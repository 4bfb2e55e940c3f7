package io.hosu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** key, token. */
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
    assertThat(lines.run("token", "create", "alice", "--door", "iceberg").err())
        .contains("'iceberg' is no value of --door");
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
}
