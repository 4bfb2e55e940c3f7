package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Starts a stage by hand. */
@Command(name = "run", description = "Starts a stage by hand.")
class RunCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DOMAIN.PIPELINE.STAGE", description = "The stage.")
  String stage = "";

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      arity = "0..1",
      fallbackValue = "10m",
      description = "Waits until the execution has ended, at most so long. Default: 10m.")
  String wait = "";

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  RunCommand(Context context) {
    this.context = context;
  }

  @Override
  public final Integer call() {
    Duration patience = wait.isEmpty() ? Duration.ZERO : OptionValues.duration("--wait", wait);
    LakeClient client = server.client(context);
    JsonNode started = client.post(ApiPath.of("/v1/stages").part(stage).part("run"), Json.object());
    if (wait.isEmpty()) {
      return show(started);
    }
    return show(new Executions(client, context).awaitEnd(id(started), patience));
  }

  private int show(JsonNode execution) {
    if (output.format == Format.JSON) {
      new Answers(context.terminal()).json(execution);
    } else {
      String status = execution.path("status").asText("PENDING");
      context.terminal().say("%s  %s  %s".formatted(id(execution), stage, status));
    }
    return execution.path("status").asText().equals("FAILED") ? Cli.FAILED : Cli.OK;
  }

  private static String id(JsonNode execution) {
    return execution.path("id").asText(execution.path("execution").asText());
  }
}
