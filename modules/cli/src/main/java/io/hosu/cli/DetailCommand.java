package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that shows all about one thing of the API. */
abstract class DetailCommand implements Callable<Integer> {
  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  DetailCommand(Context context) {
    this.context = context;
  }

  /** Where the API has it. */
  abstract ApiPath path();

  @Override
  public final Integer call() {
    JsonNode one = server.client(context).get(path());
    if (output.format == Format.JSON) {
      new Answers(context.terminal()).json(one);
    } else {
      new DetailView(context.terminal(), output.format).show(one);
      note(one, context.terminal());
    }
    return Cli.OK;
  }

  /** Says beside what is shown of {@code one} what a person should know. */
  void note(JsonNode one, Terminal terminal) {}
}
