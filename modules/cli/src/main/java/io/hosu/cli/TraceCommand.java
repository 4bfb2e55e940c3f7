package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Follows data through the lake. */
@Command(
    name = "trace",
    description = "Shows what an object, a table or an execution came from, and what came of it.",
    footer = {
      "",
      "  hosu trace raw/aviation/flights/1.csv",
      "  hosu trace aviation.analytics.delays",
      "  hosu trace 01m8a5zyk5"
    })
final class TraceCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "OBJECT|TABLE|EXECUTION",
      description = "LAYER/KEY, DOMAIN.LAYER.TABLE, or the beginning of an execution's id.")
  String of = "";

  @Option(
      names = "--version",
      paramLabel = "ID",
      description = "One version of the object, or one snapshot of the table.")
  String version = "";

  @Option(
      names = "--depth",
      paramLabel = "N",
      description = "How many executions deep, from 1 to 50. Default: 10.")
  String depth = "";

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  TraceCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ApiPath path =
        ApiPath.of("/v1/trace").query(kind(), of).query("version", version).query("depth", depth);
    JsonNode trace = server.client(context).get(path);
    if (output.format == Format.TABLE) {
      new TraceView(context.terminal()).show(trace);
    } else {
      new Answers(context.terminal()).json(trace);
    }
    return Cli.OK;
  }

  private String kind() {
    if (of.contains("/")) {
      return "object";
    }
    return of.contains(".") ? "table" : "execution";
  }
}
