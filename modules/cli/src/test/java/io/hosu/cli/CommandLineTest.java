package io.hosu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for every command: exit codes, messages, where the server is found. */
class CommandLineTest {
  @TempDir Path folder;
  private CommandLines lines;

  @BeforeEach
  void begin() {
    lines = new CommandLines(folder);
  }

  @Test
  void aWordThatIsNoCommandGetsASuggestionAndExitCode2() {
    var result = lines.run("statsu");

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .isEqualTo(
            """
            hosu: 'statsu' is not a command; did you mean 'status'?
                  See every command with: hosu help [USAGE_WRONG]
            """);
  }

  @Test
  void anUnknownOptionGetsASuggestion() {
    var result = lines.run("executions", "list", "--limitt", "3");

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("'--limitt' is not an option of 'hosu executions list'");
    assertThat(result.err()).contains("did you mean '--limit'?").contains("[USAGE_WRONG]");
  }

  @Test
  void anUnknownVerbOfAGroupGetsASuggestion() {
    var result = lines.run("dlq", "redirve", "--all");

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("'redirve'").contains("did you mean 'redrive'?");
  }

  @Test
  void aMissingArgumentIsAMatterOfUsage() {
    var result = lines.run("cat");

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("LAYER/KEY").contains("hosu cat --help");
  }

  @Test
  void theOverviewNamesEveryCommand() {
    var result = lines.run("--help");

    assertThat(result.exit()).isZero();
    assertThat(result.out()).contains("executions", "redrive", "doctor", "hosu COMMAND --help");
    assertThat(lines.run("help").out()).isEqualTo(result.out());
    assertThat(lines.run().exit()).isEqualTo(2);
  }

  @Test
  void everyCommandExplainsItself() {
    for (String command :
        Commands.all(
                new Context(Terminal.ofProcess(), lines.local, lines.clock, lines.clock::advance))
            .getSubcommands()
            .keySet()) {
      var result = lines.run(command, "--help");

      assertThat(result.exit()).as(command).isZero();
      assertThat(result.out()).as(command).startsWith("Usage: hosu " + command);
      assertThat(lines.run("help", command)).as(command).isEqualTo(result);
    }
  }

  @Test
  void withoutAnyHintTheServerIsUnknown() {
    var result = lines.run("events");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).contains("[SERVER_UNKNOWN]").contains("hosu up");
  }

  @Test
  void aServerThatIsNotThereIsToldWithTheWayToStartIt() {
    var result = lines.run("events", "--url", "http://127.0.0.1:1", "--token", "t");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .isEqualTo(
            """
            hosu: No server answers at http://127.0.0.1:1.
                  Start it in the project's folder with: hosu up [SERVER_UNREACHABLE]
            """);
  }

  @Test
  void theServerOfTheNearestHosuFolderIsFoundByItself() throws Exception {
    try (FakeServer server = new FakeServer()) {
      server.on("GET /v1/events", "{\"items\":[],\"next\":null}");
      Path deep = Files.createDirectories(folder.resolve("domains/aviation"));
      Files.createDirectories(folder.resolve(".hosu"));
      Files.writeString(
          folder.resolve(".hosu/admin.env"),
          "# admin\nHOSU_URL=%s\nHOSU_TOKEN='abc'\n".formatted(server.url()));

      assertThat(new CommandLines(deep).run("events").exit()).isZero();
      assertThat(server.lastAsked().headers()).containsEntry("Authorization", "Bearer abc");
    }
  }

  @Test
  void theTokenOfAHosuFolderIsNotSentToAnotherServer() throws Exception {
    try (FakeServer server = new FakeServer()) {
      server.on("GET /v1/events", "{\"items\":[],\"next\":null}");
      Files.createDirectories(folder.resolve(".hosu"));
      Files.writeString(
          folder.resolve(".hosu/admin.env"), "HOSU_URL=http://127.0.0.1:1\nHOSU_TOKEN=abc\n");

      lines.run("events", "--url", server.url().toString());
      assertThat(server.lastAsked().headers()).doesNotContainKey("Authorization");
    }
  }

  @Test
  void aTokenInTheEnvironmentActsOnTheServerOfTheFolder() throws Exception {
    try (FakeServer server = new FakeServer()) {
      server.on("GET /v1/events", "{\"items\":[],\"next\":null}");
      Files.createDirectories(folder.resolve(".hosu"));
      Files.writeString(
          folder.resolve(".hosu/admin.env"),
          "HOSU_URL=%s\nHOSU_TOKEN=abc\n".formatted(server.url()));
      lines.environment.put("HOSU_TOKEN", "alice");

      lines.run("events");
      assertThat(server.lastAsked().headers()).containsEntry("Authorization", "Bearer alice");
    }
  }

  @Test
  void aProblemOfTheServerIsToldWithItsCodeAndRemedy() throws Exception {
    try (FakeServer server = new FakeServer()) {
      server.on(
          "GET /v1/executions/01x",
          403,
          "application/problem+json",
          """
          {"status":403,"detail":"alice may not.\\nReally.","code":"DENIED","remedy":"Ask bob."}\
          """);
      var result = lines.with(server).run("executions", "show", "01x");

      assertThat(result.exit()).isEqualTo(1);
      assertThat(result.out()).isEmpty();
      assertThat(result.err())
          .isEqualTo("hosu: alice may not.\n      Really.\n      Ask bob. [DENIED]\n");
    }
  }

  @Test
  void anAnswerThatIsNoProblemDocumentStillHasARemedy() throws Exception {
    try (FakeServer server = new FakeServer()) {
      server.on("GET /v1/events", 502, "text/html", "<h1>Bad gateway</h1>");
      var result = lines.with(server).run("events");

      assertThat(result.err()).contains("status 502").contains("[HTTP_502]");
    }
  }

  @Test
  void versionAnswersWithoutAServer() {
    assertThat(lines.run("version").out()).startsWith("hosu 0.1.0");
    assertThat(lines.run("--version").out()).startsWith("hosu 0.1.0");
    assertThat(lines.run("version", "-o", "json").out()).startsWith("{\"version\":\"0.1.0");
  }

  @Test
  void aCommandThatNeedsTheServersCodeSaysWhenItIsNotThere() {
    var result = lines.run("up");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).contains("[SERVER_NOT_STARTED]");
    assertThat(List.of(result.out().split("\n", -1))).containsExactly("");
  }
}
