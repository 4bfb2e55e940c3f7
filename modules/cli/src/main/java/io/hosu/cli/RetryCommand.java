package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Runs an execution again. */
@Command(
    name = "retry",
    description = "Runs an execution again that failed, was cancelled or was rolled back.",
    footer = {
      "",
      "The new execution takes the same events; its dead letters are put back into its hands.",
      "Said twice, it is done once: both answers name the same new execution."
    })
final class RetryCommand implements Callable<Integer> {
  @Parameters(paramLabel = "EXECUTION", description = "Its id, or any unique beginning of it.")
  String id = "";

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  RetryCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    JsonNode made =
        server
            .client(context)
            .post(ApiPath.of("/v1/executions").part(id).part("retry"), Json.object());
    if (output.format == Format.JSON) {
      new Answers(context.terminal()).json(made);
    } else {
      context
          .terminal()
          .say(
              "%s  %s.%s.%s  %s  retries %s"
                  .formatted(
                      made.path("id").asText(),
                      made.path("domain").asText(),
                      made.path("pipeline").asText(),
                      made.path("stage").asText(),
                      made.path("status").asText(),
                      made.path("parent").asText()));
    }
    return Cli.OK;
  }
}
