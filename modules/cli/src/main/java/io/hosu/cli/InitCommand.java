package io.hosu.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes a lake project. */
@Command(name = "init", description = "Makes a small lake project that runs.")
final class InitCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The folder to make; it must be new or empty.")
  String folder = "";

  private final Context context;

  InitCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    var target = context.terminal().resolve(folder);
    Projects.scaffold(target);
    context.terminal().say("made " + folder);
    context.terminal().say("  cd %s && hosu up".formatted(folder));
    return Cli.OK;
  }
}
