package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
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

  private final Context context;

  RmCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    LakeClient client = server.client(context);
    for (ObjectAddress object : objects(client)) {
      if (!dryRun) {
        client.delete(object.path());
      }
      context.terminal().say((dryRun ? "would delete " : "deleted ") + object);
    }
    return Cli.OK;
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
