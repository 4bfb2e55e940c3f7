package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Turns tokens of masks back. */
@Command(
    name = "detokenize",
    description = {
      "Prints the values that tokens of masks stand for, in their order: all, or none.",
      "Takes DETOKENIZE in the domain of each; every use is on record."
    },
    footer = {
      "",
      "  hosu detokenize tok_6v0c3jx9qk2m8r4w7ztn5ya1hb",
      "  hosu sql -c \"SELECT detokenize(customer) FROM shop.stage.orders\""
    })
final class DetokenizeCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "TOKEN",
      arity = "1..*",
      description = "As a masked column shows it: tok_ and 26 letters and digits.")
  List<String> tokens = new ArrayList<>();

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();
  private final Context context;

  DetokenizeCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ObjectNode body = Json.object();
    tokens.forEach(body.putArray("tokens")::add);
    JsonNode values =
        server.client(context).post(ApiPath.of("/v1/detokenize"), body).path("values");
    if (output.format == Format.TABLE && tokens.size() == 1) {
      context.terminal().say(values.path(0).path("value").asText());
      return Cli.OK;
    }
    new Answers(context.terminal())
        .list(values.iterator(), output.format, "", Column.text("token"), Column.text("value"));
    return Cli.OK;
  }
}
