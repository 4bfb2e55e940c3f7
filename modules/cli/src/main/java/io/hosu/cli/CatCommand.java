package io.hosu.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints an object, byte for byte. */
@Command(name = "cat", description = "Prints an object, byte for byte.")
final class CatCommand implements Callable<Integer> {
  @Parameters(paramLabel = "LAYER/KEY", description = "The object.")
  String object = "";

  @Option(names = "--version", paramLabel = "ID", description = "An earlier version of it.")
  String version = "";

  @Mixin ServerOptions server = new ServerOptions();

  private final Context context;

  CatCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    ApiPath path = ObjectAddress.parseObject(object).path().query("version", version);
    try (var answer = server.client(context).getStream(path)) {
      copy(answer.body());
    }
    return Cli.OK;
  }

  private void copy(InputStream body) throws IOException {
    byte[] chunk = new byte[256 * 1024];
    var out = context.terminal().out();
    for (int count = body.read(chunk); count >= 0; count = body.read(chunk)) {
      out.write(chunk, 0, count);
      if (out.checkError()) {
        return; // why is told at the end of every command
      }
    }
  }
}
