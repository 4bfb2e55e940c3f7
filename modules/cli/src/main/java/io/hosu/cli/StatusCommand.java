package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says how the server is, and what it has to do. */
@Command(name = "status", description = "Says how the server is, and what it has to do.")
final class StatusCommand implements Callable<Integer> {
  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  StatusCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    LakeClient client = server.client(context);
    JsonNode status = client.get(ApiPath.of("/v1/status"));
    Map<String, Long> pending = new Executions(client, context).pending(Duration.ZERO);
    if (output.format == Format.JSON) {
      ObjectNode answer = Json.object();
      answer.setAll((ObjectNode) status);
      ObjectNode counts = answer.putObject("pending");
      pending.forEach(counts::put);
      new Answers(context.terminal()).json(answer);
    } else {
      String ok = Colour.ofStatus("ok", context.terminal().screen());
      context.terminal().say("%s  %s".formatted(ok, client.url()));
      new DetailView(context.terminal(), output.format).show(status);
      String rest = pending.isEmpty() ? "nothing" : WaitCommand.counts(pending);
      new Answers(context.terminal()).fact("pending", rest);
      if (status.path("unmatched_objects").asLong() > 0) {
        context
            .terminal()
            .note("Objects of the last day that no stage took: hosu events list --unmatched");
      }
    }
    return Cli.OK;
  }
}
