package io.hosu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** put, cat, ls and rm. */
class ObjectCommandsTest {
  private static final String STORED =
      "{\"layer\":\"raw\",\"key\":\"a/1.csv\",\"version\":\"01v\",\"size\":4}";

  @TempDir Path folder;
  private FakeServer server;
  private CommandLines lines;

  @BeforeEach
  void begin() throws Exception {
    server = new FakeServer();
    lines = new CommandLines(folder).with(server);
    Files.writeString(folder.resolve("1.csv"), "a\n1\n");
    Files.writeString(folder.resolve("2.json"), "[]");
  }

  @AfterEach
  void end() {
    server.close();
  }

  @Test
  void aFileGoesUnderTheKeyItIsGiven() {
    server.on("PUT /v1/objects/raw/a/x.csv", STORED);
    var result = lines.run("put", "1.csv", "raw/a/x.csv");

    assertThat(result).isEqualTo(new CommandLines.Result(0, "raw/a/x.csv  4B\n", ""));
    assertThat(server.lastAsked().body()).isEqualTo("a\n1\n");
    assertThat(server.lastAsked().headers())
        .containsEntry("Content-type", "text/csv")
        .containsEntry("Content-length", "4");
  }

  @Test
  void severalFilesKeepTheirNamesUnderThePrefix() {
    server.on("PUT /v1/objects/raw/a/1.csv", STORED).on("PUT /v1/objects/raw/a/2.json", STORED);

    assertThat(lines.run("put", "1.csv", "2.json", "raw/a/").out())
        .isEqualTo("raw/a/1.csv  4B\nraw/a/2.json  2B\n");
  }

  @Test
  void severalFilesDoNotFitUnderOneKey() {
    var result = lines.run("put", "1.csv", "2.json", "raw/a");

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("raw/a/");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void aFileThatIsMissingStopsEverythingBeforeAnythingIsSent() {
    var result = lines.run("put", "1.csv", "none.csv", "raw/a/");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).contains("There is no file 'none.csv'.").contains("[FILE_NOT_FOUND]");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void aFolderNeedsToBeAskedForAndKeepsItsShape() throws Exception {
    Files.createDirectories(folder.resolve("data/deep"));
    Files.writeString(folder.resolve("data/deep/ü 1.csv"), "x");

    assertThat(lines.run("put", "data", "raw/a/").err()).contains("hosu put -r");
    server.on("PUT /v1/objects/raw/a/deep/%C3%BC%201.csv", STORED);
    assertThat(lines.run("put", "-r", "data", "raw/a/").out())
        .isEqualTo("raw/a/deep/ü 1.csv  1B\n");
  }

  @Test
  void whatIsPipedInNeedsAWholeKey() {
    lines.piped = "piped".getBytes(StandardCharsets.UTF_8);
    server.on("PUT /v1/objects/raw/a/p.txt", STORED);

    assertThat(lines.run("put", "-", "raw/a/").exit()).isEqualTo(2);
    assertThat(lines.run("put", "-", "raw/a/p.txt").exit()).isZero();
    assertThat(server.lastAsked().body()).isEqualTo("piped");
  }

  @Test
  void aDryRunSendsNothing() {
    assertThat(lines.run("put", "--dry-run", "1.csv", "raw/a/").out())
        .isEqualTo("would put 1.csv as raw/a/1.csv\n");
    assertThat(lines.run("put", "--dry-run", "-o", "json", "1.csv", "raw/a/").out())
        .contains("{\"layer\":\"raw\",\"key\":\"a/1.csv\",\"size\":")
        .contains("\"version\":null}");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void whatWasPutCanBeToldAsJson() {
    server.on("PUT /v1/objects/raw/a/1.csv", STORED);

    assertThat(Json.parse(lines.run("put", "-o", "json", "1.csv", "raw/a/").out()))
        .isEqualTo(Json.parse("[" + STORED + "]"));
  }

  @Test
  void aRefusedPutTellsTheServersReason() {
    server.on(
        "PUT /v1/objects/raw/a/1.csv",
        403,
        "application/problem+json",
        "{\"detail\":\"No.\",\"code\":\"DENIED\",\"remedy\":\"Ask.\"}");

    assertThat(lines.run("put", "1.csv", "raw/a/").err())
        .isEqualTo("hosu: No.\n      Ask. [DENIED]\n");
  }

  @Test
  void anObjectIsPrintedByteForByte() {
    server.on("GET /v1/objects/raw/a/1.csv", 200, "text/csv", "a\r\n\u00e9");

    assertThat(lines.run("cat", "raw/a/1.csv").out()).isEqualTo("a\r\n\u00e9");
    assertThat(lines.run("cat", "raw/a/").exit()).isEqualTo(2);
    assertThat(lines.run("cat", "raw/none").exit()).isEqualTo(1);
  }

  @Test
  void aPrefixIsListedLevelByLevelOrWhole() {
    server.on(
        "GET /v1/objects/raw?prefix=a%2F&delimiter=%2F&limit=500",
        ListTest.page("{\"prefix\":\"a/deep/\"}," + STORED, "null"));
    server.on("GET /v1/objects/raw?prefix=a%2F&limit=500", ListTest.page(STORED, "null"));
    server.on("GET /v1/objects", ListTest.page("{\"layer\":\"raw\"}", "null"));

    assertThat(lines.run("ls", "raw/a/").out()).contains("a/deep/").contains("a/1.csv");
    assertThat(lines.run("ls", "-r", "raw/a/").out()).doesNotContain("a/deep/");
    assertThat(lines.run("ls").out()).contains("raw");
  }

  @Test
  void objectsAreDeletedOneByOneOrByPrefix() {
    server.on("DELETE /v1/objects/raw/a/1.csv", "{\"deleted\":true,\"version\":\"v\"}");
    server.on("GET /v1/objects/raw", ListTest.page(STORED, "null"));

    server.on("DELETE /v1/objects/raw/a/2.csv", "{\"deleted\":false,\"version\":null}");

    assertThat(lines.run("rm", "raw/a/1.csv").out()).isEqualTo("deleted raw/a/1.csv\n");
    assertThat(lines.run("rm", "raw/a/2.csv").out()).isEqualTo("raw/a/2.csv was not there\n");
    assertThat(lines.run("rm", "raw/a/2.csv").exit()).isZero();
    assertThat(lines.run("rm", "-o", "json", "raw/a/1.csv", "raw/a/2.csv").out())
        .contains("{\"object\":\"raw/a/1.csv\",\"outcome\":\"deleted\"}")
        .contains("{\"object\":\"raw/a/2.csv\",\"outcome\":\"missing\"}");
    assertThat(lines.run("rm", "raw/a/").exit()).isEqualTo(2);
    assertThat(lines.run("rm", "-r", "--dry-run", "raw/a/").out())
        .isEqualTo("would delete raw/a/1.csv\n");
    assertThat(lines.run("rm", "-r", "raw/a/").out()).isEqualTo("deleted raw/a/1.csv\n");
  }
}
