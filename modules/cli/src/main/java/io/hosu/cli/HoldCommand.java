package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that holds stages back, or lets them go on. */
abstract class HoldCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "NAME",
      arity = "1..*",
      description = "DOMAIN.PIPELINE.STAGE; or DOMAIN.PIPELINE or DOMAIN, all stages in it.")
  List<String> names = new ArrayList<>();

  @Option(
      names = "--why",
      paramLabel = "TEXT",
      description = "The reason, kept and shown to who asks.")
  String why = "";

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;
  private final ApiPath stages;
  private final String verb;

  /**
   * A command that gives an order.
   *
   * @param verb the last part of the order's route
   */
  HoldCommand(Context context, ApiPath stages, String verb) {
    this.context = context;
    this.stages = stages;
    this.verb = verb;
  }

  @Override
  public final Integer call() {
    LakeClient client = server.client(context);
    ObjectNode body = Json.object();
    if (!why.isEmpty()) {
      body.put("why", why);
    }
    List<JsonNode> told = new ArrayList<>();
    for (String name : names) {
      client.post(stages.part(name).part(verb), body).path("items").forEach(told::add);
    }
    new Answers(context.terminal())
        .list(
            told.iterator(),
            output.format,
            "",
            Column.text("name"),
            Column.text("status"),
            Column.text("changed"));
    return Cli.OK;
  }
}
