package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.delivery.Scaffold;
import io.hosu.kernel.Json;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes a lake project. */
@Command(name = "init", description = "Makes a small lake project that runs.")
final class InitCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The folder to make; it must be new or empty.")
  String folder = "";

  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  InitCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    var files = Scaffold.create(context.terminal().resolve(folder));
    if (output.format != Format.TABLE) {
      List<JsonNode> made =
          files.stream().<JsonNode>map(file -> Json.object().put("file", file)).toList();
      new Answers(context.terminal()).list(made.iterator(), output.format, "", Column.text("file"));
      return Cli.OK;
    }
    context.terminal().say("made a lake project in " + folder);
    files.forEach(file -> context.terminal().say("  " + file));
    context.terminal().say("\nRun it with: cd %s && hosu up".formatted(folder));
    return Cli.OK;
  }
}
