package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.delivery.LakeProject.Reading;
import io.hosu.delivery.Mistake;
import io.hosu.delivery.ProjectFiles;
import java.io.IOException;
import java.util.Iterator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Checks a lake project without a server. */
@Command(
    name = "validate",
    description = "Checks a lake project and its SQL, without a server.",
    footer = {"", "Exit code 0: it can be applied; warnings do not count. 1: it cannot."})
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
    ServerLog.onlyErrors();
    ProjectFiles files = ProjectFiles.in(context.terminal().resolve(folder));
    Reading reading = context.local().check(files);
    if (output.format == Format.TABLE) {
      tell(reading, files.all().size());
    } else {
      list(reading);
    }
    return switch (reading) {
      case Reading.Sound _ -> Cli.OK;
      case Reading.Mistaken _ -> Cli.FAILED;
    };
  }

  private void list(Reading reading) {
    Iterator<JsonNode> mistakes =
        reading.mistakes().stream().<JsonNode>map(Mistake::toJson).iterator();
    new Answers(context.terminal())
        .list(
            mistakes,
            output.format,
            "",
            Column.text("severity"),
            Column.text("file"),
            Column.number("line"),
            Column.number("column"),
            Column.text("text"),
            Column.text("why"),
            Column.text("remedy"));
  }

  /** As compilers do: each mistake with its place and line, then how many. */
  private void tell(Reading reading, int files) {
    var out = context.terminal().out();
    reading.mistakes().forEach(out::println);
    long errors = reading.mistakes().stream().filter(Mistake::isError).count();
    if (errors == 0) {
      out.println("The project is valid: %d files.".formatted(files));
    } else {
      out.println("%d mistake%s in %d files".formatted(errors, errors == 1 ? "" : "s", files));
    }
  }
}
