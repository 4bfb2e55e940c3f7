package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deletes objects. */
@Command(name = "rm", description = "Deletes objects.")
final class RmCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "LAYER/KEY",
      arity = "1..*",
      description = "The objects, or with -r prefixes.")
  List<String> places = new ArrayList<>();

  @Option(
      names = {"-r", "--recursive"},
      description = "Deletes every object under the prefix.")
  boolean recursive;

  @Option(names = "--dry-run", description = "Says what would be deleted, and deletes nothing.")
  boolean dryRun;

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  RmCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    LakeClient client = server.client(context);
    List<JsonNode> done = new ArrayList<>();
    for (ObjectAddress object : objects(client)) {
      String outcome = outcome(client, object);
      if (output.format == Format.TABLE) {
        context.terminal().say(told(outcome, object));
      } else {
        done.add(Json.object().put("object", object.toString()).put("outcome", outcome));
      }
    }
    if (output.format != Format.TABLE) {
      new Answers(context.terminal())
          .list(done.iterator(), output.format, "", Column.text("object"), Column.text("outcome"));
    }
    return Cli.OK;
  }

  private String outcome(LakeClient client, ObjectAddress object) {
    if (dryRun) {
      return "would_delete";
    }
    return client.delete(object.path()).path("deleted").asBoolean(true) ? "deleted" : "missing";
  }

  private static String told(String outcome, ObjectAddress object) {
    return outcome.equals("missing")
        ? object + " was not there"
        : outcome.replace('_', ' ') + " " + object;
  }

  private List<ObjectAddress> objects(LakeClient client) {
    if (!recursive) {
      return places.stream().map(ObjectAddress::parseObject).toList();
    }
    List<ObjectAddress> found = new ArrayList<>();
    for (String place : places) {
      ObjectAddress at = ObjectAddress.parse(place);
      ApiPath path = ApiPath.of("/v1/objects").part(at.layer()).query("prefix", at.key());
      new ItemList(client, path, 0)
          .forEachRemaining(item -> found.add(new ObjectAddress(at.layer(), key(item))));
    }
    return found;
  }

  private static String key(JsonNode item) {
    return item.path("key").asText();
  }
}
