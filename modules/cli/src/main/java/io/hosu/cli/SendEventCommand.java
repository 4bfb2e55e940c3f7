package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends an event. */
@Command(
    name = "send",
    description = "Sends an event to the bus of a domain.",
    footer = {
      "",
      "  hosu events send --bus shop --source com.example.web --type 'Order Placed' '{\"id\": 7}'"
    })
final class SendEventCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "DETAIL",
      arity = "0..1",
      description = "What else is known: a JSON object, a file that holds it, or -.")
  String detail = "{}";

  @Option(names = "--bus", required = true, paramLabel = "DOMAIN", description = "Whose bus it is.")
  String bus = "";

  @Option(names = "--source", required = true, paramLabel = "SOURCE", description = "Who says so.")
  String source = "";

  @Option(names = "--type", required = true, paramLabel = "TYPE", description = "What happened.")
  String type = "";

  @Option(names = "--resource", paramLabel = "NAME", description = "What it is about; any number.")
  List<String> resources = new ArrayList<>();

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  SendEventCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    ObjectNode entry =
        Json.object()
            .put("EventBusName", bus)
            .put("Source", source)
            .put("DetailType", type)
            .put("Detail", Json.print(JsonArgument.read(detail, context.terminal())));
    resources.forEach(entry.putArray("Resources")::add);
    ObjectNode body = Json.object();
    body.putArray("Entries").add(entry);
    JsonNode answer =
        server.client(context).post(ApiPath.of("/v1/events"), body).path("Entries").path(0);
    if (answer.has("ErrorCode")) {
      throw new Invalid(
          CliError.EVENT_REFUSED,
          "The event was not taken: %s (%s)"
              .formatted(answer.path("ErrorMessage").asText(), answer.path("ErrorCode").asText()),
          "Correct it; a source begins with the name of who sends, a bus is a domain.");
    }
    if (output.format == Format.JSON) {
      new Answers(context.terminal())
          .json(Json.object().put("id", answer.path("EventId").asText()));
    } else {
      context.terminal().say(answer.path("EventId").asText());
    }
    return Cli.OK;
  }
}
