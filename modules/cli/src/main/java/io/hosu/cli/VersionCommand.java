package io.hosu.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says which version this is. */
@Command(name = "version", description = "Says which version this is.")
final class VersionCommand implements Callable<Integer> {
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  VersionCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    String java = System.getProperty("java.version");
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (output.format == Format.JSON) {
      // Written by hand: a library for one line would double the time this command takes.
      context
          .terminal()
          .say(
              "{\"version\":\"%s\",\"java\":\"%s\",\"system\":\"%s\"}"
                  .formatted(Version.text(), java, system));
    } else {
      context.terminal().say("hosu %s  (Java %s, %s)".formatted(Version.text(), java, system));
    }
    return Cli.OK;
  }
}
