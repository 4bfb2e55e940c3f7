package io.hosu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** sql, but for its prompt. */
class SqlCommandTest {
  private static final String CSV = "name,n\r\n\"a \"\"b\"\", c\",10\r\n,2\r\n\"\",\r\n";

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
  void csvAndJsonAreTheServersBytes() {
    server.on("POST /v1/queries", 200, "text/csv", CSV);
    var result = lines.run("sql", "-o", "csv", "-c", "SELECT 1");

    assertThat(result).isEqualTo(new CommandLines.Result(0, CSV, ""));
    assertThat(server.lastAsked().headers()).containsEntry("Accept", "text/csv");
    assertThat(server.lastAsked().body()).isEqualTo("{\"sql\":\"SELECT 1\"}");
    lines.run("sql", "-o", "json", "-c", "SELECT 1");
    assertThat(server.lastAsked().headers()).containsEntry("Accept", "application/json");
  }

  @Test
  void aTableHasNumbersAtTheRightAndTellsNullFromNothing() {
    server.on("POST /v1/queries", 200, "text/csv", CSV);

    assertThat(lines.run("sql", "-c", "SELECT 1").out())
        .isEqualTo(
            """
            name         n
            a "b", c    10
            NULL         2
                      NULL
            """);
  }

  @Test
  void statementsThatArePipedInRunInTurn() {
    server.on("POST /v1/queries", 200, "text/csv", "n\n1\n");
    lines.piped = "SELECT ';' -- a; b\n; SELECT 2 ;\n-- end\n".getBytes(StandardCharsets.UTF_8);

    assertThat(lines.run("sql", "-o", "csv").out()).isEqualTo("n\n1\nn\n1\n");
    assertThat(server.asked())
        .extracting(FakeServer.Asked::body)
        .containsExactly("{\"sql\":\"SELECT ';' -- a; b\"}", "{\"sql\":\"SELECT 2\"}");
  }

  @Test
  void aPersonIsToldHowLongItTook() {
    server.on("POST /v1/queries", 200, "text/csv", "n\n1\n");
    lines.screen = new Screen(100, false, true, true, false);

    assertThat(lines.run("sql", "-c", "SELECT 1").err()).isEqualTo("1 row in 0ms\n");
  }

  @Test
  void aQueryThatFailsExitsWith1() {
    server.on(
        "POST /v1/queries",
        400,
        "application/problem+json",
        "{\"detail\":\"No table a.b.c.\",\"code\":\"TABLE_NOT_FOUND\",\"remedy\":\"See: hosu tables\"}");
    var result = lines.run("sql", "-c", "SELECT * FROM a.b.c");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("[TABLE_NOT_FOUND]");
  }

  @Test
  void semicolonsInsideQuotesAndCommentsEndNothing() {
    assertThat(SqlText.all("SELECT 'a;''b' ; SELECT \";\" /* ; */; SELECT $$;$$"))
        .containsExactly("SELECT 'a;''b'", "SELECT \";\" /* ; */", "SELECT $$;$$");
    assertThat(SqlText.all(" ; -- nothing\n;")).isEmpty();
    assertThat(SqlText.split("SELECT 1; SELECT").rest()).isEqualTo(" SELECT");
  }

  @Test
  void aPromptWaitsForTheSemicolonAndCompletesTheWordBeforeTheCursor() {
    var parser = new SqlLines();

    assertThat(parser.parse("SELECT fro", 10, org.jline.reader.Parser.ParseContext.COMPLETE).word())
        .isEqualTo("fro");
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> parser.parse("SELECT 1", 8, org.jline.reader.Parser.ParseContext.ACCEPT_LINE))
        .isInstanceOf(org.jline.reader.EOFError.class);
    parser.parse("SELECT 1;", 9, org.jline.reader.Parser.ParseContext.ACCEPT_LINE);
    parser.parse("\\d", 2, org.jline.reader.Parser.ParseContext.ACCEPT_LINE);
  }
}
