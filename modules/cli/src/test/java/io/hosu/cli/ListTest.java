package io.hosu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.Json;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists: formats, paging, limits, filters. */
class ListTest {
  private static final String FIRST =
      """
      {"id":"01a","domain":"aviation","pipeline":"flights","stage":"clean","status":"SUCCEEDED",
       "attempt":1,"rows_out":2000,"created_at":"2026-11-25T17:00:00.000Z","duration_ms":1250,
       "cause":null}\
      """;
  private static final String SECOND =
      """
      {"id":"01b","domain":"aviation","pipeline":"strikes","stage":"clean","status":"FAILED",
       "attempt":3,"rows_out":0,"created_at":"2026-11-25T17:00:01.000Z","duration_ms":35,
       "cause":"line 122 has 15 fields, \\"expected\\" 14"}\
      """;

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

  @ParameterizedTest
  @ValueSource(strings = {"json", "csv"})
  void aListThatCannotBeHadIsToldByItsFailureAlone(String format) {
    CommandLines.Result result = lines.run("events", "-o", format);

    assertThat(result.exit()).isNotZero();
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("No route");
  }

  @Test
  void aTableIsAlignedAndItsHeadersSayWhatIsInIt() {
    server.on("GET /v1/executions", page(FIRST + "," + SECOND, "null"));

    assertThat(lines.run("executions", "list").out())
        .isEqualTo(
            """
            ID   PIPELINE  STAGE  STATUS     ATTEMPT  ROWS OUT  CREATED AT                DURATION  CAUSE
            01a  flights   clean  SUCCEEDED        1      2000  2026-11-25T17:00:00.000Z     1.25s
            01b  strikes   clean  FAILED           3         0  2026-11-25T17:00:01.000Z      35ms  line 122 has 15 fields, "expected" 14
            """);
  }

  @Test
  void aGroupWithoutAVerbLists() {
    server.on("GET /v1/executions", page(FIRST, "null"));

    var listed = lines.run("executions", "list", "-o", "json");
    assertThat(lines.run("executions", "-o", "json")).isEqualTo(listed);
    assertThat(lines.run("executions")).isEqualTo(lines.run("executions", "list"));
  }

  @Test
  void jsonIsOneArrayWithTheFieldsOfTheApiAndNothingElse() {
    server.on("GET /v1/executions", page(FIRST + "," + SECOND, "null"));
    var result = lines.run("executions", "-o", "json");

    assertThat(result.err()).isEmpty();
    assertThat(Json.parse(result.out())).isEqualTo(Json.parse("[" + FIRST + "," + SECOND + "]"));
  }

  @Test
  void anEmptyListIsAnEmptyArrayForScriptsAndASentenceForPeople() {
    server.on("GET /v1/dead-letters", page("", "null"));

    assertThat(lines.run("dlq", "list", "-o", "json").out()).isEqualTo("[]\n");
    assertThat(lines.run("dlq").out()).isEqualTo("No dead letters.\n");
    assertThat(lines.run("dlq", "-o", "csv").out()).startsWith("id,queue,").hasLineCount(1);
  }

  @Test
  void csvQuotesWhatNeedsIt() {
    server.on("GET /v1/executions", page(SECOND, "null"));

    assertThat(lines.run("executions", "-o", "csv").out())
        .isEqualTo(
            """
            id,pipeline,stage,status,attempt,rows_out,created_at,duration_ms,cause
            01b,strikes,clean,FAILED,3,0,2026-11-25T17:00:01.000Z,35,"line 122 has 15 fields, ""expected"" 14"
            """);
  }

  @Test
  void pagesAreFollowedUpToTheLimit() {
    server.on("GET /v1/executions?limit=500", page(FIRST, "\"n1\""));
    server.on("GET /v1/executions?limit=499&next=n1", page(SECOND, "\"n2\""));
    server.on("GET /v1/executions?limit=498&next=n2", page(FIRST, "null"));
    server.on("GET /v1/executions?limit=2", page(FIRST, "\"n1\""));
    server.on("GET /v1/executions?limit=1&next=n1", page(SECOND, "\"n2\""));
    server.on("GET /v1/executions?limit=500&next=n1", page(SECOND, "\"n2\""));
    server.on("GET /v1/executions?limit=500&next=n2", page(FIRST, "null"));

    assertThat(Json.parse(lines.run("executions", "-o", "json", "--limit", "500").out()))
        .hasSize(3);
    assertThat(Json.parse(lines.run("executions", "-o", "json", "--limit", "0").out())).hasSize(3);
    assertThat(Json.parse(lines.run("executions", "-o", "json", "--limit", "2").out())).hasSize(2);
  }

  @Test
  void aListThatTheLimitCutSaysSoOnATerminalOnly() {
    server.on("GET /v1/events", page("{\"id\":\"1\"}", "\"more\""));

    assertThat(lines.run("events", "--limit", "1").err()).isEmpty();
    lines.screen = new Screen(100, true, true, true, false);
    assertThat(lines.run("events", "--limit", "1").err()).contains("--limit 0");
  }

  @Test
  void sinceIsADurationBeforeNowOrATime() {
    server.on("GET /v1/events", page("", "null"));

    lines.run("events", "--since", "1h");
    assertThat(server.lastAsked().line()).contains("since=2026-11-25T16%3A00%3A00.000Z");
    lines.run("events", "--since", "2026-11-24T00:00:00Z");
    assertThat(server.lastAsked().line()).contains("since=2026-11-24T00%3A00%3A00.000Z");

    var wrong = lines.run("events", "--since", "yesterday");
    assertThat(wrong.exit()).isEqualTo(2);
    assertThat(wrong.err()).contains("'yesterday' is neither a duration nor a time.");
  }

  @Test
  void whatHasNoAgeIsNotListedByItsAge() {
    for (String list : List.of("schedules", "tables", "grants", "principals")) {
      var refused = lines.run(list, "--since", "1h");
      assertThat(refused.exit()).isEqualTo(2);
      assertThat(refused.err()).contains("--since");
    }
    server.on("GET /v1/backfills", page("", "null"));
    lines.run("backfills", "--since", "1h");
    assertThat(server.lastAsked().line()).contains("since=2026-11-25T16%3A00%3A00.000Z");
  }

  @Test
  void filtersReachTheServer() {
    server.on("GET /v1/executions", page("", "null")).on("GET /v1/events", page("", "null"));

    lines.run("executions", "--pipeline", "flights", "--status", "failed");
    assertThat(server.lastAsked().line()).contains("pipeline=flights").contains("status=FAILED");
    lines.run("events", "--type", "Object Created", "--unmatched");
    assertThat(server.lastAsked().line())
        .contains("detail_type=Object%20Created")
        .contains("matched=false");
  }

  @Test
  void onATerminalWideValuesAreCutAndColoursMeanSomething() {
    server.on("GET /v1/executions", page(SECOND, "null"));
    lines.screen = new Screen(90, true, true, true, true);
    var lines90 = lines.run("executions").out().lines().toList();

    assertThat(lines90.get(1)).contains("\u001b[31mFAILED\u001b[0m").contains("…");
    assertThat(Width.of(lines90.get(1).replaceAll("\u001b\\[\\d+m", ""))).isLessThanOrEqualTo(90);
  }

  @Test
  void whatCouldMoveTheCursorIsShownAsText() {
    server.on("GET /v1/executions", page("{\"id\":\"a\\u001b[2J\\nb\"}", "null"));

    assertThat(lines.run("executions").out()).contains("a\\u001b[2J\\nb").doesNotContain("\u001b");
  }

  static String page(String items, String next) {
    return "{\"items\":[%s],\"next\":%s}".formatted(items, next);
  }
}
