package io.hosu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a command line, and with where its answer goes. */
class UsageTest {
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
  void aValueThatAnOptionDoesNotTakeIsAMistakeOfUsageAndAsksNothingOfTheServer() {
    for (String line :
        List.of(
            "wait --timeout abc",
            "run shop.orders.clean --wait soon",
            "token create ann --ttl never",
            "events --since yesterday",
            "executions list --since yesterday",
            "executions list --limit -1",
            "executions list --limit many",
            "executions list --status DONE",
            "executions list -o xml",
            "ls raw --limit -5",
            "up --http-port 70000",
            "up --s3-port -1",
            "up --http-port http",
            "principals create ann --kind robot",
            "schedules preview rate(1_day) --timezone Mars",
            "tables list --url ftp://x",
            "tables list --url http://[",
            "put - raw/a.csv --content-type text/é",
            "executions show ''",
            "executions show")) {
      var result = lines.run(line.replace("''", "").split(" ", -1));
      assertThat(result.exit()).as("%s: %s", line, result.err()).isEqualTo(2);
      assertThat(result.err()).as(line).contains("[USAGE_WRONG]");
      assertThat(result.out()).as(line).isEmpty();
    }
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void aTokenThatNoHeaderCanHoldIsToldWithoutShowingIt() {
    for (String token : List.of("se\ncret", "secret\r", "s\u00e9cret")) {
      lines.environment.put("HOSU_TOKEN", token);
      var result = lines.run("tables", "list");
      assertThat(result.exit()).isEqualTo(2);
      assertThat(result.err())
          .contains("[USAGE_WRONG]")
          .contains("HOSU_TOKEN")
          .doesNotContain("cret\n", "at io.hosu");
    }
  }

  @Test
  void waitAnswersInTheFormatThatWasAskedFor() {
    server.on("GET /v1/pending", "{\"pending\":{\"events\":2,\"executions\":1}}");
    assertThat(lines.run("wait", "--timeout", "1s", "-o", "csv").out())
        .isEqualTo("kind,pending\nevents,2\nexecutions,1\n");
  }

  @Test
  void aFileThatIsNotTextIsToldWithACode() throws IOException {
    Files.write(folder.resolve("ls"), new byte[] {0x7f, 'E', 'L', 'F', (byte) 0xff, (byte) 0xfe});
    var result = lines.run("sql", "-f", "ls");
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).contains("'ls'", "UTF-8", "[FILE_UNREADABLE]");
    lines.piped = new byte[] {(byte) 0xff};
    assertThat(lines.run("sql").err()).contains("[FILE_UNREADABLE]");
  }

  @Test
  void anAnswerThatCannotBeWrittenIsAFailure() {
    server.on("GET /v1/tables", "{\"items\":[{\"name\":\"a.b.c\"}],\"next\":null}");
    server.on("POST /v1/queries", 200, "text/csv", "n\n1\n");
    for (List<String> line :
        List.of(
            List.of("tables", "list"),
            List.of("tables", "list", "-o", "json"),
            List.of("sql", "-c", "SELECT 1"),
            List.of("sql", "-o", "csv", "-c", "SELECT 1"),
            List.of("version"))) {
      var result = broken("No space left on device", line);
      assertThat(result.exit()).as("%s", line).isEqualTo(1);
      assertThat(result.err()).contains("No space left on device", "[OUTPUT_FAILED]");
    }
  }

  @Test
  void aReaderThatWentAwayEndsACommandQuietly() {
    server.on("GET /v1/tables", "{\"items\":[{\"name\":\"a.b.c\"}],\"next\":null}");
    server.on("POST /v1/queries", 200, "text/csv", "n\n1\n");
    for (List<String> line :
        List.of(List.of("tables", "list"), List.of("sql", "-o", "csv", "-c", "SELECT 1"))) {
      assertThat(broken("Broken pipe", line)).isEqualTo(new CommandLines.Result(141, "", ""));
    }
  }

  /** Runs a command whose standard output breaks at the first byte. */
  private CommandLines.Result broken(String why, List<String> words) {
    OutputStream out =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(why);
          }
        };
    var err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(new byte[0]),
            new Outlet(out, 1024),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            lines.environment,
            folder,
            Screen.NONE);
    Context context = new Context(terminal, lines.local, lines.clock, lines.clock::advance);
    int exit = new Cli(context).run(words.toArray(String[]::new));
    return new CommandLines.Result(exit, "", err.toString(StandardCharsets.UTF_8));
  }
}
