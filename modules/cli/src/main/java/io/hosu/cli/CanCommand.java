package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says whether a principal may do something, and why. */
@Command(
    name = "can",
    description = "Says whether a principal may do something, and by which grant.",
    footer = {
      "",
      "Says allowed, denied, masked (some cells are seen otherwise than they are) or filtered",
      "(rows or columns are left out). Exit code 1: denied. 0: anything else."
    })
final class CanCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "PRINCIPAL", description = "Who.")
  String principal = "";

  @Parameters(index = "1", paramLabel = "PERMISSION", description = "What, for example SELECT.")
  String permission = "";

  @Parameters(
      index = "2",
      paramLabel = "RESOURCE",
      description = "On what: lake, DOMAIN, DOMAIN.LAYER, DOMAIN.LAYER.TABLE or a column of it.")
  String resource = "";

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  CanCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ApiPath path =
        ApiPath.of("/v1/decisions")
            .query("principal", principal)
            .query("permission", permission.toUpperCase(Locale.ROOT))
            .query("on", resource);
    JsonNode decision = server.client(context).get(path);
    String word = decision.path("decision").asText();
    if (output.format == Format.JSON) {
      new Answers(context.terminal()).json(decision);
    } else {
      context.terminal().say(Colour.ofStatus(word, context.terminal().screen()));
      ObjectNode rest = ((ObjectNode) decision).deepCopy();
      rest.remove("decision");
      new DetailView(context.terminal(), output.format).show(rest);
    }
    return word.equals("denied") ? Cli.FAILED : Cli.OK;
  }
}
