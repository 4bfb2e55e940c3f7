package io.hosu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.Json;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** audit. */
class AuditCommandTest {
  private static final String WHOLE =
      "{'first': 1, 'last': 9, 'hash': 'ab', 'records': 9, 'unchained': 0, 'broken': null}";
  private static final String BROKEN =
      "{'first': 1, 'last': 9, 'hash': 'ab', 'records': 9, 'unchained': 0,"
          + " 'broken': {'seq': 3, 'what': 'Record 3 is missing.'}}";

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

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  @Test
  void recordsAreListedWithWhatWasGivenOut() {
    server.on(
        "GET /v1/audit",
        json(
            "{'items': [{'time': '2026-01-01T12:00:00Z', 'principal': 'user:ann', 'door': 'sql',"
                + " 'action': 'SELECT', 'resource': 'a.b.c', 'decision': 'allowed', 'rows': 2,"
                + " 'bytes': 10}], 'next': null}"));

    CommandLines.Result shown = lines.run("audit", "--principal", "ann", "--decision", "allowed");
    assertThat(shown.out()).contains("user:ann", "SELECT", "a.b.c", "2", "10");
    assertThat(server.lastAsked().toString()).contains("principal=ann", "decision=allowed");
    CommandLines.Result array = lines.run("audit", "-o", "json");
    assertThat(Json.parse(array.out()).get(0).path("bytes").asLong()).isEqualTo(10);
  }

  @Test
  void aRecordOfAnAnswerThatHasOnlyBegunSaysSo() {
    server.on(
        "GET /v1/audit",
        json(
            "{'items': [{'action': 'SELECT', 'decision': 'allowed', 'detail': {'answer': 'begun'}}],"
                + " 'next': null}"));

    assertThat(lines.run("audit").out()).contains("allowed, begun");
  }

  @Test
  void aWholeChainIsSaidToBeWholeWithWhatToNote() {
    server.on("GET /v1/audit/verify", json(WHOLE));

    CommandLines.Result result = lines.run("audit", "verify");

    assertThat(result.out())
        .isEqualTo("9 records, 1 to 9, are as they were written.\nNote elsewhere: 9:ab\n");
    assertThat(result.exit()).isZero();
  }

  @Test
  void aBrokenChainNamesTheFirstBrokenRecordAndFails() {
    server.on("GET /v1/audit/verify", json(BROKEN));

    CommandLines.Result result = lines.run("audit", "verify");
    assertThat(result.err()).contains("Record 3 is missing.", "AUDIT_BROKEN");
    assertThat(result.exit()).isEqualTo(1);
    CommandLines.Result array = lines.run("audit", "verify", "-o", "json");
    assertThat(Json.parse(array.out()).at("/broken/seq").asLong()).isEqualTo(3);
    assertThat(array.exit()).isEqualTo(1);
  }
}
