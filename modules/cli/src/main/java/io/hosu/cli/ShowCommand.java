package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A command that shows all about one of what the API lists. */
abstract class ShowCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "Its id, or any unique beginning of it.")
  String id = "";

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;
  private final ApiPath all;

  ShowCommand(Context context, ApiPath all) {
    this.context = context;
    this.all = all;
  }

  @Override
  public final Integer call() {
    JsonNode one = server.client(context).get(all.part(id));
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
