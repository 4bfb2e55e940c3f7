package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Who one is to a server. */
@Command(
    name = "whoami",
    description = "Shows as whom a server knows you: with groups, and what your token is good for.")
final class WhoamiCommand implements Callable<Integer> {
  static final ApiPath ME = ApiPath.of("/v1/me");

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();
  private final Context context;

  WhoamiCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    JsonNode me = server.client(context).get(ME);
    if (output.format == Format.JSON) {
      new Answers(context.terminal()).json(me);
    } else {
      new DetailView(context.terminal(), output.format).show(me);
    }
    return Cli.OK;
  }
}
