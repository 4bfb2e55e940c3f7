package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.delivery.AccessTests;
import io.hosu.delivery.LakeProject;
import io.hosu.delivery.LakeProject.Reading;
import io.hosu.delivery.ProjectFiles;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Runs the tests of a lake project without a server. */
@Command(
    name = "test",
    description = {
      "Compares what tests/access/*.yaml says must be possible, and what must not, with what the",
      "project declares, without a server."
    },
    footer = {"", "Exit code 0: all is as the tests say. 1: something is not, or has a mistake."})
final class TestCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description = "The project's folder. Default: the current one.")
  String folder = "";

  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  TestCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    ServerLog.onlyErrors();
    return switch (context.local().check(ProjectFiles.in(context.terminal().resolve(folder)))) {
      case Reading.Sound(LakeProject project, _) -> tell(AccessTests.run(project, context.clock()));
      case Reading.Mistaken(var mistakes, _) -> {
        mistakes.forEach(mistake -> context.terminal().note(mistake.toString()));
        yield Cli.FAILED;
      }
    };
  }

  private int tell(List<AccessTests.Outcome> outcomes) {
    long failed = outcomes.stream().filter(outcome -> !outcome.passed()).count();
    if (output.format == Format.TABLE) {
      var out = context.terminal().out();
      out.println(
          failed == 0
              ? "passed: %d expectations".formatted(outcomes.size())
              : "failed: %d of %d expectations".formatted(failed, outcomes.size()));
      outcomes.stream().filter(outcome -> !outcome.passed()).forEach(this::failed);
    } else {
      list(outcomes);
    }
    return failed == 0 ? Cli.OK : Cli.FAILED;
  }

  /** {@code tests/access/a.yaml:2:5: eva cannot SELECT shop.stage.orders}, and what is so. */
  private void failed(AccessTests.Outcome outcome) {
    var out = context.terminal().out();
    var expectation = outcome.expectation();
    out.println("  %s: %s".formatted(expectation.place(), expectation.text()));
    out.println("      it is %s: %s".formatted(outcome.decision(), outcome.why()));
  }

  private void list(List<AccessTests.Outcome> outcomes) {
    new Answers(context.terminal())
        .list(
            outcomes.stream().<JsonNode>map(AccessTests.Outcome::toJson).iterator(),
            output.format,
            "",
            Column.text("file"),
            Column.number("line"),
            Column.number("column"),
            Column.text("expectation"),
            Column.text("passed"),
            Column.text("decision"),
            Column.text("why"));
  }
}
