package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What things are tagged with. */
@Command(
    name = "tags",
    description = "What things are tagged with. Without a verb: list.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {TagsCommand.Show.class, TagsCommand.Put.class, TagsCommand.Remove.class})
final class TagsCommand {
  private static final ApiPath TAGS = ApiPath.of("/v1/tags");

  /** Lists them. */
  @Command(
      name = "list",
      description = "Lists tags. They go down: lake, domain, layer, dataset, table, column.")
  static final class Show extends ListCommand {
    @Option(names = "--on", paramLabel = "RESOURCE", description = "Those on one thing itself.")
    String on = "";

    Show(Context context) {
      super(
          context,
          "No tags.",
          Column.text("on"),
          Column.text("key"),
          Column.text("value"),
          Column.text("source"),
          Column.text("now"));
    }

    @Override
    ApiPath path() {
      return TAGS.query("on", on);
    }
  }

  /** Gives some. */
  @Command(
      name = "put",
      description = "Tags something.",
      footer = {"", "  hosu tags put shop.stage.orders.customer pii=high"})
  static final class Put implements Callable<Integer> {
    @Parameters(
        index = "0",
        paramLabel = "RESOURCE",
        description = {
          "The lake, DOMAIN, DOMAIN.LAYER, dataset:DOMAIN.DATASET, DOMAIN.LAYER.TABLE or",
          "DOMAIN.LAYER.TABLE.COLUMN."
        })
    String resource = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "KEY=VALUE", description = "The tags.")
    Map<String, String> tags = new LinkedHashMap<>();

    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();
    private final Context context;

    Put(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      LakeClient client = server.client(context);
      List<JsonNode> told = new ArrayList<>();
      tags.forEach((key, value) -> {
        told.add(
            client.put(
                TAGS, Json.object().put("on", resource).put("key", key).put("value", value)));
        if (output.format == Format.TABLE) {
          context.terminal().say("tagged %s %s=%s".formatted(resource, key, value));
        }
      });
      if (output.format != Format.TABLE) {
        new Answers(context.terminal())
            .list(
                told.iterator(),
                output.format,
                "",
                Column.text("on"),
                Column.text("key"),
                Column.text("value"),
                Column.text("source"));
      }
      return Cli.OK;
    }
  }

  /** Takes some away. */
  @Command(name = "remove", description = "Takes tags away that were given by command.")
  static final class Remove implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RESOURCE", description = "What is tagged itself.")
    String resource = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "KEY", description = "Which tags.")
    List<String> keys = new ArrayList<>();

    @Mixin ServerOptions server = new ServerOptions();
    private final Context context;

    Remove(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      LakeClient client = server.client(context);
      for (String key : keys) {
        client.delete(TAGS.part(resource).part(key));
        context.terminal().say("removed %s of %s".formatted(key, resource));
      }
      return Cli.OK;
    }
  }
}
