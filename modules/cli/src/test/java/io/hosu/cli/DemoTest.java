package io.hosu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's driver, over a small script. */
class DemoTest {
  private static final Path AVIATION = Path.of("../../examples/aviation");
  private static final int BEFORE_THE_REFUSAL = 7;
  private static final String QUIET = "{\"pending\":{\"events\":0}}";
  private static final String LETTER =
      """
      {"id":"01d","queue":"a.p.s","cause":{"code":"RECORD_INVALID","what":"Line 2.",
       "object":"raw/a/bad.csv","line":2}}\
      """;

  private static final String REFUSAL =
      """
      {"status":403,"code":"PERMISSION_DENIED","detail":"user:ivy may not.","remedy":"Ask.",
       "missing":{"permission":"SELECT","on":"a.b.c"},"givers":["ops","administrators"],
       "command":"hosu grant user:ivy SELECT a.b.c"}\
      """;

  private static final DemoScript.Access ACCESS =
      new DemoScript.Access(
          "ivy",
          new DemoScript.Question("Ask as ivy", "SELECT 7", List.of("7")),
          new DemoScript.Count("seen", "SELECT 7", 7),
          new DemoScript.Count("wanted", "SELECT 7", 7),
          "alice");

  @TempDir Path folder;
  private FakeServer server;

  @BeforeEach
  void begin() throws Exception {
    server = new FakeServer();
    Files.writeString(folder.resolve("lake.yaml"), "name: x\n");
    Files.writeString(folder.resolve("bad.csv"), "n\nx\n");
    server.on("POST /v1/apply", "{\"changes\":[1,2]}");
    server.on("PUT /v1/objects/raw/a/bad.csv", "{}");
    server.on("GET /v1/pending", QUIET);
    server.on("GET /v1/executions", execution("FAILED", "01a"));
    server.on("GET /v1/dead-letters", ListTest.page(LETTER, "null"));
    server.on("GET /v1/dead-letters", ListTest.page("", "null"));
    server.on("GET /v1/dead-letters/01d", LETTER);
    server.on("POST /v1/principals/ivy/tokens", "{\"token\":\"ivys\"}");
    server.on("POST /v1/principals/alice/tokens", "{\"token\":\"alices\"}");
    server.on("POST /v1/grants", "{\"id\":\"01g\"}");
  }

  /** Each query gives 7, but one: the one with which ivy asks for more, gives this. */
  private void answerQueries(int status, String type, String body) {
    for (int i = 0; i < BEFORE_THE_REFUSAL; i++) {
      server.on("POST /v1/queries", 200, "text/csv", "n\n7\n");
    }
    server.on("POST /v1/queries", status, type, body);
    server.on("POST /v1/queries", 200, "text/csv", "n\n7\n");
  }

  @AfterEach
  void end() {
    server.close();
  }

  private static String execution(String status, String id) {
    return ListTest.page(
        "{\"id\":\"%s\",\"pipeline\":\"p\",\"stage\":\"s\",\"status\":\"%s\",\"duration_ms\":5}"
            .formatted(id, status),
        "null");
  }

  private int run(long expected, StringBuilder printed) throws Exception {
    CommandLines lines = new CommandLines(folder);
    var out = new java.io.ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            java.io.InputStream.nullInputStream(),
            new java.io.PrintStream(out, true, java.nio.charset.StandardCharsets.UTF_8),
            System.err,
            lines.environment,
            folder,
            Screen.NONE);
    Context context = new Context(terminal, lines.local, lines.clock, lines.clock::advance);
    var address = new ServerAddress(URI.create(server.url().toString()), "", Optional.empty());
    DemoScript.File bad = new DemoScript.File("bad.csv", "raw/a/bad.csv");
    var count = new DemoScript.Count("rows", "SELECT count(*)", expected);
    var script =
        new DemoScript(
            List.of(List.of(bad)),
            List.of(count),
            List.of(new DemoScript.Question("How many?", "SELECT 1", List.of("7"))),
            "raw/a/bad.csv",
            2,
            bad,
            List.of(count),
            ACCESS);
    int differences = new Demo(context, address, folder, script).run();
    printed.append(out.toString(java.nio.charset.StandardCharsets.UTF_8));
    return differences;
  }

  @Test
  void everyNumberAsExpectedIsNoDifference() throws Exception {
    answerQueries(403, "application/problem+json", REFUSAL);
    StringBuilder printed = new StringBuilder();

    assertThat(run(7, printed)).isZero();
    assertThat(printed).contains("2 changes", "put  raw/a/bad.csv", "FAILED  p.s", "Line 2.");
    assertThat(printed).contains("dead letters").doesNotContain("DIFFERS");
  }

  @Test
  void anotherNumberIsADifference() throws Exception {
    answerQueries(403, "application/problem+json", REFUSAL);
    StringBuilder printed = new StringBuilder();

    assertThat(run(8, printed)).isEqualTo(2);
    assertThat(printed).contains("DIFFERS  rows: 7, expected 8");
  }

  @Test
  void whoMayGiveWhatWasRefusedRunsTheCommandThatTheRefusalNames() throws Exception {
    answerQueries(403, "application/problem+json", REFUSAL);
    StringBuilder printed = new StringBuilder();

    assertThat(run(7, printed)).isZero();
    assertThat(printed)
        .contains("user:ivy may not.", "SELECT on a.b.c", "ops, administrators")
        .contains("$ hosu grant user:ivy SELECT a.b.c", "granted SELECT on a.b.c to user:ivy");
    assertThat(server.asked())
        .filteredOn(asked -> asked.line().equals("POST /v1/grants"))
        .singleElement()
        .satisfies(asked -> assertThat(asked.headers()).containsValue("Bearer alices"));
    assertThat(server.lastAsked().headers()).containsValue("Bearer ivys");
  }

  @Test
  void whatShouldBeRefusedAndIsNotIsADifference() throws Exception {
    answerQueries(200, "text/csv", "n\n7\n");
    StringBuilder printed = new StringBuilder();

    assertThat(run(7, printed)).isEqualTo(1);
    assertThat(printed).contains("DIFFERS  SELECT 7 is not refused");
  }

  @Test
  void everyFileOfTheScriptIsInTheExample() {
    DemoScript script = DemoScript.aviation();

    assertThat(script.rounds().stream().flatMap(List::stream))
        .allSatisfy(file -> assertThat(AVIATION.resolve(file.path())).isRegularFile());
    assertThat(AVIATION.resolve(script.corrected().path())).isRegularFile();
  }
}
