package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Corrects the event of a dead letter. */
@Command(
    name = "edit",
    description = {
      "Corrects the event of a dead letter before it is redriven: its detail and its resources.",
      "What happened stays known beside it. Without an option, $VISUAL or $EDITOR is opened."
    },
    footer = {
      "",
      "  hosu dlq edit 01jdq3",
      "  hosu dlq edit 01jdq3 --detail '{\"order\": 7}' && hosu dlq redrive 01jdq3"
    })
final class EditDeadLetterCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "Its id, or any unique beginning of it.")
  String id = "";

  @Option(
      names = "--event",
      paramLabel = "EVENT",
      description = "The whole event, corrected: a JSON object, a file that holds it, or -.")
  String event = "";

  @Option(
      names = "--detail",
      paramLabel = "DETAIL",
      description = "Its detail: a JSON object, a file that holds it, or -.")
  String detail = "";

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  EditDeadLetterCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    if (!event.isEmpty() && !detail.isEmpty()) {
      throw new Invalid(
          CliError.USAGE_WRONG,
          "--event and --detail were both given.",
          "Give the whole event, or its detail alone.");
    }
    LakeClient client = server.client(context);
    ApiPath letter = DlqCommand.DEAD_LETTERS.part(id);
    Optional<ObjectNode> body = given().or(() -> edited(client.get(letter)));
    if (body.isEmpty()) {
      context.terminal().note("Nothing was changed.");
      return Cli.OK;
    }
    JsonNode answer = client.put(letter.part("event"), body.get());
    if (output.format == Format.JSON) {
      new Answers(context.terminal()).json(answer);
    } else {
      context
          .terminal()
          .say("edited %s; now: hosu dlq redrive %s".formatted(answer.path("id").asText(), id));
    }
    return Cli.OK;
  }

  private Optional<ObjectNode> given() throws IOException {
    String name = event.isEmpty() ? "detail" : "event";
    String argument = event.isEmpty() ? detail : event;
    return argument.isEmpty()
        ? Optional.empty()
        : Optional.of(Json.object().set(name, JsonArgument.read(argument, context.terminal())));
  }

  private Optional<ObjectNode> edited(JsonNode letter) {
    JsonNode before = letter.path("event");
    JsonNode after = new Editor(context.terminal()).edit(before);
    return after.equals(before) ? Optional.empty() : Optional.of(Json.object().set("event", after));
  }
}
