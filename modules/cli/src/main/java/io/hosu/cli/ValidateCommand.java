package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Checks a lake project without a server. */
@Command(name = "validate", description = "Checks a lake project, without a server.")
final class ValidateCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description = "The project's folder. Default: the current one.")
  String folder = "";

  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  ValidateCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    var files = ProjectFiles.read(context.terminal().resolve(folder));
    List<JsonNode> mistakes = Projects.mistakes(files);
    if (output.format != Format.TABLE) {
      new Answers(context.terminal())
          .list(
              mistakes.iterator(),
              output.format,
              "",
              Column.text("file"),
              Column.number("line"),
              Column.number("column"),
              Column.text("text"),
              Column.text("why"),
              Column.text("did_you_mean"));
    } else {
      tell(mistakes, files.size());
    }
    return mistakes.isEmpty() ? Cli.OK : Cli.FAILED;
  }

  private void tell(List<JsonNode> mistakes, int files) {
    var out = context.terminal().out();
    if (mistakes.isEmpty()) {
      out.println("The project is valid: %d files.".formatted(files));
    }
    for (JsonNode mistake : mistakes) {
      out.println(
          "%s:%d:%d: %s"
              .formatted(
                  mistake.path("file").asText(),
                  mistake.path("line").asInt(),
                  mistake.path("column").asInt(),
                  mistake.path("why").asText()));
    }
    if (!mistakes.isEmpty()) {
      int count = mistakes.size();
      out.println("%d mistake%s".formatted(count, count == 1 ? "" : "s"));
    }
  }
}
