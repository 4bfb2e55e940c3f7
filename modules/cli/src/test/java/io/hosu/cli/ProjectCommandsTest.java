package io.hosu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** init, validate, test and graph. */
class ProjectCommandsTest {
  @TempDir Path folder;

  @Test
  void aNewProjectIsValid() {
    CommandLines lines = new CommandLines(folder);

    assertThat(lines.run("init", "lake").out()).startsWith("made a lake project in lake\n");
    assertThat(lines.run("validate", "lake").out()).startsWith("The project is valid: ");
    assertThat(lines.run("validate", "lake", "-o", "json").out()).isEqualTo("[]\n");
    assertThat(lines.run("init", "lake").exit()).isEqualTo(1);
  }

  @Test
  void mistakesAreToldWithTheirPlaces() throws Exception {
    CommandLines lines = new CommandLines(folder);
    lines.run("init", "lake");
    Path file = folder.resolve("lake/lake.yaml");
    Files.writeString(file, Files.readString(file).replace("layers:", "layrs:"));
    var result = lines.run("validate", "lake");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out()).contains("lake.yaml:").contains("layers").contains("mistake");
    var mistakes = Json.parse(lines.run("validate", "lake", "-o", "json").out());
    assertThat(mistakes.path(0).path("file").asText()).isEqualTo("lake.yaml");
    assertThat(mistakes.path(0).path("line").isInt()).isTrue();
  }

  @Test
  void aProjectIsDrawnInWordsAndInPictures() {
    CommandLines lines = new CommandLines(folder);
    lines.run("init", "lake");

    assertThat(lines.run("graph", "lake").out())
        .startsWith("shop.orders.clean\n  starts on objects raw/shop/orders/*.csv\n");
    assertThat(lines.run("graph", "lake", "-o", "svg").out()).startsWith("<svg ");
    assertThat(lines.run("graph", "lake", "-o", "dot").out()).startsWith("digraph lake {");
    assertThat(lines.run("graph", "lake", "-o", "mermaid").out()).startsWith("flowchart LR");
    assertThat(Json.parse(lines.run("graph", "lake", "-o", "json").out()).path("edges")).hasSize(4);
    assertThat(lines.run("graph", "lake", "--only", "shop.orders", "-o", "json").exit()).isZero();
    assertThat(lines.run("graph", "lake", "--only", "bank").err())
        .contains("No stage is in 'bank'");
    assertThat(lines.run("graph", "lake", "-o", "png").err()).contains("svg");
  }

  @Test
  void accessTestsAreRunWithoutAServer() throws Exception {
    CommandLines lines = new CommandLines(folder);
    lines.run("init", "lake");
    assertThat(lines.run("test", "lake"))
        .isEqualTo(new CommandLines.Result(0, "passed: 0 expectations\n", ""));
    Path tests = Files.createDirectories(folder.resolve("lake/tests/access"));
    Files.writeString(
        folder.resolve("lake/access/eva.yaml"),
        "principals: [{ name: eva }]\ngrants: [{ to: user:eva, allow: [SELECT], on: shop }]\n");
    Files.writeString(
        tests.resolve("eva.yaml"),
        "expect:\n- eva can SELECT shop.stage.orders\n- eva cannot SELECT shop.stage.orders\n");

    CommandLines.Result result = lines.run("test", "lake");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out())
        .isEqualTo(
            """
            failed: 1 of 2 expectations
              tests/access/eva.yaml:3:3: eva cannot SELECT shop.stage.orders
                  it is allowed: user:eva SELECT on shop
            """);
    assertThat(Json.parse(lines.run("test", "lake", "-o", "json").out()))
        .extracting(outcome -> outcome.path("passed").asBoolean())
        .containsExactly(true, false);
    Files.writeString(tests.resolve("eva.yaml"), "expect: [evi can SELECT shop]");
    assertThat(lines.run("test", "lake").err()).contains("did you mean 'eva'?");
  }
}
